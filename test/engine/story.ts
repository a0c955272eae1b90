import { createHash } from 'node:crypto';
import { complete, type Draft, type RecordTypes } from '@yujing/schemas';
import type { FeedEvent, TwoStages } from './two-stages.ts';

/** 14:02:00 in China: the call of the golden story is answered. */
export const ANSWERED_AT = Date.UTC(2026, 10, 22, 6, 2);

export function token(name: string): string {
  return `t1_${createHash('sha256').update(name).digest('base64url').slice(0, 22)}`;
}

export function eventId(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** '6:10' -> ms after the beginning */
export function clock(text: string): number {
  const [minutes = '0', seconds = '0'] = text.split(':');
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** Events of one invented person, as the door writes them. */
export class Story {
  readonly events: FeedEvent[] = [];
  readonly subject: string;
  readonly #base: number;
  #number = 0;

  constructor(name = 'P-STORY', base = ANSWERED_AT) {
    this.subject = token(name);
    this.#base = base;
  }

  at(time: string): number {
    return this.#base + clock(time);
  }

  call(time: string, fields: Partial<RecordTypes['Call']>, lateMs = 0): this {
    const peer = fields.peer_tel ?? token('caller');
    const draft = {
      call_id: 'call-1',
      direction: 'incoming',
      subscriber_tel: token(`${this.subject} tel`),
      peer_number_class: 'intl_00',
      route: 'intl_gateway',
      ...fields,
      ...this.#head(time, peer, lateMs),
      peer_tel: peer,
    };
    return this.#add('Call', draft as Draft<RecordTypes['Call']>);
  }

  visit(time: string, fields: Partial<RecordTypes['DomainVisit']>): this {
    const domain = 'get.online-case-room.example';
    const draft = {
      visit_id: `visit-${this.#number}`,
      domain,
      registered_domain: domain,
      ...fields,
      ...this.#head(time, domain, 0),
    };
    return this.#add('DomainVisit', draft as Draft<RecordTypes['DomainVisit']>);
  }

  pay(time: string, fields: Partial<RecordTypes['Transaction']>, lateMs = 0): this {
    const payee = fields.payee_acct ?? token('payee');
    const draft = {
      txn_id: `txn-${this.#number}`,
      phase: 'settled',
      kind: 'transfer_out',
      direction: 'outgoing',
      payer_acct: token(`${this.subject} account 1`),
      payee_kind: 'personal',
      amount_minor: 1_000_000,
      currency: 'CNY',
      ...fields,
      ...this.#head(time, payee, lateMs),
      payee_acct: payee,
    };
    return this.#add('Transaction', draft as Draft<RecordTypes['Transaction']>);
  }

  #head(time: string, counterparty: string, lateMs: number) {
    const occurred_at = this.at(time);
    return {
      event_id: eventId(`${this.subject} ${this.#number}`),
      source: 'test',
      subject: this.subject,
      subject_kind: 'person',
      counterparty,
      occurred_at,
      accepted_at: occurred_at + lateMs,
      lateness: lateMs > 0 ? 'late' : 'on_time',
      door: 'door-1',
      schema_version: 1,
      subject_age_band: 'adult',
      places: [{ kind: 'home', adcode: '330106', station_code: 'ST-1', at: null, certainty: 0.9 }],
    } as const;
  }

  #add<T extends FeedEvent['type']>(type: T, draft: Draft<RecordTypes[T]>): this {
    this.#number++;
    this.events.push({ type, value: complete(type, draft) } as unknown as FeedEvent);
    return this;
  }
}

/** The golden trace D9 up to the end of the call. */
export function goldenStory(name = 'P-GOLDEN'): Story {
  const story = new Story(name);
  const account = token(`${story.subject} account 1`);
  const out = { txn_id: 'out', payee_acct: token('stranger'), amount_minor: 48_000_000, first_payee: true } as const;
  const line = { first_contact: true, display_mismatch: true } as const;
  return story
    .call('0:00', { ...line, phase: 'answered', duration_s: 0 })
    .call('3:00', { ...line, phase: 'in_progress', peer_tel: token('second caller'), duration_s: 180 })
    .call('5:00', { ...line, phase: 'in_progress', peer_tel: token('second caller'), duration_s: 300 })
    .visit('5:00', { content_class: 'meeting_app', app_sideload: true, domain_age_d: 4 })
    .pay('6:10', {
      txn_id: 'gather-1',
      kind: 'self_move',
      payer_acct: token('own 2'),
      payee_acct: account,
      amount_minor: 30_000_000,
    })
    .pay('6:10', {
      txn_id: 'gather-2',
      kind: 'self_move',
      payer_acct: token('own 3'),
      payee_acct: account,
      amount_minor: 19_000_000,
    })
    .pay('7:30', { ...out, payer_acct: account, phase: 'initiated' })
    .pay('7:30', { ...out, payer_acct: account, phase: 'held' })
    .call('10:40', { phase: 'ended', duration_s: 640, release: 'normal' });
}

/** Sends events in the order in which they pass the door, with the tick of each second before them. */
export function play(stages: TwoStages, events: readonly FeedEvent[], until: number, door = 'door-1'): void {
  const order = events
    .map((event, index) => ({ event, index }))
    .sort((a, b) => a.event.value.accepted_at - b.event.value.accepted_at || a.index - b.index);
  let now = Math.floor(Math.min(...events.map((event) => event.value.accepted_at)) / 1000) * 1000;
  for (const { event } of order) {
    for (; now <= event.value.accepted_at; now += 1000) stages.tick(now, door);
    stages.event(event);
  }
  for (; now <= until; now += 1000) stages.tick(now, door);
}
