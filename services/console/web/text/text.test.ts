import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as schemas from '@yujing/schemas';
import { expect, test } from 'vitest';
import { en } from './en.ts';
import { zh } from './zh.ts';

const web = join(import.meta.dirname, '..');
const sources = ['kit', 'live', 'text', 'format', 'officer', 'analyst', 'commander', 'start'].flatMap((folder) =>
  readdirSync(join(web, folder))
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && !/^(zh|en)(-desk)?\.ts$/.test(name))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(web, folder, name), 'utf8') })),
);
const keys = Object.keys(zh);

test('both languages have the same keys, none empty, with the same placeholders', () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
  const holes = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const key of keys as Array<keyof typeof zh>) {
    expect(zh[key].trim(), key).not.toBe('');
    expect(en[key].trim(), key).not.toBe('');
    expect(holes(en[key]), key).toEqual(holes(zh[key]));
  }
});

test('every key used exists, and every key is used', () => {
  const used = new Set<string>();
  const groups = new Set<string>();
  for (const { text } of sources) {
    for (const [quoted] of text.matchAll(/'[a-z][a-z_0-9-]*\.[a-zA-Z_0-9]+'/g)) used.add(quoted.slice(1, -1));
    for (const [, group] of text.matchAll(/\b(?:word|knows)\(\s*'([a-z-]+)'/g)) groups.add(group ?? '');
    for (const [, names] of text.matchAll(/name: ((?:'[a-z]+'(?: \| )?)+);/g)) {
      for (const [, name] of (names ?? '').matchAll(/'([a-z]+)'/g)) groups.add(name ?? '');
    }
  }
  const missing = [...used].filter((key) => groupsOfKeys.has(key.split('.')[0] ?? '') && !keys.includes(key));
  expect(missing).toEqual([]);
  for (const group of groups)
    expect(
      keys.some((key) => key.startsWith(`${group}.`)),
      group,
    ).toBe(true);
  const idle = keys.filter((key) => !used.has(key) && !groups.has(key.split('.')[0] ?? ''));
  expect(idle).toEqual([]);
});

const groupsOfKeys = new Set(keys.map((key) => key.split('.')[0] ?? ''));

/** Enumerations of the contract that a page shows. */
const SHOWN: ReadonlyArray<readonly [string, readonly string[]]> = [
  ['level', schemas.LEVEL_SYMBOLS],
  ['scam', schemas.SCAM_TYPE_SYMBOLS],
  ['status', schemas.CASE_STATUS_SYMBOLS],
  ['money', schemas.MONEY_STATE_SYMBOLS],
  ['method', schemas.CONTACT_METHOD_SYMBOLS],
  ['result', schemas.CONTACT_RESULT_SYMBOLS],
  ['outcome', schemas.OUTCOME_CODE_SYMBOLS],
  ['plain', schemas.OUTCOME_CODE_SYMBOLS],
  ['ask', schemas.REQUEST_KIND_SYMBOLS],
  ['answer', schemas.REQUEST_ANSWER_SYMBOLS],
  ['decline', schemas.RESPONSE_REASON_SYMBOLS],
  ['follow', schemas.FOLLOW_UP_KIND_SYMBOLS],
  ['refused', schemas.REFUSED_REASON_SYMBOLS],
  ['age', schemas.AGE_BAND_SYMBOLS],
  ['relation', schemas.RELATION_SYMBOLS],
  ['believed', schemas.BELIEVED_SYMBOLS],
  ['reason', schemas.DECISION_REASON_SYMBOLS],
  ['review', schemas.REVIEW_STATE_SYMBOLS],
];

test('every symbol of the contract that is shown has its words', () => {
  const missing = SHOWN.flatMap(([group, symbols]) =>
    symbols
      .filter((symbol) => symbol !== 'UNKNOWN' && !keys.includes(`${group}.${symbol}`))
      .map((symbol) => `${group}.${symbol}`),
  );
  expect(missing).toEqual([]);
});

test('no exclamation mark, full-width marks in Chinese, a space between Chinese and figures', () => {
  for (const [key, text] of Object.entries(zh)) {
    expect(text, key).not.toMatch(/[!！]/);
    expect(text, key).not.toMatch(/[\u4e00-\u9fff][,;?]/);
  }
  for (const [key, text] of Object.entries(en))
    expect(text, key).not.toMatch(/!|\bplease\b|\bsuccessfully\b|\bvictim\b/i);
});
