import type { DueKind } from '@yujing/schemas';
import { contactedAt, isAccepted, isAcknowledged, isOpen, progressOf } from '../feedback/progress.ts';
import type { CaseState, OrderState, Person } from './state.ts';

/** A deadline that somebody acts on when it passes. */
export interface Deadline {
  readonly at: number;
  readonly kind: DueKind;
  readonly case_id: string;
  /** order it is about, else empty */
  readonly ref: string;
}

/** A ladder step counts from the delivery of the one before; from its issue when nothing was delivered. */
export function deliveredOrSent(order: OrderState): number {
  return order.delivered_at ?? order.sent_at ?? order.issued_at;
}

function ladder(c: CaseState): Deadline[] {
  if (isAcknowledged(c)) return [];
  const newest = c.orders.findLast(isOpen);
  if (newest === undefined || newest.next_after_ms === null) return [];
  return [
    { at: deliveredOrSent(newest) + newest.next_after_ms, kind: 'ladder', case_id: c.case_id, ref: newest.order_id },
  ];
}

function movement(c: CaseState): Deadline[] {
  if (contactedAt(c) !== null) return [];
  return c.orders
    .filter((order) => isAccepted(order) && !order.lapsed && progressOf(order) === 1 && order.moves_by !== null)
    .map((order) => ({ at: order.moves_by as number, kind: 'movement', case_id: c.case_id, ref: order.order_id }));
}

function ofOpenCase(c: CaseState): Deadline[] {
  const { case_id } = c;
  const found: Deadline[] = [...ladder(c), ...movement(c), { at: c.close_at, kind: 'close', case_id, ref: '' }];
  const { due_at, hold_until } = c.review;
  if (due_at !== null) found.push({ at: due_at, kind: 'review', case_id, ref: '' });
  if (hold_until !== null) found.push({ at: hold_until, kind: 'hold', case_id, ref: '' });
  if (c.retry_at !== null) found.push({ at: c.retry_at, kind: 'ladder', case_id, ref: '' });
  if (c.outcome_due_at !== null && !c.outcome_late_told) {
    found.push({ at: c.outcome_due_at, kind: 'outcome', case_id, ref: '' });
  }
  return found;
}

function earlier(a: Deadline, b: Deadline): boolean {
  if (a.at !== b.at) return a.at < b.at;
  return a.kind === b.kind ? a.ref < b.ref : a.kind < b.kind;
}

/** The one deadline that is set in the partition's timers: the rest is looked at when it passes. */
export function earliestDeadline(person: Person): Deadline | null {
  const waiting = person.recent.filter(({ ended }) => ended?.status === 'follow_up');
  const found = waiting.map(({ close_at, case_id }): Deadline => ({ at: close_at, kind: 'close', case_id, ref: '' }));
  if (person.open !== null) found.push(...ofOpenCase(person.open));
  return found.reduce<Deadline | null>((first, one) => (first === null || earlier(one, first) ? one : first), null);
}

/** Name of a deadline in the timers: the owner makes the Due from it. */
export function timerKey(subject: string, { kind, case_id, ref }: Deadline): string {
  return [subject, kind, case_id, ref].join('|');
}

export function fromTimerKey(key: string): { subject: string; kind: DueKind; case_id: string; ref: string } {
  const [subject = '', kind = '', case_id = '', ref = ''] = key.split('|');
  return { subject, kind: kind as DueKind, case_id, ref };
}
