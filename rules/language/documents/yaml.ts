import { isAlias, isMap, isScalar, isSeq, Lexer, parseAllDocuments, type Document, type Node } from 'yaml';
import type { Position, Problems } from '../problems/problems.ts';
import { align, Lines } from './lines.ts';
import type { Entry, ScalarValue, Value } from './value.ts';

export const MAX_FILE_BYTES = 262_144;
const MAX_DEPTH = 24;
/** indent plus indicators of one line bound the depth of blocks */
const MAX_LINE_DEPTH = 120;

/** One YAML document of a file. */
export interface YamlDocument {
  readonly value: Value;
  /** its own text, as it is stored in the change log */
  readonly text: string;
  /** something of it could not be read, and was reported */
  readonly broken: boolean;
}

/** Text to values. Says every syntax mistake; what could be read is returned beside them. */
export function readYaml(text: string, problems: Problems): YamlDocument[] {
  const start = { line: 1, column: 1 };
  if (text.length > MAX_FILE_BYTES || Buffer.byteLength(text) > MAX_FILE_BYTES) {
    problems.add('file_too_large', start, `the file has ${Buffer.byteLength(text)} bytes; at most ${MAX_FILE_BYTES}`);
    return [];
  }
  const lines = new Lines(text);
  const deep = tooDeep(text);
  if (deep !== undefined) {
    problems.add('too_deep', lines.at(deep), `nested deeper than ${MAX_DEPTH} levels`);
    return [];
  }
  const documents = parseAllDocuments(text, { prettyErrors: false, uniqueKeys: false, schema: 'core' });
  const reader = new Reader(lines, problems);
  const read: YamlDocument[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const before = problems.errors;
    reader.errors(document);
    const value = reader.value(document.contents, 0);
    if (value === undefined || (value.kind === 'scalar' && value.value === null)) continue;
    const [from, , to] = document.range;
    read.push({ value, text: documentText(text.slice(from, to)), broken: problems.errors > before });
  }
  return read;
}

function documentText(slice: string): string {
  return `${slice
    .replace(/^\s*---[ \t]*\n?/, '')
    .replace(/\n---\s*$/, '')
    .trimEnd()}\n`;
}

/**
 * Offset where the nesting gets too deep, before anything recursive sees the text: at 2,000 levels the YAML composer ends
 * the whole process, not only itself.
 */
function tooDeep(text: string): number | undefined {
  let flow = 0;
  let line = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') flow += 1;
    else if (token === ']' || token === '}') flow = Math.max(0, flow - 1);
    else if (token.includes('\n')) line = 0;
    else if (flow === 0 && /^[ \t]+$/.test(token) && line === 0) line = token.length;
    else if (flow === 0 && (token === '-' || token === '?' || token === ':')) line += 1;
    if (flow > MAX_DEPTH || line > MAX_LINE_DEPTH) return Math.min(offset, text.length);
    offset += token.length;
  }
  return undefined;
}

class Reader {
  readonly #lines: Lines;
  readonly #problems: Problems;
  #aliasLine = 0;

  constructor(lines: Lines, problems: Problems) {
    this.#lines = lines;
    this.#problems = problems;
  }

  errors(document: Document.Parsed): void {
    let line = 0;
    for (const error of [...document.errors, ...document.warnings]) {
      const at = this.#lines.at(error.pos[0]);
      const message = error.message.split('\n')[0] ?? '';
      if (error.code === 'TAG_RESOLVE_FAILED') continue; // told where the value is read
      if (at.line === line) continue; // one mistake a line: the rest of it is guesswork
      line = at.line;
      this.#problems.add('yaml_syntax', at, message, error.code === 'TAB_AS_INDENT' ? 'indent with spaces' : undefined);
    }
  }

  value(node: Node | null | undefined, depth: number): Value | undefined {
    if (node === null || node === undefined) return undefined;
    const position = this.#lines.at(node.range?.[0] ?? 0);
    if (depth > MAX_DEPTH) {
      this.#problems.add('too_deep', position, `nested deeper than ${MAX_DEPTH} levels`);
      return undefined;
    }
    if (isAlias(node)) {
      this.#alias(position, 'an alias is used');
      return undefined;
    }
    this.#marks(node);
    if (isScalar(node)) return this.#scalar(node.value, node);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.value(item as Node, depth + 1)).filter((item) => item !== undefined);
      return { kind: 'list', position, items };
    }
    if (!isMap(node)) return undefined;
    const entries: Entry[] = [];
    const seen = new Set<string>();
    for (const pair of node.items) {
      const entry = this.#entry(pair.key as Node, pair.value as Node | null, depth);
      if (entry === undefined) continue;
      if (seen.has(entry.key)) this.#problems.add('duplicate_key', entry.position, `\`${entry.key}\` stands twice`);
      else entries.push(entry);
      seen.add(entry.key);
    }
    return { kind: 'map', position, entries };
  }

  #entry(keyNode: Node, valueNode: Node | null, depth: number): Entry | undefined {
    const key = this.value(keyNode, depth + 1);
    if (key?.kind !== 'scalar') {
      const at = key?.position ?? this.#lines.at(keyNode?.range?.[0] ?? 0);
      if (key !== undefined) this.#problems.add('wrong_type', at, 'a key must be a word');
      return undefined;
    }
    const nothing: ScalarValue = { ...key, value: null, written: '', quoted: false };
    const value = valueNode === null ? nothing : this.value(valueNode, depth + 1);
    if (value === undefined) return undefined;
    return { key: key.written, position: key.position, value };
  }

  #marks(node: Node): void {
    const position = this.#lines.at(node.range?.[0] ?? 0);
    if ('anchor' in node && node.anchor !== undefined) {
      this.#alias(position, 'an anchor is used');
    }
    if (node.tag !== undefined) this.#problems.add('tag_not_allowed', position, 'a tag is used', 'leave it out');
  }

  /** once a line: a bomb holds thousands */
  #alias(position: Position, message: string): void {
    if (position.line !== this.#aliasLine)
      this.#problems.add('alias_not_allowed', position, message, 'write the value out');
    this.#aliasLine = position.line;
  }

  #scalar(value: unknown, node: Node & { source?: string; type?: string }): ScalarValue | undefined {
    const [start, end] = node.range ?? [0, 0];
    const position = this.#lines.at(start);
    const quoted = node.type !== 'PLAIN';
    const known =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null;
    if (!known) {
      this.#problems.add('tag_not_allowed', position, 'only texts, numbers, true and false are values');
      return undefined;
    }
    const written = node.source ?? String(value ?? '');
    const text = typeof value === 'string' ? value : written;
    const skip = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
    const head = node.type?.startsWith('BLOCK') === true ? this.#lines.text.indexOf('\n', start) + 1 : start + skip;
    let offsets: Int32Array | undefined;
    const positionOf = (offset: number): Position => {
      offsets ??= align(text, this.#lines.text, head, end);
      return this.#lines.at(offsets[Math.max(0, Math.min(offset, text.length))] ?? head);
    };
    return { kind: 'scalar', position, value, written, quoted, source: { text, position, positionOf } };
  }
}
