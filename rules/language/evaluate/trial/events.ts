import { createHash } from 'node:crypto';
import { complete, type Draft, type RecordTypes, type Touch } from '@yujing/schemas';
import type { EventType, RuleTest } from '../../plan/plan.ts';
import type { ProfileEvent } from '../profile-engine.ts';
import { RECORD_OF } from '../sequence/capture.ts';

type TestEvent = RuleTest['events'][number];

/** Kinds of payment by which money comes to the person; a test need not say the direction as well. */
const INCOMING = new Set(['transfer_in', 'loan_in', 'refund_in']);
/** Times of a story count from its beginning. */
const TIMES = new Set(['occurred_at', 'received_at']);

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function counterpartyOf(
  type: EventType,
  fields: Readonly<Record<string, unknown>>,
  direction: unknown,
): string | undefined {
  switch (type) {
    case 'call':
    case 'sms':
      return text(fields['peer_tel']);
    case 'transaction':
      return text(direction === 'incoming' ? fields['payer_acct'] : fields['payee_acct']);
    case 'domain_visit':
      return text(fields['registered_domain']) ?? text(fields['domain']);
    case 'incident':
      return 'place:test';
  }
}

/** The record a door would write of an event of a test: short names stand for tokens, what is not said is not known. */
export function eventOf(test: string, index: number, event: TestEvent, base: number): ProfileEvent {
  const { type, fields } = event;
  const told: Record<string, unknown> = { ...fields };
  for (const [name, value] of Object.entries(fields))
    if (TIMES.has(name) && typeof value === 'number') told[name] = base + value;
  const direction =
    fields['direction'] ??
    (type !== 'transaction' ? null : INCOMING.has(String(fields['kind'])) ? 'incoming' : 'outgoing');
  const event_id = createHash('sha256').update(`${test}\n${index}`).digest('hex').slice(0, 32);
  const occurred_at = base + event.at_ms;
  const record = {
    schema_version: 1,
    source: 'test',
    door: 'test',
    subject: 'P1',
    subject_kind: 'person',
    counterparty: counterpartyOf(type, fields, direction) ?? `none:${event_id}`,
    ...(type === 'domain_visit' && fields['registered_domain'] === undefined
      ? { registered_domain: fields['domain'] }
      : {}),
    ...told,
    direction,
    event_id,
    occurred_at,
    accepted_at: occurred_at + event.late_ms,
    lateness: event.late_ms > 0 ? 'late' : 'on_time',
  };
  // What a test leaves out stays undefined in the draft and null in the record: unknown to every rule.
  const known = RECORD_OF[type];
  return complete(known, record as unknown as Draft<RecordTypes[typeof known]>) as ProfileEvent;
}

/** What the door tells the profile of the person's own number or account. */
export function touchOf(type: EventType, event: ProfileEvent): Touch | undefined {
  const fields = event as unknown as Readonly<Record<string, unknown>>;
  const incoming = fields['direction'] === 'incoming';
  const own =
    type === 'call'
      ? fields['subscriber_tel']
      : type === 'transaction'
        ? fields[incoming ? 'payee_acct' : 'payer_acct']
        : undefined;
  if (typeof own !== 'string' || (type !== 'call' && type !== 'transaction')) return undefined;
  const { event_id, source, counterparty, subject, occurred_at, accepted_at, lateness, door } = event;
  const party_kind = type === 'call' ? 'tel' : 'account';
  const copied = Object.fromEntries(
    ['direction', 'phase', 'kind', 'amount_minor', 'currency', 'duration_s'].map((name) => [name, fields[name]]),
  );
  const head = {
    event_id,
    source,
    party: own,
    party_kind,
    counterparty,
    subject,
    event_type: type,
    occurred_at,
    accepted_at,
    lateness,
    door,
  };
  return complete('Touch', { ...copied, ...head } as Draft<Touch>);
}
