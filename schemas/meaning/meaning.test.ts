import { expect, test } from 'vitest';
import { checkMeaning, complete, isKey, MAX_PROBLEMS } from '../index.ts';

const tick = { door: 'door-1', time: Date.UTC(2026, 0, 1), origin: -1 };

test('a missing field, a null where none may be, and a record that is none', () => {
  expect(checkMeaning('Tick', { door: 'door-1', time: tick.time })).toMatchObject([
    { code: 'missing', field: 'origin' },
  ]);
  expect(checkMeaning('Tick', { ...tick, time: null })).toMatchObject([{ code: 'wrong_type', field: 'time' }]);
  expect(checkMeaning('Tick', [])).toMatchObject([{ code: 'wrong_type', field: '' }]);
  expect(checkMeaning('Tick', null)).toMatchObject([{ code: 'wrong_type' }]);
});

test('UNKNOWN passes after decoding and nowhere else', () => {
  const head = complete('Head', { kind: 'UNKNOWN', ref: `packs@1#${'a'.repeat(16)}`, by: 'user-1', at: tick.time });
  expect(checkMeaning('Head', head)).toMatchObject([{ code: 'unknown_symbol', field: 'kind' }]);
  expect(checkMeaning('Head', head, { decoded: true })).toEqual([]);
});

test('numbers: NaN, fractions and what a long cannot carry', () => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 1.5, '1']) {
    expect(checkMeaning('Tick', { ...tick, time })).toMatchObject([{ code: 'wrong_type' }]);
  }
  expect(checkMeaning('Tick', { ...tick, origin: 2 ** 40 })).toMatchObject([{ code: 'out_of_range' }]);
  expect(checkMeaning('Tick', { ...tick, time: 2 ** 60 })).toMatchObject([{ code: 'bad_time' }]);
});

test('length counts bytes, and problems are bounded', () => {
  expect(checkMeaning('Tick', { ...tick, door: '门'.repeat(21) })).toEqual([]);
  expect(checkMeaning('Tick', { ...tick, door: '门'.repeat(22) })).toMatchObject([{ code: 'too_long' }]);
  expect(checkMeaning('Tick', { ...tick, door: '😀é'.repeat(10) })).toEqual([]);
  expect(checkMeaning('Tick', { ...tick, door: '😀é'.repeat(11) })).toMatchObject([{ code: 'too_long' }]);
  const refs = Array.from({ length: 1000 }, () => 'wrong');
  const set = {
    id: 'packs',
    version: 1,
    hash: 'a'.repeat(16),
    by: 'u',
    at: tick.time,
    rules: refs,
    features: [],
    filters: [],
  };
  expect(checkMeaning('RuleSet', set)).toHaveLength(MAX_PROBLEMS);
  const place = { kind: 'home', adcode: null, station_code: null, at: null, certainty: 2 };
  const places = checkMeaning('Call', { places: [{ ...place, certainty: 1 }, place] });
  expect(places).toContainEqual(expect.objectContaining({ code: 'out_of_range', field: 'places[1].certainty' }));
  const many = { ...set, rules: Array.from({ length: 20_001 }, () => 'wrong') };
  expect(checkMeaning('RuleSet', many)).toMatchObject([{ code: 'too_many', field: 'rules' }]);
});

test('keys of the feed: tokens, domains, addresses, places, nobody; never a clear number', () => {
  const good = [
    `t1_${'a'.repeat(22)}`,
    'shop.example',
    '192.0.2.7',
    '2001:db8::7',
    'place:330106',
    `none:${'0'.repeat(32)}`,
  ];
  for (const key of good) expect(isKey(key), key).toBe(true);
  for (const key of ['', '+8612000000001', 'Shop.Example', 't1_short', 'place:', 'none:1', 'localhost x']) {
    expect(isKey(key), key).toBe(false);
  }
});
