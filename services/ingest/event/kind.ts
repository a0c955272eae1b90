import { SCHEMAS, type EventType, type Touch } from '@yujing/schemas';
import type { NumberClassOptions } from '../number-class/number-class.ts';
import type { ClearField, Draft, EventRecordType } from './draft.ts';
import type { FieldReader } from './fields.ts';
import type { Refusal } from './refusal.ts';

/** What the door knows while it reads events of one source. */
export interface ReadOptions {
  /** id of the source, from its key */
  readonly source: string;
  readonly numbers: NumberClassOptions;
  /** true with `clock: door`: an event may then say when it passed the door */
  readonly explicitAcceptedAt: boolean;
}

/** The other party of an event: a clear value whose token is the key, or the key itself. */
export type Party = ClearField | string;

/** The part of a Touch that depends on the type of event. */
export type TouchNews = Pick<Touch, 'direction' | 'phase' | 'kind' | 'amount_minor' | 'currency' | 'duration_s'>;

/** One type of event: how its JSON is read, who its parties are. Pure. */
export interface EventKind {
  readonly type: EventRecordType;
  readonly name: Exclude<EventType, 'UNKNOWN'>;
  readonly readers: ReadonlyMap<string, FieldReader>;
  readonly empty: Readonly<Record<string, unknown>>;
  readonly required: readonly string[];
  /** field with the source's id of the call, payment, message */
  readonly idField: string;
  /** Checks between fields, and fields that follow from others. */
  finish(draft: Draft, options: ReadOptions): Refusal | undefined;
  /** The subject's own number or account. */
  own(draft: Draft): ClearField | undefined;
  /** `matter` is the hash of the source's id of the whole call or payment: a party nobody named is the same in all phases. */
  other(draft: Draft, matter: () => string, source: string): Party;
  /** undefined: no Touch is written for this type */
  touch?(record: Readonly<Record<string, unknown>>): TouchNews;
}

const FILLED_LATER = new Set(
  'event_id source subject subject_kind counterparty accepted_at lateness door schema_version'.split(' '),
);

/** Fields that must stand in the JSON, by the schema; `derived` follow from others. */
export function requiredFields(type: EventRecordType, derived: readonly string[]): string[] {
  return SCHEMAS[type].fields
    .filter((field) => field.default === undefined && !FILLED_LATER.has(field.name) && !derived.includes(field.name))
    .map((field) => field.name);
}

/** Counterparty of what has no other party that anybody could name. */
export function nobody(matter: string): string {
  return `none:${matter}`;
}
