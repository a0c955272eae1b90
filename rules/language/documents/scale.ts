import { isPair, isScalar, parseAllDocuments, visit, type Scalar } from 'yaml';
import type { SourceFile } from './documents.ts';
import { parseDuration } from './words.ts';

/** `duration("10m")` inside a condition */
const IN_CONDITION = /\bduration\((["'])([0-9a-z.]+)\1\)/g;

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The same documents on another clock: every duration in them (params, windows, timers, quiet times, the rules' own tests) times
 * `factor`, to the millisecond. Nothing else of the text moves. Fields in seconds (`duration_s`) are facts of the world and stay.
 */
export function scaleDurations(files: readonly SourceFile[], factor: number): SourceFile[] {
  return files.map((file) => ({ ...file, text: scaleText(file.text, factor) }));
}

function scaleText(text: string, factor: number): string {
  const edits: Edit[] = [];
  for (const document of [parseAllDocuments(text, { schema: 'core' })].flat()) {
    visit(document, {
      Scalar: (key, node, path) => {
        const isName = key === 'key' && isPair(path.at(-1));
        if (!isName) edits.push(...editsOf(text, node, factor));
      },
    });
  }
  // From the end on, so that offsets before an edit stay what they are.
  return edits
    .sort((a, b) => b.from - a.from)
    .reduce((scaled, { from, to, text: put }) => scaled.slice(0, from) + put + scaled.slice(to), text);
}

function editsOf(text: string, node: Scalar, factor: number): Edit[] {
  const [from, to] = node.range ?? [0, 0];
  const written = text.slice(from, to);
  // A word in quotes is a text, also when it looks like a duration.
  if (isScalar(node) && node.type === 'PLAIN' && parseDuration(written) !== undefined) {
    return [{ from, to, text: scaled(written, factor) }];
  }
  return [...written.matchAll(IN_CONDITION)].flatMap((match) => {
    const [whole, quote = '', inside = ''] = match;
    if (parseDuration(inside) === undefined) return [];
    const at = from + match.index + whole.indexOf(inside, whole.indexOf(quote));
    return [{ from: at, to: at + inside.length, text: scaled(inside, factor) }];
  });
}

function scaled(written: string, factor: number): string {
  return `${Math.round((parseDuration(written) ?? 0) * factor)}ms`;
}
