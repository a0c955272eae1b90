import { createHash } from 'node:crypto';
import { classifyNumber } from '@yujing/ingest';
import { complete, type RecordType, type RecordTypes } from '@yujing/schemas';
import {
  createTown,
  DEMO_PEOPLE,
  inventedOverseas,
  story,
  type DoorEvent,
  type Resident,
  type StoryName,
  type TimedEvent,
} from '@yujing/simulator';
import type { Random } from '../random.ts';

const SOURCE = 'simulation';
const STRANGERS = 3;

export const PEOPLE: readonly Resident[] = [
  ...DEMO_PEOPLE,
  ...createTown({ seed: 'simulation', residents: 2 }).residents,
];

const TOLD: readonly StoryName[] = [
  'fake_police',
  'fake_police',
  'late_ended',
  'duplicate_feeds',
  'call_ends_early',
  'fake_service',
  'screen_share',
  'real_police_call',
];

/** A token that stands for nobody: no key was used. */
export function tokenFor(value: string): string {
  return `t1_${createHash('sha256').update(value).digest('base64url').slice(0, 22)}`;
}

function idFor(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** Few strangers ring many people, so that a caller has a profile worth having. */
function strangerFor(number: string): string {
  return number.startsWith('00852') ? inventedOverseas((Number(number.slice(-3)) % STRANGERS) + 1) : number;
}

export const CALLERS: readonly string[] = [1, 2, 3].map((n) => tokenFor(inventedOverseas(n)));

export interface FeedRecord {
  readonly type: RecordType;
  readonly key: string;
  readonly value: RecordTypes['Call' | 'Sms' | 'Transaction' | 'DomainVisit' | 'Touch'];
}

const INCOMING: ReadonlySet<string> = new Set(['transfer_in', 'loan_in', 'refund_in']);

/** What the door adds, but without the door: no vault, no directory, no judgement of lateness. */
function commonOf({ id, occurred_at, ...event }: DoorEvent, acceptedAt: number, counterparty: string): object {
  const person = PEOPLE.find(({ subject_id }) => subject_id === event.subject_id) as Resident;
  const { adcode, station_code } = person.home;
  const occurred = Date.parse(occurred_at);
  return {
    event_id: idFor(SOURCE, id),
    source: SOURCE,
    subject: tokenFor(person.subject_id),
    subject_kind: 'person',
    counterparty,
    occurred_at: occurred,
    accepted_at: Math.max(acceptedAt, occurred),
    lateness: acceptedAt - occurred > 60_000 ? 'late' : 'on_time',
    door: 'door-a',
    places: [{ kind: 'home', adcode, station_code, at: null, certainty: 0.9 }],
    schema_version: 1,
    subject_age_band: person.age_band,
  };
}

function token(value: string | undefined): string | null {
  return value === undefined ? null : tokenFor(value);
}

function touchOf(value: RecordTypes['Call' | 'Transaction'], party: string, isCall: boolean): FeedRecord {
  const { event_id, source, counterparty, subject, direction, occurred_at, accepted_at, lateness, door, phase } = value;
  const event = { event_id, source, counterparty, subject, direction, occurred_at, accepted_at, lateness, door, phase };
  const own = isCall ? ({ party_kind: 'tel', event_type: 'call' } as const) : MONEY;
  const { kind = null, amount_minor = null, currency = null } = value as Partial<RecordTypes['Transaction']>;
  const { duration_s = null } = value as Partial<RecordTypes['Call']>;
  return { type: 'Touch', key: party, value: { ...event, ...own, party, kind, amount_minor, currency, duration_s } };
}

const MONEY = { party_kind: 'account', event_type: 'transaction' } as const;

type EventOf<Type extends DoorEvent['type']> = Extract<DoorEvent, { type: Type }>;

function numbersOf(event: EventOf<'call' | 'sms'>): {
  readonly counterparty: string;
  readonly country: string | null;
  readonly area: string | null;
  readonly fields: object;
} {
  const peer = strangerFor(event.peer_tel as string);
  const { of, country, area } = classifyNumber(peer.replace(/^00/, '+'), { inventedMobiles: true });
  const counterparty = tokenFor(peer);
  const subscriber_tel = tokenFor(event.subscriber_tel as string);
  return { counterparty, country, area, fields: { subscriber_tel, peer_tel: counterparty, peer_number_class: of } };
}

function recordsOfCall(event: EventOf<'call'>, acceptedAt: number): FeedRecord[] {
  const { counterparty, country, area, fields } = numbersOf(event);
  const common = commonOf(event, acceptedAt, counterparty);
  const displayed_number = token(event.displayed_number);
  const own = { ...fields, peer_country: country, peer_area: area, displayed_number };
  const value = complete('Call', { ...event, ...common, ...own } as never);
  return [{ type: 'Call', key: counterparty, value }, touchOf(value, value.subscriber_tel, true)];
}

function recordsOfSms(event: EventOf<'sms'>, acceptedAt: number): FeedRecord[] {
  const { counterparty, fields } = numbersOf(event);
  const common = commonOf(event, acceptedAt, counterparty);
  const value = complete('Sms', { ...event, ...common, ...fields } as never);
  return [{ type: 'Sms', key: counterparty, value }];
}

function recordsOfPayment(event: EventOf<'transaction'>, acceptedAt: number): FeedRecord[] {
  const isIncoming = INCOMING.has(event.kind as string);
  const payer = token(event.payer_acct);
  const payee = token(event.payee_acct);
  const counterparty = (isIncoming ? payer : payee) ?? tokenFor('desk');
  const accounts = { payer_acct: payer, payee_acct: payee, direction: isIncoming ? 'incoming' : 'outgoing' };
  const common = commonOf(event, acceptedAt, counterparty);
  const value = complete('Transaction', { ...event, ...common, ...accounts } as never);
  const own = (isIncoming ? payee : payer) as string;
  return [{ type: 'Transaction', key: counterparty, value }, touchOf(value, own, false)];
}

function recordsOfVisit(event: EventOf<'domain_visit'>, acceptedAt: number): FeedRecord[] {
  const domain = event.domain as string;
  const common = commonOf(event, acceptedAt, domain);
  const own = { subscriber_tel: tokenFor(event.subscriber_tel as string), visit_id: event.id };
  const value = complete('DomainVisit', { ...event, registered_domain: domain, ...common, ...own } as never);
  return [{ type: 'DomainVisit', key: domain, value }];
}

/** The records of an event: keyed by its counterparty, and a Touch of the subject's own number or account. */
export function recordsOf(event: DoorEvent, acceptedAt: number): FeedRecord[] {
  switch (event.type) {
    case 'call':
      return recordsOfCall(event, acceptedAt);
    case 'sms':
      return recordsOfSms(event, acceptedAt);
    case 'transaction':
      return recordsOfPayment(event, acceptedAt);
    case 'domain_visit':
      return recordsOfVisit(event, acceptedAt);
    case 'incident':
      throw new RangeError('no story has an incident');
  }
}

/** Small stories of a seed, from before the beginning until shortly before the end; by time. */
export function tell(random: Random, stories: number, begin: number, lengthMs: number): TimedEvent[] {
  const events: TimedEvent[] = [];
  for (let run = 0; run < stories; run++) {
    const start = begin + Math.round(random.between(-lengthMs / 2, lengthMs / 2));
    events.push(...story(random.pick(TOLD), { start, person: random.pick(PEOPLE), run: `s${run}` }));
  }
  return events.sort((a, b) => a.at_ms - b.at_ms);
}
