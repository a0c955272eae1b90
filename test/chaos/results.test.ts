import { expect, test } from 'vitest';
import { merge, table, withTable, type RowResult } from './results.ts';

const ROW: RowResult = {
  row: 'kill-case',
  what: 'a kill',
  at: '2026-11-30T00:00:00.000Z',
  machine: 'a machine',
  seed: 1,
  rounds: 2,
  seconds: 60,
  disturbances: [{ what: 'kill -9', recovery_ms: 6_100, facts: { detected_ms: 2_300 } }],
  lost: 0,
  said_twice: 0,
  said_of_nothing: 0,
  recovery_ms: { count: 2, p50: 6_100, p99: 7_000, max: 7_000 },
  within_ms: 15_000,
  late_ms: 1_500,
  seen_by: 'card',
  card_ms: { count: 100, p50: 120, p99: 900, max: 7_000 },
  counts: { events: 1_000, warnings: 60, orders: 50 },
  facts: { commits_refused: 3 },
  hops: [],
  problems: [],
};

test('the newest run of a row stands beside the other rows', () => {
  const known = merge({ rows: {} }, [ROW, { ...ROW, row: 'freeze' }]);
  const { rows } = merge(known, [{ ...ROW, seed: 2 }]);
  expect([rows['kill-case']?.seed, rows['freeze']?.seed]).toEqual([2, 1]);
});

test('a row that failed, and one that was not run, are told as such', () => {
  const results = merge({ rows: {} }, [ROW, { ...ROW, row: 'freeze', lost: 2, problems: ['lost: x', 'lost: y'] }]);
  const [, , killed, frozen, missing] = table(results, ['kill-case', 'freeze', 'redis-tail']).split('\n');
  expect(killed).toBe(
    '| kill-case | a kill | 2 | 0 / 0 | 6.1 / 7.0 / 7.0 (the cluster itself: up to 2.3) | 3 | 1000 / 60 / 50 | passed |',
  );
  expect(frozen).toContain('| 2 / 0 |');
  expect(frozen).toContain('**2 problems**');
  expect(missing).toContain('not run');
});

test('the table takes its place in the document, and only there', () => {
  const document = 'before\n<!-- chaos: begin -->\nold\n<!-- chaos: end -->\nafter\n';
  expect(withTable(document, 'new')).toBe('before\n<!-- chaos: begin -->\nnew\n<!-- chaos: end -->\nafter\n');
  expect(() => withTable('no place', 'new')).toThrow('no place for the table');
});
