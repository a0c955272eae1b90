import type { Call, DomainVisit, Incident, Sms, Transaction } from '@yujing/schemas';

type Identity = 'subject_id' | 'subscriber_tel' | 'peer_tel' | 'displayed_number' | 'payer_acct' | 'payee_acct';
type FilledByDoor =
  | 'event_id'
  | 'source'
  | 'subject'
  | 'subject_kind'
  | 'counterparty'
  | 'accepted_at'
  | 'lateness'
  | 'door'
  | 'schema_version'
  | 'subject_age_band'
  | 'peer_relation';
type DoorFields<R> = {
  readonly [F in Exclude<keyof R, Identity | FilledByDoor | 'occurred_at'>]?: R[F];
} & { readonly [F in Identity]?: string };

interface Head<Type extends string> {
  readonly type: Type;
  readonly id: string;
  /** RFC 3339 */
  readonly occurred_at: string;
  /** with `clock: door` only: when it passes the door */
  readonly accepted_at?: string;
}

/** An event in the door's JSON form: the fields of its record, with clear values for identities. */
export type DoorEvent =
  | (Head<'call'> & DoorFields<Call>)
  | (Head<'sms'> & DoorFields<Sms>)
  | (Head<'transaction'> & DoorFields<Transaction>)
  | (Head<'domain_visit'> & DoorFields<DomainVisit>)
  | (Head<'incident'> & DoorFields<Incident>);

/** An event and the moment its source sends it: usually when it happens, later when the source is late. */
export interface TimedEvent {
  /** epoch milliseconds */
  readonly at_ms: number;
  readonly event: DoorEvent;
}

const EAST_8_MS = 8 * 3_600_000;

/** RFC 3339 in the town's zone. Text, because thirteen digits of epoch time could be read as a phone number. */
export function timeText(epochMs: number): string {
  return new Date(epochMs + EAST_8_MS).toISOString().replace('Z', '+08:00');
}

/** By time; what happens at one time keeps its order. */
export function inOrder(events: readonly TimedEvent[]): TimedEvent[] {
  return [...events].sort((a, b) => a.at_ms - b.at_ms);
}
