import type { EventType } from '../plan/plan.ts';

export type Scalar = boolean | number | string;
/** a value of a record; null and undefined both mean: not known */
export type Value = Scalar | readonly Scalar[];

/** Three-valued truth. Numbers, so that conditions return without allocation. */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export type Truth = 0 | 1 | 2;

/**
 * An event as rules see it: the record at hand (`captured` undefined: features are read from live state), or kept while a
 * match waits (`captured` holds the features that later expressions read, by signature).
 */
export interface Seen {
  type: EventType;
  id: string;
  /** occurred_at */
  at: number;
  /** accepted_at */
  accepted: number;
  retrospective: boolean;
  /** feed partition it came from */
  origin: number;
  counterparty: string;
  /** the Avro record, or the part of it that was kept */
  fields: Readonly<Record<string, unknown>>;
  captured: Readonly<Record<string, number>> | undefined;
  /** counterparty features by position, as profile sent them */
  values: readonly ProfileValue[];
  listHits: readonly string[];
  /** rule ids of valid findings of the counterparty */
  findings: readonly string[];
  /** of a kept event: how it is stored, since it is stored again with every change of its person; undefined until the first time */
  stored: Uint8Array | undefined;
}

export interface ProfileValue {
  readonly id: string;
  readonly value: number;
}

/** Reads a feature of live state; NaN = unknown. `keys` are one or two values in the order of the feature's key. */
export interface FeatureReader {
  read(feature: number, first: string, second: string | undefined, frame: Frame): number;
  /** the values of a `last_distinct` feature */
  list(feature: number, first: string, second: string | undefined, frame: Frame): readonly Scalar[] | undefined;
}

/** Membership in the lists adopted from the change log. A list nobody has written yet is empty. */
export interface Lists {
  has(list: string, value: string, at: number): boolean;
}

export const NO_LISTS: Lists = { has: () => false };

/** All that an expression may read. One object per engine, filled anew for each evaluation. */
export interface Frame {
  event: Seen;
  /** events matched so far, by stage */
  stages: ReadonlyArray<Seen | undefined>;
  subject: string;
  /** instant as of which live features are read */
  now: number;
  reader: FeatureReader;
  lists: Lists;
  /** the variable of a quantifier */
  bound: Scalar;
}

export type Condition = (frame: Frame) => Truth;
/** NaN = unknown */
export type Numeric = (frame: Frame) => number;
export type Textual = (frame: Frame) => string | undefined;
export type Listing = (frame: Frame) => readonly Scalar[] | undefined;

/** A plan the engine cannot run. The front end reports the same as a problem before anything is published. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}
