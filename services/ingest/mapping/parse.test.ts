import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseMapping } from './parse.ts';

const WRONG = join(import.meta.dirname, 'samples', 'wrong');

/** A wrong sample begins with what must be said of it: `#! line:column words`. */
for (const file of readdirSync(WRONG)) {
  test(`every mistake is told with its place: ${file}`, () => {
    const text = readFileSync(join(WRONG, file), 'utf8');
    const expected = text.split('\n').filter((line) => line.startsWith('#! '));
    const { mapping, problems } = parseMapping(text);
    expect(mapping).toBeUndefined();
    const found = problems.map(({ line, column, message }) => `#! ${line}:${column} ${message}`);
    expect(found.map((line, i) => line.slice(0, expected[i]?.length))).toEqual(expected);
  });
}

test('a file may be anything and ends nothing', () => {
  const texts = [
    '',
    '# nothing\n',
    '- a\n- b\n',
    'x'.repeat(70_000),
    '['.repeat(30_000),
    '{a: '.repeat(20_000),
    `${'- '.repeat(30_000)}x`,
    Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    'a: &a [1,1]\nb: &b [*a,*a]\nc: [*b,*b]\n',
    '? {a: b}\n: c\n',
    '!!binary aGVsbG8=\n',
    'source: !!js/function x\n',
    '\u0000\u0001',
    '__proto__: {polluted: true}\nconstructor: x\n',
  ];
  for (const text of texts) {
    const { mapping, problems } = parseMapping(text);
    expect(mapping, text.slice(0, 40)).toBeUndefined();
    expect(problems.length, text.slice(0, 40)).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(50);
  }
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test('what is right is read, whatever the order of its keys', () => {
  const text = `
fields:
  domain: host
time: {unit: d, origin: '2018-04-01T00:00:00Z', column: day}
accepted_at: seen
format: csv
record: domain_visit
source: list
`;
  const { mapping, problems } = parseMapping(text);
  expect(problems).toEqual([]);
  expect(mapping).toMatchObject({ source: 'list', record: 'domain_visit', format: 'csv' });
});
