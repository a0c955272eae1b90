import type { Aggregate } from './aggregate.ts';
import { hash32 } from './hash.ts';
import type { FeatureState, Window } from './window.ts';
import { bucketOf, oldestBucket } from './window.ts';

/** Distinct values counted exactly; beyond that a sample of the hashes stands for all (error about 6 to 9 %). */
export const EXACT_DISTINCT = 256;

// state: [level, bucket of the last value left out, then (hash, newest bucket it was seen in) ...].
// At level n only hashes below 2^(32-n) are kept, so each stands for 2^n values (adaptive sampling).
const HEAD = 2;

function limitOf(level: number): number {
  return 2 ** (32 - level);
}

export const distinct: Aggregate = {
  includesCurrent: true,
  draws: 'text',
  withDelay: false,
  update(state, window, at, drawn) {
    if (state.length === 0) state.push(0, 0);
    const bucket = bucketOf(window, at);
    const hash = hash32(drawn as string);
    for (let i = HEAD; i < state.length; i += 2) {
      if (state[i] !== hash) continue;
      if ((state[i + 1] as number) < bucket) state[i + 1] = bucket;
      return undefined;
    }
    forgetOld(state, bucket - window.span + 1);
    if (hash >= limitOf(state[0] as number)) {
      state[1] = bucket;
      return undefined;
    }
    state.push(hash, bucket);
    if (state.length <= HEAD + 2 * EXACT_DISTINCT) return undefined;
    const wasExact = state[0] === 0;
    while (state.length > HEAD + 2 * EXACT_DISTINCT) raise(state, bucket);
    return wasExact ? 'distinct_sketched' : undefined;
  },
  value(state, window, at) {
    if (state === undefined || state.length === 0) return 0;
    const oldest = oldestBucket(window, at);
    let kept = 0;
    for (let i = HEAD + 1; i < state.length; i += 2) if ((state[i] as number) >= oldest) kept++;
    return kept * 2 ** (state[0] as number);
  },
};

/** Once nothing was left out for a whole window, what is kept is again all there is. */
function forgetOld(state: FeatureState, oldest: number): void {
  // A full sweep at each new value would cost more than it frees.
  if (state[0] === 0 && state.length < HEAD + 2 * EXACT_DISTINCT && state.length % 64 !== HEAD) return;
  let to = HEAD;
  for (let i = HEAD; i < state.length; i += 2) {
    if ((state[i + 1] as number) < oldest) continue;
    state[to] = state[i] as number;
    state[to + 1] = state[i + 1] as number;
    to += 2;
  }
  state.length = to;
  if ((state[0] as number) > 0 && (state[1] as number) < oldest) state[0] = 0;
}

function raise(state: FeatureState, bucket: number): void {
  const level = (state[0] as number) + 1;
  const limit = limitOf(level);
  let to = HEAD;
  for (let i = HEAD; i < state.length; i += 2) {
    if ((state[i] as number) >= limit) continue;
    state[to] = state[i] as number;
    state[to + 1] = state[i + 1] as number;
    to += 2;
  }
  state.length = to;
  state[0] = level;
  state[1] = bucket;
}

/** Values of the window, newest last; a token itself, so that rules can ask whether one is among them. */
export const LAST_DISTINCT = 16;

/** state: (value, newest bucket) ..., in the order of their last use */
export const lastDistinct: Aggregate = {
  includesCurrent: false,
  draws: 'text',
  withDelay: false,
  update(state, window, at, drawn) {
    const bucket = bucketOf(window, at);
    for (let i = 0; i < state.length; i += 2) {
      if (state[i] !== drawn) continue;
      state.splice(i, 2);
      break;
    }
    state.push(drawn, bucket);
    if (state.length <= 2 * LAST_DISTINCT) return undefined;
    state.splice(0, 2);
    return 'feature_capped';
  },
  value: (state, window, at) => lastValues(state, window, at).length,
};

export function lastValues(state: FeatureState | undefined, window: Window, at: number): readonly string[] {
  const values: string[] = [];
  if (state === undefined) return values;
  const oldest = oldestBucket(window, at);
  for (let i = 0; i < state.length; i += 2) {
    if ((state[i + 1] as number) >= oldest) values.push(state[i] as string);
  }
  return values;
}
