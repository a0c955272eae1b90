import { expect, test } from 'vitest';
import { LOG_NAMES, logKey, LOGS, RECORD_TYPES, SCHEMAS, type RecordTypes } from '../index.ts';

test('every record type stands in a log, and every key is a string field of its record', () => {
  const used = new Set(LOG_NAMES.flatMap((name) => Object.keys(LOGS[name].records)));
  expect([...used].sort()).toEqual([...RECORD_TYPES].sort());
  for (const name of LOG_NAMES) {
    for (const type of RECORD_TYPES) {
      const key = LOGS[name].records[type]?.key;
      if (key === undefined || key === null) continue;
      expect(
        SCHEMAS[type].fields.map((field) => field.name),
        `${name} ${type}`,
      ).toContain(key);
    }
  }
});

test('keys: the party of a touch, the old subject of a link, the reference of a document', () => {
  const token = (letter: string): string => `t1_${letter.repeat(22)}`;
  expect(logKey('feed', 'Touch', { party: token('a'), counterparty: token('b') } as RecordTypes['Touch'])).toBe(
    token('a'),
  );
  expect(logKey('encounter', 'Linked', { from: token('a'), to: token('b') } as RecordTypes['Linked'])).toBe(token('a'));
  expect(logKey('feed', 'Tick', { door: 'door-1', time: 1, origin: -1 })).toBeNull();
  const document = { id: 'packs', version: 3, hash: '0123456789abcdef' } as RecordTypes['RuleSet'];
  expect(logKey('change', 'RuleSet', document)).toBe('packs@3#0123456789abcdef');
  expect(() => logKey('change', 'Tick', { door: '', time: 1, origin: 0 })).toThrow(RangeError);
});
