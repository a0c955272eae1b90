import type { Encounter, Place, RecordTypes } from '@yujing/schemas';
import { LEDGER_TIMES, LIMITS } from '../config.ts';

// What goes on with a person, whatever the rules say: it travels on every warning and keeps the card true.

export interface LedgerCall {
  readonly id: string;
  answeredAt: number;
  /** 0 = running */
  endedAt: number;
  newestAt: number;
}

export const PAYMENT_STATES = ['none', 'pending', 'held', 'gone'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];
/** own: between the person's own accounts; out: leaves him; cash: ordered at a counter for later */
export const PAYMENT_KINDS = ['out', 'own', 'cash'] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

export interface LedgerPayment {
  readonly id: string;
  readonly kind: PaymentKind;
  amount: number;
  currency: string;
  state: PaymentState;
  /** the person's account that matters: of own money where it goes to, else where it leaves */
  readonly account: string;
  readonly firstAt: number;
  newestAt: number;
}

export interface LedgerPlace {
  readonly place: Place;
  readonly at: number;
}

export interface Ledger {
  calls: LedgerCall[];
  payments: LedgerPayment[];
  places: LedgerPlace[];
  screenShareAt: number;
  atCounterAt: number;
  /** balance of an account as a bank told it */
  balance: number;
  balanceCurrency: string;
  balanceAt: number;
}

export function emptyLedger(): Ledger {
  return {
    calls: [],
    payments: [],
    places: [],
    screenShareAt: 0,
    atCounterAt: 0,
    balance: 0,
    balanceCurrency: '',
    balanceAt: 0,
  };
}

/** Takes note of an event. Late ones find their place by event time. */
export function takeNote(ledger: Ledger, encounter: Encounter): void {
  const { call, transaction, incident, occurred_at } = encounter;
  if (call !== null) takeCall(ledger, call);
  else if (transaction !== null) takePayment(ledger, transaction);
  else if (incident?.incident_source === 'bank') ledger.atCounterAt = Math.max(ledger.atCounterAt, occurred_at);
  const places = (call ?? transaction ?? encounter.sms ?? encounter.domain_visit ?? incident)?.places;
  if (places !== undefined) for (let i = 0; i < places.length; i++) takePlace(ledger, places[i] as Place, occurred_at);
}

function takeCall(ledger: Ledger, call: RecordTypes['Call']): void {
  const { call_id, phase, occurred_at: at, duration_s } = call;
  const { calls } = ledger;
  let known = calls.find((other) => other.id === call_id);
  if (known === undefined) {
    const talked = (duration_s ?? 0) * 1000;
    if (phase === 'ringing' || phase === 'UNKNOWN' || (phase === 'ended' && talked === 0)) return;
    known = { id: call_id, answeredAt: phase === 'answered' ? at : at - talked, endedAt: 0, newestAt: at };
    calls.push(known);
    if (calls.length > LIMITS.calls) calls.splice(oldest(calls), 1);
  }
  if (phase === 'answered' && at < known.answeredAt) known.answeredAt = at;
  if (phase === 'ended') known.endedAt = Math.max(at, 1);
  if (at > known.newestAt) known.newestAt = at;
}

const PAYMENT_STATE_OF: Readonly<Record<string, PaymentState>> = {
  initiated: 'pending',
  authorised: 'pending',
  held: 'held',
  settled: 'gone',
  rejected: 'none',
  reversed: 'none',
  recalled: 'none',
};

const KIND_OF: Readonly<Record<string, PaymentKind>> = {
  transfer_out: 'out',
  cash_withdraw: 'out',
  card_pay: 'out',
  qr_pay: 'out',
  gift_card: 'out',
  gold: 'out',
  crypto_buy: 'out',
  self_move: 'own',
  cash_prebook: 'cash',
};

function takePayment(ledger: Ledger, payment: RecordTypes['Transaction']): void {
  const { occurred_at: at, device_screen_share, device_remote, channel, balance_before_minor } = payment;
  if (device_screen_share === true || device_remote === true) ledger.screenShareAt = Math.max(ledger.screenShareAt, at);
  else if (device_screen_share === false && at > ledger.screenShareAt) ledger.screenShareAt = 0;
  if (channel === 'counter') ledger.atCounterAt = Math.max(ledger.atCounterAt, at);
  if (payment.direction !== 'outgoing') return;
  if (balance_before_minor !== null && at >= ledger.balanceAt) {
    ledger.balance = balance_before_minor;
    ledger.balanceCurrency = payment.currency;
    ledger.balanceAt = at;
  }
  const kind = KIND_OF[payment.kind];
  const state = PAYMENT_STATE_OF[payment.phase];
  if (kind !== undefined && state !== undefined) takePaymentPhase(ledger, payment, kind, state);
}

function takePaymentPhase(
  ledger: Ledger,
  payment: RecordTypes['Transaction'],
  kind: PaymentKind,
  state: PaymentState,
): void {
  const { txn_id: id, amount_minor: amount, currency, occurred_at: at } = payment;
  const { payments } = ledger;
  const known = payments.find((other) => other.id === id);
  if (known !== undefined) {
    if (at < known.newestAt) return;
    known.amount = amount;
    known.currency = currency;
    known.state = state;
    known.newestAt = at;
    return;
  }
  // Of everyday payments only the newest few are worth a place: what is gone at once cannot be stopped.
  if (kind === 'out' && state === 'gone') dropOldest(payments, LIMITS.payments_gone - 1, isGone);
  const account = (kind === 'own' ? payment.payee_acct : payment.payer_acct) ?? '';
  payments.push({ id, kind, amount, currency, state, account, firstAt: at, newestAt: at });
  if (payments.length > LIMITS.payments) payments.splice(oldest(payments), 1);
}

function isGone(payment: LedgerPayment): boolean {
  return payment.kind === 'out' && payment.state === 'gone';
}

function dropOldest(payments: LedgerPayment[], limit: number, counts: (payment: LedgerPayment) => boolean): void {
  let found = 0;
  let first = -1;
  for (let i = 0; i < payments.length; i++) {
    if (!counts(payments[i] as LedgerPayment)) continue;
    if (first < 0) first = i;
    found++;
  }
  if (found > limit) payments.splice(first, 1);
}

/** One place of a kind, the newest. */
function takePlace(ledger: Ledger, place: Place, eventAt: number): void {
  const at = place.at ?? eventAt;
  const { places } = ledger;
  const position = places.findIndex((other) => other.place.kind === place.kind);
  const known = places[position];
  if (known !== undefined && (at < known.at || samePlace(known, place, at))) return;
  if (known !== undefined) places.splice(position, 1);
  places.push({ place, at });
  places.sort((a, b) => b.at - a.at);
  if (places.length > LIMITS.places) places.pop();
}

function samePlace(known: LedgerPlace, place: Place, at: number): boolean {
  return at === known.at && place.adcode === known.place.adcode && place.station_code === known.place.station_code;
}

function oldest(entries: ReadonlyArray<{ readonly newestAt: number }>): number {
  let found = 0;
  for (let i = 1; i < entries.length; i++) {
    if ((entries[i] as { newestAt: number }).newestAt < (entries[found] as { newestAt: number }).newestAt) found = i;
  }
  return found;
}

export function isRunning(call: LedgerCall, now: number): boolean {
  return call.endedAt === 0 && now - call.newestAt <= LEDGER_TIMES.call_running_ms;
}
