import type { Lateness, Place, RecordTypes, Touch } from '@yujing/schemas';
import { relationOf, type PersonEntry } from '../identity/directory.ts';
import { FORM_VERSION } from './limits.ts';
import type { EventRecordType } from './draft.ts';
import type { RawEvent } from './read.ts';

/** A record ready for the feed. */
export interface FeedRecord {
  readonly type: EventRecordType | 'Touch';
  readonly key: string;
  readonly value: RecordTypes[EventRecordType] | Touch;
}

/** What the door adds to an event when it lets it in. */
export interface Admission {
  readonly source: string;
  readonly door: string;
  readonly acceptedAt: number;
  readonly lateness: Lateness;
  /** token of the person who holds the subject's number or account, if the directory knows */
  readonly holder: string | null;
  /** the directory's entry of the subject */
  readonly person: PersonEntry | null;
}

/** How sure a home from the register is. */
const HOME_CERTAINTY = 0.9;

/** Without a time: living somewhere says nothing about being there now. */
function homeOf(entry: PersonEntry): Place | undefined {
  if (entry.home === null) return undefined;
  const { adcode, station_code } = entry.home;
  return { kind: 'home', adcode, station_code, at: null, certainty: Math.min(HOME_CERTAINTY, entry.certainty) };
}

/** Puts the tokens where the clear values were. */
function placeTokens(event: RawEvent): void {
  const { record, clear } = event.draft;
  for (const { field, index, token } of clear) {
    if (index < 0) record[field] = token;
    else if (index === 0) record[field] = [token];
    else (record[field] as string[]).push(token);
  }
}

export function counterpartyOf(event: RawEvent): string {
  return typeof event.other === 'string' ? event.other : event.other.token;
}

function touchOf(event: RawEvent, subject: string, admission: Admission): FeedRecord | undefined {
  const { kind, own } = event;
  if (kind.touch === undefined || own === undefined) return undefined;
  const value: Touch = {
    event_id: event.eventId,
    source: admission.source,
    party: own.token,
    party_kind: own.kind === 'tel' ? 'tel' : 'account',
    counterparty: counterpartyOf(event),
    subject,
    event_type: kind.name,
    occurred_at: event.occurredAt,
    accepted_at: admission.acceptedAt,
    lateness: admission.lateness,
    door: admission.door,
    ...kind.touch(event.draft.record),
  };
  return { type: 'Touch', key: own.token, value };
}

/**
 * The records of an event: the event itself, keyed by its counterparty, and a Touch for calls and payments, keyed by the
 * subject's own number or account. Every clear value has its token by now.
 */
export function seal(event: RawEvent, admission: Admission): FeedRecord[] {
  const { draft, kind, own } = event;
  const { record } = draft;
  placeTokens(event);
  const person = draft.person?.token ?? admission.holder;
  const subject = person ?? (own?.token as string);
  const counterparty = counterpartyOf(event);
  const home = admission.person === null ? undefined : homeOf(admission.person);
  record.event_id = event.eventId;
  record.source = admission.source;
  record.subject = subject;
  record.subject_kind = person === null ? own?.kind : 'person';
  record.counterparty = counterparty;
  record.accepted_at = admission.acceptedAt;
  record.lateness = admission.lateness;
  record.door = admission.door;
  record.schema_version = FORM_VERSION;
  record.subject_age_band = admission.person?.age_band ?? null;
  if (home !== undefined) record.places = [home, ...(record.places as Place[])];
  if ('peer_relation' in record) record.peer_relation = relationOf(admission.person, counterparty);
  const value = record as unknown as RecordTypes[EventRecordType];
  const touch = touchOf(event, subject, admission);
  return touch === undefined
    ? [{ type: kind.type, key: counterparty, value }]
    : [{ type: kind.type, key: counterparty, value }, touch];
}
