import { expect, test } from 'vitest';
import { ringOf } from './ring.ts';

test('the ring runs from full to empty', () => {
  expect(ringOf(0, 300_000, null, 0)).toEqual({ kind: 'running', left: 1, ms: 300_000 });
  expect(ringOf(0, 300_000, null, 80_000).left).toBeCloseTo(0.733, 3);
  expect(ringOf(0, 300_000, null, 300_000)).toEqual({ kind: 'running', left: 0, ms: 0 });
});

test('over the deadline it counts up and is full', () => {
  expect(ringOf(0, 300_000, null, 372_000)).toEqual({ kind: 'over', left: 1, ms: 72_000 });
});

test('reached, it stands still with the time it took, also when that was late', () => {
  expect(ringOf(10_000, 310_000, 260_000, 900_000)).toEqual({ kind: 'reached', left: 1, ms: 250_000 });
});

test('a device that runs ahead or behind never breaks the ring', () => {
  expect(ringOf(100_000, 400_000, null, 50_000).left).toBe(1);
  expect(ringOf(100_000, 100_000, null, 100_000).left).toBe(0);
  expect(ringOf(100_000, 400_000, 90_000, 500_000).ms).toBe(0);
});
