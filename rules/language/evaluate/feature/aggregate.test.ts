import { expect, test } from 'vitest';
import type { AggregateKind, FeaturePlan } from '../../plan/plan.ts';
import { randomFrom } from '../expression/random-expression.ts';
import { EXACT_DISTINCT } from './distinct.ts';
import { aggregateOf, notAvailable } from './table.ts';
import type { FeatureState } from './window.ts';
import { MAX_ROWS, windowOf } from './window.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 10, 22);

function feature(aggregate: AggregateKind, changes: Partial<FeaturePlan> = {}): FeaturePlan {
  return {
    id: '0123456789ab',
    name: aggregate,
    on: 'transaction',
    from: 'main',
    key: ['subject'],
    entity: 'person',
    aggregate,
    field: 'amount_minor',
    predicate: undefined,
    quantile: 0.5,
    where: undefined,
    window_ms: HOUR,
    buckets: 12,
    exact: false,
    delay_ms: 0,
    place: 'detect',
    ...changes,
  };
}

/** [minutes, drawn] in the order of arrival, then the value asked for at a minute */
function valueOf(
  plan: FeaturePlan,
  events: ReadonlyArray<readonly [number, number | string]>,
  minute: number,
  drawn = Number.NaN,
): number {
  const window = windowOf(plan);
  const aggregate = aggregateOf(plan);
  const state: FeatureState = [];
  for (const [at, value] of events) aggregate.update(state, window, T0 + at * 60_000, value);
  return aggregate.value(state, window, T0 + minute * 60_000, drawn);
}

const FIVE = [
  [0, 10],
  [10, 30],
  [20, 20],
  [30, 40],
  [65, 50],
] as const;

test.each<[AggregateKind, number, number]>([
  ['count', 4, 4],
  ['sum', 140, 140],
  ['max', 50, 50],
  ['min', 20, 20],
  ['avg', 35, 35],
  ['rate', 4, 4],
  ['stddev', 11.18, 11.18],
  ['quantile', 30, 30],
])('%s over the last hour, bucketed and exact', (kind, bucketed, exact) => {
  // At 68 minutes the window reaches back to 8: the bucket of 5 to 10 minutes is taken whole, and nothing is in it.
  const tolerance = kind === 'quantile' ? 1 : 0.01;
  expect(Math.abs(valueOf(feature(kind), FIVE, 68) - bucketed)).toBeLessThan(tolerance);
  expect(Math.abs(valueOf(feature(kind, { exact: true }), FIVE, 68) - exact)).toBeLessThan(tolerance);
});

test('an empty window: counts are zero, everything else is unknown', () => {
  for (const kind of ['count', 'sum', 'distinct', 'rate', 'age'] as const)
    expect(valueOf(feature(kind), [], 0), kind).toBe(0);
  for (const kind of ['max', 'min', 'avg', 'ratio', 'since', 'stddev', 'quantile', 'baseline'] as const) {
    expect(valueOf(feature(kind), [], 0), kind).toBeNaN();
    if (kind !== 'ratio') expect(aggregateOf(feature(kind)).includesCurrent, kind).toBe(false);
  }
});

test('ratio, age, since, baseline, last_distinct', () => {
  expect(
    valueOf(
      feature('ratio'),
      [
        [0, 1],
        [1, 0],
        [2, 1],
        [3, 1],
      ],
      4,
    ),
  ).toBe(0.75);
  expect(
    valueOf(
      feature('age'),
      [
        [5, 1],
        [30, 1],
        [2, 1],
      ],
      40,
    ),
  ).toBe(38 * 60_000);
  expect(valueOf(feature('age'), [[5, 1]], 4)).toBe(0);
  expect(valueOf(feature('age'), [[0, 1]], 61)).toBe(0);
  expect(
    valueOf(
      feature('since'),
      [
        [5, 1],
        [30, 1],
      ],
      40,
    ),
  ).toBe(10 * 60_000);
  expect(
    valueOf(
      feature('since'),
      [
        [30, 1],
        [5, 1],
      ],
      20,
    ),
  ).toBe(15 * 60_000);
  expect(valueOf(feature('since'), [[5, 1]], 66)).toBeNaN();
  expect(valueOf(feature('baseline'), FIVE, 68, 300)).toBeCloseTo(10, 0);
  expect(
    valueOf(
      feature('last_distinct'),
      [
        [0, 'a'],
        [30, 'b'],
        [31, 'a'],
      ],
      40,
    ),
  ).toBe(2);
});

