import { expect, test } from 'vitest';
import { recoveryOf, spreadOf, type Arrival } from './recovery.ts';

const LATE = 1_000;
const arrival = (sentAt: number, afterMs: number | undefined): Arrival => ({
  sentAt,
  seenAt: afterMs === undefined ? undefined : sentAt + afterMs,
});

test('a disturbance lasts until the last arrival that it made late', () => {
  const arrivals = [arrival(9_900, 6_100), arrival(11_000, 5_200), arrival(15_500, 900), arrival(21_000, 1_500)];
  expect(recoveryOf(arrivals, 10_000, 20_000, LATE)).toEqual({ ms: 6_200, strays: 0 });
  expect(recoveryOf(arrivals, 10_000, 40_000, LATE)).toEqual({ ms: 12_500, strays: 0 });
});

test('what is late long after everything came in time again is counted apart', () => {
  const arrivals = [arrival(10_100, 6_100), arrival(30_000, 2_000)];
  expect(recoveryOf(arrivals, 10_000, 40_000, LATE)).toEqual({ ms: 6_200, strays: 1 });
});

test('nobody noticed', () => {
  expect(recoveryOf([arrival(10_100, 200), arrival(11_000, 1_000)], 10_000, 20_000, LATE)).toEqual({
    ms: 0,
    strays: 0,
  });
});

test('what was late before it, and had come by then, is not its doing', () => {
  expect(recoveryOf([arrival(7_000, 2_500)], 10_000, 20_000, LATE)).toEqual({ ms: 0, strays: 0 });
});

test('what never came is no recovery', () => {
  expect(recoveryOf([arrival(18_000, undefined)], 10_000, 20_000, LATE).ms).toBe(Number.POSITIVE_INFINITY);
  expect(recoveryOf([arrival(10_500, undefined)], 10_000, 20_000, LATE).ms).toBe(Number.POSITIVE_INFINITY);
});

test('percentiles by nearest rank', () => {
  expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ count: 5, p50: 3, p99: 5, max: 5 });
  expect(spreadOf(Array.from({ length: 200 }, (_, index) => index + 1))).toEqual({
    count: 200,
    p50: 100,
    p99: 198,
    max: 200,
  });
  expect(spreadOf([])).toEqual({ count: 0, p50: 0, p99: 0, max: 0 });
});
