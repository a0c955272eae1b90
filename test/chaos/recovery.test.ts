import { expect, test } from 'vitest';
import { recoveryMs, spreadOf, type Arrival } from './recovery.ts';

const LATE = 1_000;
const arrival = (sentAt: number, afterMs: number | undefined): Arrival => ({
  sentAt,
  seenAt: afterMs === undefined ? undefined : sentAt + afterMs,
});

test('a disturbance lasts until the last arrival that it made late', () => {
  const arrivals = [arrival(9_900, 6_100), arrival(11_000, 5_200), arrival(15_500, 900), arrival(30_000, 4_000)];
  expect(recoveryMs(arrivals, 10_000, 30_000, LATE)).toBe(6_200);
  expect(recoveryMs(arrivals, 10_000, 40_000, LATE)).toBe(24_000);
});

test('nobody noticed', () => {
  expect(recoveryMs([arrival(10_100, 200), arrival(11_000, 1_000)], 10_000, 20_000, LATE)).toBe(0);
});

test('what was late before it, and had come by then, is not its doing', () => {
  expect(recoveryMs([arrival(7_000, 2_500)], 10_000, 20_000, LATE)).toBe(0);
});

test('what never came is no recovery', () => {
  expect(recoveryMs([arrival(10_500, undefined)], 10_000, 20_000, LATE)).toBe(Number.POSITIVE_INFINITY);
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
