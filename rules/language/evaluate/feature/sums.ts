import type { Aggregate } from './aggregate.ts';
import type { FeatureState } from './window.ts';
import { bucketOf, capRows, newestBucket, oldestBucket, rowAt, sumRows } from './window.ts';

function add(state: FeatureState, row: number, column: number, amount: number): void {
  state[row + column] = (state[row + column] as number) + amount;
}

/** rows [bucket, events] */
export const count: Aggregate = {
  includesCurrent: true,
  draws: 'nothing',
  withDelay: true,
  update(state, window, at) {
    const row = rowAt(state, 2, bucketOf(window, at), window);
    if (row < 0) return undefined;
    add(state, row, 1, 1);
    return capRows(state, 2) ? 'feature_capped' : undefined;
  },
  value: (state, window, at) => (state === undefined ? 0 : sumRows(state, 2, 1, window, at)),
};

/** rows [bucket, sum] */
export const sum: Aggregate = {
  ...count,
  draws: 'number',
  update(state, window, at, drawn) {
    const row = rowAt(state, 2, bucketOf(window, at), window);
    if (row < 0) return undefined;
    add(state, row, 1, drawn as number);
    return capRows(state, 2) ? 'feature_capped' : undefined;
  },
};

const HOUR_MS = 3_600_000;

/** events per hour of the window */
export const rate: Aggregate = {
  ...count,
  value: (state, window, at, drawn) => (count.value(state, window, at, drawn) * HOUR_MS) / window.window_ms,
};

/** rows [bucket, events, of which the predicate held] */
export const ratio: Aggregate = {
  includesCurrent: true,
  draws: 'predicate',
  withDelay: true,
  update(state, window, at, drawn) {
    const row = rowAt(state, 3, bucketOf(window, at), window);
    if (row < 0) return undefined;
    add(state, row, 1, 1);
    add(state, row, 2, drawn as number);
    return capRows(state, 3) ? 'feature_capped' : undefined;
  },
  value(state, window, at) {
    if (state === undefined) return Number.NaN;
    // No event, no share: 0 / 0 is NaN, which is unknown.
    return sumRows(state, 3, 2, window, at) / sumRows(state, 3, 1, window, at);
  },
};

/** rows [bucket, events, sum] */
export const average: Aggregate = {
  includesCurrent: false,
  draws: 'number',
  withDelay: true,
  update(state, window, at, drawn) {
    const row = rowAt(state, 3, bucketOf(window, at), window);
    if (row < 0) return undefined;
    add(state, row, 1, 1);
    add(state, row, 2, drawn as number);
    return capRows(state, 3) ? 'feature_capped' : undefined;
  },
  value(state, window, at) {
    if (state === undefined) return Number.NaN;
    return sumRows(state, 3, 2, window, at) / sumRows(state, 3, 1, window, at);
  },
};

/** rows [bucket, events, sum, sum of squares]; of the population, unknown under two values */
export const deviation: Aggregate = {
  includesCurrent: false,
  draws: 'number',
  withDelay: true,
  update(state, window, at, drawn) {
    const row = rowAt(state, 4, bucketOf(window, at), window);
    if (row < 0) return undefined;
    const value = drawn as number;
    add(state, row, 1, 1);
    add(state, row, 2, value);
    add(state, row, 3, value * value);
    return capRows(state, 4) ? 'feature_capped' : undefined;
  },
  value(state, window, at) {
    if (state === undefined) return Number.NaN;
    const events = sumRows(state, 4, 1, window, at);
    if (events < 2) return Number.NaN;
    const mean = sumRows(state, 4, 2, window, at) / events;
    return Math.sqrt(Math.max(0, sumRows(state, 4, 3, window, at) / events - mean * mean));
  },
};

/** rows [bucket, events, extreme]; `sign` 1 keeps the largest, -1 the smallest */
function extreme(sign: 1 | -1): Aggregate {
  return {
    includesCurrent: false,
    draws: 'number',
    withDelay: true,
    update(state, window, at, drawn) {
      const row = rowAt(state, 3, bucketOf(window, at), window);
      if (row < 0) return undefined;
      const value = drawn as number;
      if (state[row + 1] === 0 || sign * value > sign * (state[row + 2] as number)) state[row + 2] = value;
      add(state, row, 1, 1);
      return capRows(state, 3) ? 'feature_capped' : undefined;
    },
    value(state, window, at) {
      if (state === undefined) return Number.NaN;
      const oldest = oldestBucket(window, at);
      const newest = newestBucket(window, at);
      let found = Number.NaN;
      for (let row = state.length - 3; row >= 0 && (state[row] as number) >= oldest; row -= 3) {
        const value = state[row + 2] as number;
        if ((state[row] as number) <= newest && !(sign * found >= sign * value)) found = value;
      }
      return found;
    },
  };
}

export const max = extreme(1);
export const min = extreme(-1);
