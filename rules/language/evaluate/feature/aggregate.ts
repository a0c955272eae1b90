import type { FeatureState, Window } from './window.ts';

/** Something worth a counter happened to a state: a cap was reached, an exact count became a sketch. */
export type FeatureNote = 'feature_capped' | 'distinct_sketched';

/**
 * One kind of aggregate over one state. `update` takes what was drawn from the event: a number, a text (distinct,
 * last_distinct), 1 where nothing is drawn. NaN from `value` means unknown.
 */
export interface Aggregate {
  /** true: the value at an event includes the event itself */
  readonly includesCurrent: boolean;
  /** what of an event is aggregated */
  readonly draws: 'nothing' | 'number' | 'text' | 'predicate';
  readonly withDelay: boolean;
  update(state: FeatureState, window: Window, at: number, drawn: number | string): FeatureNote | undefined;
  /** `drawn` is what the event at hand would add (baseline), NaN without one */
  value(state: FeatureState | undefined, window: Window, at: number, drawn: number): number;
}
