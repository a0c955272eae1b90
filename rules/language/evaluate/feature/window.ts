import type { FeaturePlan } from '../../plan/plan.ts';

/** What a feature remembers of one entity: flat rows of numbers (or tokens), so that a codec needs to know no kinds. */
export type FeatureState = Array<number | string>;

/** Late events are placed by event time: buckets this far back are kept beyond the window. */
export const ALLOWED_LATENESS_MS = 300_000;
/** Rows of a window, whatever its definition asks for; beyond that the oldest goes, and it is counted. */
export const MAX_ROWS = 256;

/**
 * A window as ascending rows `[bucket, ...numbers]`, empty buckets left out. It over-includes by at most one bucket, so that
 * a threshold is never missed because of a hop; an exact window is one with buckets of a millisecond.
 */
export interface Window {
  readonly width_ms: number;
  readonly window_ms: number;
  readonly delay_ms: number;
  /** buckets kept, counted back from the newest */
  readonly span: number;
}

export function windowOf(feature: FeaturePlan): Window {
  const { window_ms, delay_ms } = feature;
  const width_ms = feature.exact ? 1 : Math.max(1, Math.ceil(window_ms / Math.max(1, feature.buckets)));
  const lateness = Math.min(window_ms, ALLOWED_LATENESS_MS);
  return { width_ms, window_ms, delay_ms, span: Math.ceil((window_ms + delay_ms + lateness) / width_ms) + 1 };
}

export function bucketOf(window: Window, at: number): number {
  return Math.floor(at / window.width_ms);
}

/** Oldest bucket that a value asked for at `at` reads. */
export function oldestBucket(window: Window, at: number): number {
  return Math.floor((at - window.delay_ms - window.window_ms + 1) / window.width_ms);
}

export function newestBucket(window: Window, at: number): number {
  return Math.floor((at - window.delay_ms) / window.width_ms);
}

/** Position of the row of `bucket`, made with zeros when it is not there; -1 = older than what is kept. */
export function rowAt(state: FeatureState, stride: number, bucket: number, window: Window): number {
  let row = state.length - stride;
  const newest = row < 0 ? bucket : (state[row] as number);
  if (newest === bucket && row >= 0) return row;
  if (bucket > newest || row < 0) {
    dropOlder(state, stride, bucket - window.span + 1);
    row = state.length;
    state.push(bucket);
    for (let i = 1; i < stride; i++) state.push(0);
    return row;
  }
  if (bucket <= newest - window.span) return -1;
  while (row >= 0 && (state[row] as number) > bucket) row -= stride;
  if (row >= 0 && state[row] === bucket) return row;
  const zeros: number[] = [];
  for (let i = 1; i < stride; i++) zeros.push(0);
  state.splice(row + stride, 0, bucket, ...zeros);
  return row + stride;
}

/** True when the oldest row had to go because there were too many. */
export function capRows(state: FeatureState, stride: number): boolean {
  if (state.length <= MAX_ROWS * stride) return false;
  state.splice(0, stride);
  return true;
}

function dropOlder(state: FeatureState, stride: number, oldest: number): void {
  let keep = 0;
  while (keep < state.length && (state[keep] as number) < oldest) keep += stride;
  if (keep > 0) state.splice(0, keep);
}

/** Sum of one column over the rows that a value at `at` reads. */
export function sumRows(state: FeatureState, stride: number, column: number, window: Window, at: number): number {
  const oldest = oldestBucket(window, at);
  const newest = newestBucket(window, at);
  let sum = 0;
  for (let row = state.length - stride; row >= 0 && (state[row] as number) >= oldest; row -= stride) {
    if ((state[row] as number) <= newest) sum += state[row + column] as number;
  }
  return sum;
}
