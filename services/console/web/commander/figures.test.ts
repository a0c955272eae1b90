import { expect, test } from 'vitest';
import type { ClockView, FunnelStep } from '../../api/views.ts';
import { funnelRows, placeOf, scaleOf, stretchFrom, verdictOf } from './figures.ts';

const step = (name: FunnelStep['step'], count: number, lost = 0, ended = 0): FunnelStep => ({
  step: name,
  count,
  lost,
  lost_reasons: [],
  ended,
  ended_reasons: [],
});

test('who is neither here, lost nor ended is on the way', () => {
  const rows = funnelRows([step('warned', 10), step('reviewed', 7, 1, 0), step('dispatched', 4, 0, 3)]);
  expect(rows.map((row) => row.under_way)).toEqual([0, 2, 0]);
  expect(rows.map((row) => row.share)).toEqual([null, 0.7, 4 / 7]);
  expect(rows.map((row) => row.most)).toEqual([10, 10, 10]);
});

test('an empty town has a funnel of noughts, and no share of nothing', () => {
  const rows = funnelRows([step('warned', 0), step('reviewed', 0)]);
  expect(rows.map((row) => row.share)).toEqual([null, null]);
  expect(rows[0]?.most).toBe(1);
});

const clock = (p50_ms: number | null, p99_ms: number | null): ClockView => ({
  from: 'red',
  count: 1,
  p50_ms,
  p90_ms: p50_ms,
  p99_ms,
});

test('the axis of the clocks holds every clock', () => {
  for (const clocks of [
    [clock(262_000, 1_180_000)],
    [clock(20_000, 90_000)],
    [clock(null, null)],
    [clock(600_000, 90_000_000)],
  ]) {
    const scale = scaleOf(clocks);
    expect(scale.ticks.length).toBeGreaterThan(2);
    for (const ms of [clocks[0]?.p50_ms, clocks[0]?.p99_ms]) {
      if (typeof ms === 'number') expect(placeOf(scale, ms)).toBeLessThan(1);
    }
  }
  expect(placeOf(scaleOf([clock(262_000, 1_180_000)]), 5 * 60_000)).toBeCloseTo(0.218, 2);
});

test('a verdict needs twenty checked results', () => {
  expect(verdictOf({ level: 'RED', label_true: 12, label_false: 7, precision: 0.63 })).toBe('few');
  expect(verdictOf({ level: 'RED', label_true: 41, label_false: 19, precision: 0.683 })).toBe('good');
  expect(verdictOf({ level: 'RED', label_true: 15, label_false: 14, precision: 0.52 })).toBe('watch');
  expect(verdictOf({ level: 'ORANGE', label_true: 9, label_false: 33, precision: 0.21 })).toBe('floor');
  expect(verdictOf({ level: 'RED', label_true: 0, label_false: 0, precision: null })).toBe('few');
});

test('stretches are whole days of the reader', () => {
  const now = new Date(2026, 5, 15, 14, 9).getTime();
  expect(new Date(stretchFrom('today', now)).getHours()).toBe(0);
  expect(Math.round((now - stretchFrom('week', now)) / 86_400_000)).toBe(7);
  expect(new Date(stretchFrom('year', now)).getMonth()).toBe(0);
});
