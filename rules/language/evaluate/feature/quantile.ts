import type { Aggregate } from './aggregate.ts';
import type { FeatureState, Window } from './window.ts';
import { bucketOf, newestBucket, oldestBucket } from './window.ts';

/** Each bin is this much wider than the one before: a quantile is off by at most 2.5 %. */
const GROWTH = Math.log(1.05);
/** bin of zero and everything below */
const NOTHING = -1;
const MAX_BINS = 512;

function binOf(value: number): number {
  return value < 1 ? NOTHING : Math.round(Math.log(value) / GROWTH);
}

function valueOf(bin: number): number {
  return bin === NOTHING ? 0 : Math.exp(bin * GROWTH);
}

/** state: (bucket, bin, events) ..., oldest first */
function update(state: FeatureState, window: Window, at: number, drawn: number | string) {
  const bucket = bucketOf(window, at);
  const bin = binOf(drawn as number);
  for (let i = state.length - 3; i >= 0 && (state[i] as number) >= bucket; i -= 3) {
    if (state[i] === bucket && state[i + 1] === bin) {
      state[i + 2] = (state[i + 2] as number) + 1;
      return undefined;
    }
  }
  let position = state.length;
  while (position > 0 && (state[position - 3] as number) > bucket) position -= 3;
  state.splice(position, 0, bucket, bin, 1);
  let keep = 0;
  while (keep < state.length && (state[keep] as number) < bucket - window.span) keep += 3;
  if (keep > 0) state.splice(0, keep);
  if (state.length <= 3 * MAX_BINS) return undefined;
  state.splice(0, 3);
  return 'feature_capped' as const;
}

function quantileOf(state: FeatureState | undefined, window: Window, at: number, share: number): number {
  if (state === undefined) return Number.NaN;
  const oldest = oldestBucket(window, at);
  const newest = newestBucket(window, at);
  const bins: Array<readonly [bin: number, events: number]> = [];
  let total = 0;
  for (let i = 0; i < state.length; i += 3) {
    const bucket = state[i] as number;
    if (bucket < oldest || bucket > newest) continue;
    bins.push([state[i + 1] as number, state[i + 2] as number]);
    total += state[i + 2] as number;
  }
  if (total === 0) return Number.NaN;
  bins.sort((a, b) => a[0] - b[0]);
  let rank = Math.ceil(share * total);
  for (const [bin, events] of bins) {
    rank -= events;
    if (rank <= 0) return valueOf(bin);
  }
  return valueOf((bins.at(-1) as readonly [number, number])[0]);
}

export function quantile(share: number): Aggregate {
  return {
    includesCurrent: false,
    draws: 'number',
    withDelay: true,
    update,
    value: (state, window, at) => quantileOf(state, window, at, share),
  };
}

/** The value at hand against the entity's trailing median. */
export const baseline: Aggregate = {
  includesCurrent: false,
  draws: 'number',
  withDelay: true,
  update,
  value(state, window, at, drawn) {
    const median = quantileOf(state, window, at, 0.5);
    return median === 0 ? Number.NaN : drawn / median;
  },
};
