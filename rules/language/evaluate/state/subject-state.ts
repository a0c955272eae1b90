import { emptyStore } from '../feature/store.ts';
import type { FeatureStore } from '../feature/store.ts';
import type { Seen } from '../frame.ts';
import { emptyKnownIds } from './known-ids.ts';
import type { KnownIds } from './known-ids.ts';

/** Waits for its next stage. */
export const OPEN = 0;
/** Its newest stage holds only when the timer passes. */
export const HOLDING = 1;
/** All stages matched; warns when `within` has passed (`emit: timeout`). */
export const TIMEOUT = 2;
/** Complete; kept while a late event may still take its ground away. */
export const DONE = 3;
export type Phase = 0 | 1 | 2 | 3;

/** Tick scope of a deadline: a feed partition, or all of them. */
export const ALL_ORIGINS = -1;

/** A warning that a match gave. */
export interface GivenByWait {
  readonly stage: string;
  readonly event: string;
  readonly at: number;
}

/** One first-stage event and what followed it. */
export interface Wait {
  /** events by stage; more than one where a stage asks for several `times` */
  matched: Seen[][];
  phase: Phase;
  /** stage it waits for; while HOLDING the one after that which must hold */
  next: number;
  /** event time of an exception that ended the waiting, 0 = none; what happened before it may still come late */
  closesAt: number;
  /** event time at which the timer passes */
  holdAt: number;
  /** tick time from which that may be believed */
  dueAt: number;
  origin: number;
  /** accepted_at after which it is forgotten */
  expires: number;
  given: GivenByWait[];
}

export interface WaitList {
  /** of the rule version that made the waits */
  shape: string;
  waits: Wait[];
}

/** A warning given to this person: for suppression, and so that nothing is said twice. */
export interface Given {
  readonly rule: string;
  readonly stage: string;
  readonly event: string;
  readonly at: number;
  readonly level: number;
  /** value of the rule's `suppress.by` */
  readonly key: string;
}

/** All that rules remember of one person. */
export interface SubjectState {
  store: FeatureStore;
  known: KnownIds;
  /** events that a late first stage may need, or that may cancel one, newest last */
  recent: Seen[];
  waits: Map<string, WaitList>;
  given: Given[];
}

export function emptySubjectState(): SubjectState {
  return { store: emptyStore(), known: emptyKnownIds(), recent: [], waits: new Map(), given: [] };
}

/** The newest event of a stage: the one that completed it. */
export function seenAt(wait: Wait, stage: number): Seen | undefined {
  const events = wait.matched[stage];
  return events === undefined ? undefined : events[events.length - 1];
}

export function firstOf(wait: Wait): Seen {
  return (wait.matched[0] as Seen[])[0] as Seen;
}
