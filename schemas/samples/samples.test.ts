import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkMeaning, RECORD_TYPES, SCHEMAS, type ProblemCode, type RecordType } from '../index.ts';

interface Wrong {
  readonly code: ProblemCode;
  readonly field: string;
  readonly change: Record<string, unknown>;
}

function read<T>(type: RecordType, kind: 'valid' | 'invalid'): T {
  const name = type.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return JSON.parse(readFileSync(new URL(`${name}.${kind}.json`, import.meta.url), 'utf8')) as T;
}

test.each(RECORD_TYPES)('%s: the valid sample means something', (type) => {
  const sample = read<Record<string, unknown>>(type, 'valid');
  expect(checkMeaning(type, sample)).toEqual([]);
  expect(Object.keys(sample)).toEqual(SCHEMAS[type].fields.map((field) => field.name));
});

test.each(RECORD_TYPES)('%s: each invalid sample is refused with its code', (type) => {
  const sample = read<Record<string, unknown>>(type, 'valid');
  const wrongs = read<Wrong[]>(type, 'invalid');
  expect(wrongs.length).toBeGreaterThan(0);
  for (const { code, field, change } of wrongs) {
    const problems = checkMeaning(type, { ...sample, ...change });
    expect(problems).toContainEqual(expect.objectContaining({ code, field }));
  }
});
