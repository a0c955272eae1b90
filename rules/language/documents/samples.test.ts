import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import type { Problem } from '../plan/plan.ts';
import { RULE_CODES } from '../problems/codes.ts';

const folder = new URL('samples/', import.meta.url);
const prelude = { path: '0-prelude.yaml', text: readFileSync(new URL('prelude.yaml', folder), 'utf8') };
const names = readdirSync(folder)
  .filter((name) => name !== 'prelude.yaml')
  .sort();

function problemsOf(name: string): { readonly wanted: string[]; readonly found: readonly Problem[] } {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const wanted = /^# expect: (.*)$/m.exec(text)?.[1]?.split(', ') ?? [];
  const { problems } = compile([prelude, { path: name, text }], { today: '2026-11-22' });
  return { wanted: wanted.filter((code) => code !== 'nothing'), found: problems };
}

test.each(names)('%s', (name) => {
  const { wanted, found } = problemsOf(name);
  const told = found.map(({ code, line, column, message }) => `${line}:${column} ${code} ${message}`).join('\n');
  expect(found.map((problem) => problem.code).sort(), told).toEqual([...wanted].sort());
  expect(found.every((problem) => problem.file === name && problem.line > 0 && problem.column > 0)).toBe(true);
  expect(name.startsWith('good-')).toBe(wanted.length === 0);
});

test('every code has a sample that shows it', () => {
  const shown = new Set(names.flatMap((name) => problemsOf(name).wanted));
  // these need a size, or something besides the file
  const elsewhere = ['file_too_large', 'hash_mismatch', 'version_not_raised'];
  expect(Object.keys(RULE_CODES).filter((code) => !shown.has(code) && !elsewhere.includes(code))).toEqual([]);
});
