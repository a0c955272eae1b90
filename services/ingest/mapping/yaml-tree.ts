import { isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument, type Node } from 'yaml';
import type { Position, Problems } from './problems.ts';

/** A value of the file, with the place where it stands. */
export type Tree = ScalarTree | ListTree | MapTree;

export interface ScalarTree {
  readonly kind: 'scalar';
  readonly at: Position;
  readonly value: string | number | boolean | null;
  /** as it stands in the file, without quotes */
  readonly written: string;
}

export interface ListTree {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: readonly Tree[];
}

export interface MapTree {
  readonly kind: 'map';
  readonly at: Position;
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly key: ScalarTree;
  readonly value: Tree;
}

export const MAX_FILE_BYTES = 65_536;
/** A mapping nests four deep: sides, side, fields, field, lookup. */
const MAX_DEPTH = 8;
const MAX_INDENT = 64;

/**
 * True for brackets or indents deeper than any mapping has: the composer of YAML is recursive and takes the process down at some
 * thousand levels, so it may not see them.
 */
function isTooDeep(text: string): boolean {
  let flow = 0;
  let dashes = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flow += 1;
    else if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    else if (token.includes('\n')) dashes = 0;
    else if (token === '-' || token === '?' || token === ':') dashes += 1;
    if (flow > MAX_DEPTH || dashes > MAX_DEPTH * 8) return true;
  }
  return new RegExp(`^[ \\t]{${MAX_INDENT},}\\S`, 'm').test(text);
}

/** Text to a tree. Aliases, anchors and tags are refused: a mapping says what it means. */
export function readTree(text: string, problems: Problems): Tree | undefined {
  const start = { line: 1, column: 1 };
  if (text.length > MAX_FILE_BYTES || Buffer.byteLength(text) > MAX_FILE_BYTES) {
    problems.add(start, `the file is too large: at most ${MAX_FILE_BYTES} bytes`);
    return undefined;
  }
  if (isTooDeep(text)) {
    problems.add(start, `the file nests too deep: at most ${MAX_DEPTH} levels`);
    return undefined;
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'core', lineCounter, prettyErrors: false, uniqueKeys: false });
  const reader = new Reader(lineCounter, problems);
  for (const { pos, message } of [...document.errors, ...document.warnings])
    problems.add(reader.at(pos[0]), `this is no YAML: ${message.split('\n')[0] ?? ''}`);
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) problems.add(start, 'the file is empty');
  return document.contents === null ? undefined : reader.tree(document.contents, 0);
}

class Reader {
  readonly #lines: LineCounter;
  readonly #problems: Problems;

  constructor(lines: LineCounter, problems: Problems) {
    this.#lines = lines;
    this.#problems = problems;
  }

  at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  tree(node: Node | null, depth: number, fallback?: Position): Tree | undefined {
    const at = node?.range ? this.at(node.range[0]) : (fallback ?? { line: 1, column: 1 });
    if (node === null) return { kind: 'scalar', at, value: null, written: '' };
    if (depth > MAX_DEPTH) return this.#refuse(at, `nested too deep: at most ${MAX_DEPTH} levels`);
    if ('anchor' in node && node.anchor !== undefined) this.#problems.add(at, 'anchors are not read: leave it out');
    if (node.tag !== undefined) this.#problems.add(at, 'tags are not read: leave it out');
    if (isScalar(node)) return this.#scalar(node.value, node.source, at);
    if (isSeq<Node | null>(node)) {
      const items = node.items.map((item) => this.tree(item, depth + 1, at)).filter((item) => item !== undefined);
      return { kind: 'list', at, items };
    }
    if (isMap<Node, Node | null>(node)) return { kind: 'map', at, entries: this.#entries(node.items, depth) };
    return this.#refuse(at, 'aliases are not read: write the value out');
  }

  #entries(pairs: ReadonlyArray<{ readonly key: Node; readonly value: Node | null }>, depth: number): readonly Entry[] {
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const pair of pairs) {
      const key = this.tree(pair.key, depth + 1);
      if (key === undefined) continue;
      if (key.kind !== 'scalar') {
        this.#problems.add(key.at, 'a key is a single word or text');
        continue;
      }
      if (seen.has(key.written)) {
        this.#problems.add(key.at, `\`${key.written}\` stands twice`);
        continue;
      }
      seen.add(key.written);
      const value = this.tree(pair.value, depth + 1, key.at);
      if (value !== undefined) entries.push({ key, value });
    }
    return entries;
  }

  #scalar(value: unknown, source: string | undefined, at: Position): Tree | undefined {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (!isPlain && value !== null) return this.#refuse(at, 'only texts, numbers, true, false and null are values');
    return { kind: 'scalar', at, value: value as ScalarTree['value'], written: source ?? String(value ?? '') };
  }

  #refuse(at: Position, message: string): undefined {
    this.#problems.add(at, message);
    return undefined;
  }
}
