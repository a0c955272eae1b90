import type { LiveFlag, MoneyState, Place } from '@yujing/schemas';
import type { Seen } from '@yujing/rules/language';
import { LEDGER_TIMES } from '../config.ts';
import { isRunning, type Ledger, type LedgerCall, type LedgerPayment } from './ledger.ts';

/** How a person stands at an instant: what a warning says besides its reasons. */
export interface Standing {
  readonly live_flags: readonly LiveFlag[];
  readonly call_answered_at: number | null;
  readonly call_ended_at: number | null;
  readonly money_at_risk_minor: number | null;
  readonly money_moving_minor: number | null;
  readonly money_state: MoneyState;
  readonly currency: string | null;
  readonly places: readonly Place[];
}

export function standingOf(ledger: Ledger, stages: ReadonlyArray<Seen | undefined>, now: number): Standing {
  const call = tellingCall(ledger, stages, now);
  const moving = tellingPayment(ledger, stages, now);
  const risk = moneyAtRisk(ledger, now);
  return {
    live_flags: flagsOf(ledger, now),
    call_answered_at: call?.answeredAt ?? null,
    call_ended_at: call === undefined || call.endedAt === 0 ? null : call.endedAt,
    money_at_risk_minor: risk?.minor ?? null,
    money_moving_minor: moving?.amount ?? null,
    money_state: moving?.state ?? 'none',
    currency: moving?.currency ?? risk?.currency ?? null,
    places: ledger.places.map(({ place }) => place),
  };
}

function flagsOf(ledger: Ledger, now: number): LiveFlag[] {
  const flags: LiveFlag[] = [];
  const isRecent = (at: number, within: number): boolean => at > 0 && now - at <= within;
  const waiting = (kind: LedgerPayment['kind'], within: number): boolean =>
    ledger.payments.some(
      (payment) =>
        payment.kind === kind &&
        (payment.state === 'pending' || payment.state === 'held') &&
        isRecent(payment.newestAt, within),
    );
  if (ledger.calls.some((call) => isRunning(call, now))) flags.push('on_call');
  if (isRecent(ledger.screenShareAt, LEDGER_TIMES.screen_share_ms)) flags.push('screen_share');
  if (waiting('out', LEDGER_TIMES.transfer_pending_ms)) flags.push('transfer_pending');
  if (isRecent(ledger.atCounterAt, LEDGER_TIMES.at_counter_ms)) flags.push('at_counter');
  if (waiting('cash', LEDGER_TIMES.cash_prebooked_ms)) flags.push('cash_prebooked');
  return flags;
}

function idsOf(stages: ReadonlyArray<Seen | undefined>, field: string): unknown[] {
  return stages.map((seen) => seen?.fields[field]).filter((id) => id !== undefined);
}

/** The call the match is about, else the one that runs, else the last of the past hours. */
function tellingCall(ledger: Ledger, stages: ReadonlyArray<Seen | undefined>, now: number): LedgerCall | undefined {
  const newestFirst = [...ledger.calls].sort((a, b) => b.answeredAt - a.answeredAt);
  const matched = idsOf(stages, 'call_id');
  return (
    newestFirst.find((call) => matched.includes(call.id)) ??
    newestFirst.find((call) => isRunning(call, now)) ??
    newestFirst.find((call) => call.endedAt > 0 && now - call.endedAt <= LEDGER_TIMES.call_shown_ms)
  );
}

/** The payment the match is about, else the newest that can still be stopped. What is gone counts only if it is the matter. */
function tellingPayment(
  ledger: Ledger,
  stages: ReadonlyArray<Seen | undefined>,
  now: number,
): LedgerPayment | undefined {
  const newestFirst = ledger.payments
    .filter((payment) => payment.kind === 'out' && payment.state !== 'none')
    .sort((a, b) => b.firstAt - a.firstAt);
  const matched = idsOf(stages, 'txn_id');
  const open = newestFirst.filter(
    (payment) => payment.state !== 'gone' && now - payment.newestAt <= LEDGER_TIMES.transfer_pending_ms,
  );
  return newestFirst.find((payment) => matched.includes(payment.id)) ?? open[0];
}

interface Money {
  readonly minor: number;
  readonly currency: string;
}

/**
 * The money that can still be lost, the largest of three: own money gathered into one account within two hours, less what
 * has left that account; the balance a bank told within two hours; the payments that wait and can still be stopped.
 */
function moneyAtRisk(ledger: Ledger, now: number): Money | undefined {
  const candidates: Money[] = [];
  const recent = ledger.payments.filter(
    (payment) => payment.state !== 'none' && now - payment.firstAt <= LEDGER_TIMES.money_at_risk_ms,
  );
  for (const account of new Set(recent.flatMap((payment) => (payment.kind === 'own' ? [payment.account] : [])))) {
    const gathered = recent.filter((payment) => payment.kind === 'own' && payment.account === account);
    const left = recent.filter(
      (payment) => payment.kind === 'out' && payment.state === 'gone' && payment.account === account,
    );
    const minor = Math.max(0, total(gathered) - total(left));
    candidates.push({ minor, currency: (gathered[0] as LedgerPayment).currency });
  }
  if (ledger.balanceAt > 0 && now - ledger.balanceAt <= LEDGER_TIMES.money_at_risk_ms) {
    candidates.push({ minor: ledger.balance, currency: ledger.balanceCurrency });
  }
  const waiting = ledger.payments.filter(
    (payment) =>
      (payment.state === 'pending' || payment.state === 'held') &&
      payment.kind !== 'own' &&
      now - payment.newestAt <= LEDGER_TIMES.transfer_pending_ms,
  );
  if (waiting.length > 0) candidates.push({ minor: total(waiting), currency: (waiting[0] as LedgerPayment).currency });
  return candidates.reduce<Money | undefined>(
    (most, money) => (most === undefined || money.minor > most.minor ? money : most),
    undefined,
  );
}

function total(payments: readonly LedgerPayment[]): number {
  return payments.reduce((sum, payment) => sum + payment.amount, 0);
}
