import { expect, test } from 'vitest';
import { readFile } from './documents.ts';
import { align } from './lines.ts';
import { parseDuration } from './words.ts';

function when(block: string) {
  const { documents, problems } = readFile({ path: 'x.yaml', text: `kind: Rule\nid: x\n${block}` });
  const [document] = documents;
  if (document?.kind !== 'Rule' || document.body.when === undefined) throw new Error(JSON.stringify(problems.list));
  return document.body.when;
}

test.each([
  ['plain', 'when: event.phase == "x"', 'phase', { line: 3, column: 13 }],
  ['single quotes with a doubled one', `when: 'a == "it''s" && phase'`, 'phase', { line: 3, column: 24 }],
  ['double quotes with escapes', 'when: "a == \\"x\\" && phase"', 'phase', { line: 3, column: 22 }],
  ['a block', 'when: |\n  a == 1\n    && phase', 'phase', { line: 5, column: 8 }],
  ['a block with an empty line', 'when: |\n  a == 1\n\n  && phase', 'phase', { line: 6, column: 6 }],
  ['a folded block', 'when: >\n  a == 1\n  && phase', 'phase', { line: 5, column: 6 }],
  ['plain over two lines', 'when: a == 1\n  && phase', 'phase', { line: 4, column: 6 }],
  ['汉字 before it', 'when: |\n  a == "中文" && phase', 'phase', { line: 4, column: 16 }],
])('an expression points into the file: %s', (_name, block, word, position) => {
  const source = when(block);
  expect(source.positionOf(source.text.indexOf(word))).toEqual(position);
});

test('aligning never leaves the text', () => {
  const offsets = align('a\tb"c', 'x: "a\\tb\\"c"', 4, 12);
  expect([...offsets].every((offset) => offset >= 4 && offset <= 12)).toBe(true);
});

test('durations are read with units only', () => {
  expect(parseDuration('5m10s')).toBe(310_000);
  expect(parseDuration('90d')).toBe(7_776_000_000);
  expect(parseDuration('1.5h')).toBe(5_400_000);
  for (const none of ['300', '', 's', '5 m', '1e3s', '-5m', '999999999999999d'])
    expect(parseDuration(none)).toBeUndefined();
});

test('a document keeps its own text, without its neighbours', () => {
  const { documents } = readFile({ path: 'x.yaml', text: 'kind: List\nid: a\n---\n# about b\nkind: List\nid: b\n' });
  expect(documents.map((document) => document.yaml)).toEqual(['kind: List\nid: a\n', '# about b\nkind: List\nid: b\n']);
});