test('a delayed window ends before now', () => {
  const plan = feature('sum', { delay_ms: HOUR });
  expect(valueOf(plan, FIVE, 68)).toBe(10);
  expect(valueOf(plan, FIVE, 91)).toBe(100);
  expect(notAvailable(feature('distinct', { delay_ms: HOUR }))).toBe('distinct takes no delay');
  expect(notAvailable(feature('sum', { delay_ms: 7 * 24 * HOUR }))).toBe(
    'the delay is too long for buckets this short',
  );
  expect(notAvailable(feature('sum', { delay_ms: 7 * 24 * HOUR, window_ms: 24 * HOUR }))).toBeUndefined();
});

test('random events, some of them late: a window over-includes by at most one bucket and never misses', () => {
  const random = randomFrom(7);
  for (let run = 0; run < 60; run++) {
    const buckets = 1 + Math.floor(random() * 24);
    const exact = run % 4 === 0;
    const events: Array<[number, number]> = [];
    let clock = 0;
    for (let i = 0; i < 120; i++) {
      clock += random() * 3;
      const late = random() < 0.1 ? Math.min(clock, random() * 5) : 0;
      events.push([Math.round((clock - late) * 60) / 60, Math.floor(random() * 9)]);
      const width = exact ? 1 / 60_000 : 60 / buckets;
      const between = (from: number) =>
        events.filter(([at]) => at > clock - from && at <= clock).map(([, value]) => value);
      const [least, most] = [between(60), events.filter(([at]) => at > clock - 60 - width).map(([, value]) => value)];
      const plan = { buckets, exact };
      const text = events.map(([at, value]): [number, string] => [at, String(value)]);
      within(valueOf(feature('count', plan), events, clock), least.length, most.length);
      within(valueOf(feature('sum', plan), events, clock), total(least), total(most));
      within(valueOf(feature('distinct', plan), text, clock), new Set(least).size, new Set(most).size);
      if (least.length === 0) continue;
      within(valueOf(feature('max', plan), events, clock), Math.max(...least), Math.max(...most));
      within(valueOf(feature('min', plan), events, clock), Math.min(...most), Math.min(...least));
    }
  }
});

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function within(value: number, least: number, most: number): void {
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
}

test('distinct is exact up to its cap, an estimate beyond it, and exact again when the crowd is gone', () => {
  const plan = feature('distinct');
  const window = windowOf(plan);
  const aggregate = aggregateOf(plan);
  const state: FeatureState = [];
  const notes: string[] = [];
  for (let i = 0; i < 20_000; i++) {
    const note = aggregate.update(state, window, T0 + i, `subscriber-${i}`);
    if (note !== undefined) notes.push(note);
    if (i === EXACT_DISTINCT - 1) expect(aggregate.value(state, window, T0 + i, 0)).toBe(EXACT_DISTINCT);
  }
  expect(notes).toEqual(['distinct_sketched']);
  expect(state.length).toBeLessThanOrEqual(2 + 2 * EXACT_DISTINCT);
  expect(Math.abs(aggregate.value(state, window, T0 + 20_000, 0) / 20_000 - 1)).toBeLessThan(0.25);
  for (let i = 0; i < 10; i++) aggregate.update(state, window, T0 + 3 * HOUR + i, `late-${i}`);
  expect(aggregate.value(state, window, T0 + 3 * HOUR + 10, 0)).toBe(10);
});

test('an exact window is bounded, and says when it was not enough', () => {
  const plan = feature('count', { exact: true });
  const window = windowOf(plan);
  const state: FeatureState = [];
  const notes = Array.from({ length: MAX_ROWS + 5 }, (_, i) => aggregateOf(plan).update(state, window, T0 + i, 1));
  expect(notes.filter((note) => note === 'feature_capped').length).toBe(5);
  expect(aggregateOf(plan).value(state, window, T0 + 1000, 0)).toBe(MAX_ROWS);
});
