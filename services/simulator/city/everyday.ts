import type { DoorEvent, TimedEvent } from './event.ts';
import { timeText } from './event.ts';
import { randomOf, type Random } from './random.ts';
import type { Resident, Town } from './town.ts';

export interface Traffic {
  readonly callsPerMinute: number;
  readonly paymentsPerMinute: number;
}

const MINUTE_MS = 60_000;
const PROGRESS_S = 300;
const LONGEST_CALL_S = 2400;
/** Mean of ln(seconds): half of all calls are shorter than 55 s, the mean is about 90 s. */
const CALL_LOG_MEAN = 4;
const CALL_LOG_SPREAD = 1;

type Out = (atMs: number, event: DoorEvent) => void;

/** Shares of everyday payments, by kind. */
const PAYMENTS = [
  'qr_pay',
  'qr_pay',
  'qr_pay',
  'qr_pay',
  'card_pay',
  'card_pay',
  'transfer_out',
  'self_move',
  'cash_withdraw',
] as const;

/** Sum of twelve uniform numbers: near enough to a normal one. */
function normal(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.next();
  return sum;
}

function callSeconds(random: Random): number {
  const seconds = Math.exp(CALL_LOG_MEAN + CALL_LOG_SPREAD * normal(random));
  return Math.min(LONGEST_CALL_S, Math.max(3, Math.round(seconds)));
}

interface Caller {
  readonly tel: string;
  readonly isStranger: boolean;
}

/** Family and colleagues call most, then couriers and service desks, now and then somebody else. */
function callerOf(town: Town, person: Resident, random: Random): Caller {
  const draw = random.next();
  const contact = person.contacts.length > 0 ? random.pick(person.contacts) : undefined;
  if (draw < 0.6 && contact !== undefined) return { tel: contact.tel, isStranger: false };
  if (draw < 0.75) return { tel: random.pick(town.couriers), isStranger: random.chance(0.5) };
  if (draw < 0.85) return { tel: random.pick(town.services), isStranger: random.chance(0.3) };
  const other = random.pick(town.residents);
  return { tel: other.numbers[0] as string, isStranger: random.chance(0.2) };
}

function everydayCall(town: Town, random: Random, name: string, startMs: number, out: Out): void {
  const person = random.pick(town.residents);
  const caller = callerOf(town, person, random);
  const seconds = callSeconds(random);
  const write = (phase: 'answered' | 'in_progress' | 'ended', afterS: number): void => {
    const at = startMs + afterS * 1000;
    out(at, {
      type: 'call',
      id: `${name}-${phase}-${afterS}`,
      occurred_at: timeText(at),
      subject_id: person.subject_id,
      call_id: name,
      phase,
      direction: 'incoming',
      subscriber_tel: person.numbers[0] as string,
      peer_tel: caller.tel,
      route: 'domestic',
      media: 'voice',
      first_contact: caller.isStranger,
      duration_s: afterS,
      ...(phase === 'ended' ? { release: 'normal' } : {}),
    });
  };
  write('answered', 0);
  for (let at = PROGRESS_S; at < seconds; at += PROGRESS_S) write('in_progress', at);
  write('ended', seconds);
}

function payeeOf(town: Town, person: Resident, kind: (typeof PAYMENTS)[number], random: Random): string | undefined {
  if (kind === 'self_move') return person.accounts[1] ?? person.accounts[0];
  if (kind === 'cash_withdraw') return undefined;
  if (kind === 'transfer_out') return random.pick(town.residents).accounts[0];
  return random.pick(town.shops);
}

function everydayPayment(town: Town, random: Random, name: string, at: number, out: Out): void {
  const person = random.pick(town.residents);
  const kind = random.pick(PAYMENTS);
  const payee = payeeOf(town, person, kind, random);
  const most = kind === 'transfer_out' || kind === 'self_move' ? 3000 : 300;
  const amount_minor = random.between(5, most) * 100;
  out(at, {
    type: 'transaction',
    id: `${name}-settled`,
    occurred_at: timeText(at),
    subject_id: person.subject_id,
    txn_id: name,
    phase: 'settled',
    kind,
    payer_acct: person.accounts[0] as string,
    payer_inst: 'BANK-A',
    ...(payee === undefined ? {} : { payee_acct: payee }),
    payee_kind: kind === 'transfer_out' || kind === 'self_move' ? 'personal' : 'merchant',
    amount_minor,
    currency: 'CNY',
    channel: kind === 'cash_withdraw' ? 'atm' : 'mobile',
    balance_ratio: Math.min(1, Math.round((1000 * amount_minor) / person.balance_minor) / 1000),
    first_payee: kind === 'transfer_out' && random.chance(0.1),
  });
}

/**
 * What begins in one minute of an ordinary day; calls may end after it. `run` keeps the ids of two runs apart. A minute depends
 * on nothing but its own name, so a run may begin anywhere.
 */
export function everydayMinute(town: Town, traffic: Traffic, run: string, minuteMs: number): TimedEvent[] {
  const random = randomOf(town.seed, 'everyday', run, minuteMs);
  const name = `day-${run}-${Math.floor(minuteMs / MINUTE_MS).toString(36)}`;
  const events: TimedEvent[] = [];
  const out: Out = (at_ms, event) => void events.push({ at_ms, event });
  const moment = (): number => minuteMs + random.between(0, MINUTE_MS - 1);
  for (let i = 0; i < traffic.callsPerMinute; i++) everydayCall(town, random, `${name}-c${i}`, moment(), out);
  for (let i = 0; i < traffic.paymentsPerMinute; i++) everydayPayment(town, random, `${name}-t${i}`, moment(), out);
  return events;
}
