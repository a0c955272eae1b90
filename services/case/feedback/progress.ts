import type { CaseStatus } from '@yujing/schemas';
import { STEPS, type CaseState, type OrderState, type Step, type StepTime } from '../person/state.ts';

export function noSteps(): Record<Step, StepTime | null> {
  return { accept: null, en_route: null, on_site: null, with_person: null };
}

/** 0 = nothing answered, 4 = with the person. */
export function progressOf(order: OrderState): number {
  for (let done = STEPS.length; done > 0; done--) {
    if (order.steps[STEPS[done - 1] as Step] !== null) return done;
  }
  return 0;
}

export function isOpen(order: OrderState): boolean {
  return order.condition === 'open';
}

export function isAccepted(order: OrderState): boolean {
  return isOpen(order) && order.steps.accept !== null;
}

/** Somebody has taken it, and moves or still may: nobody else is called. */
export function isAcknowledged(c: CaseState): boolean {
  return c.orders.some((order) => isAccepted(order) && !order.lapsed);
}

/**
 * Somebody else has it in hand: who was called before that stands by, unless he was first by the clock. Who is called
 * afterwards is called for a reason and may take it.
 */
export function isTaken(c: CaseState, order: OrderState, at: number): boolean {
  if (isAccepted(order)) return false;
  return c.orders.some(
    (other) =>
      other !== order &&
      isAccepted(other) &&
      !other.lapsed &&
      (other.steps.accept?.at ?? at) <= at &&
      order.issued_at <= (other.taken_at ?? at),
  );
}

/** Who was called and may still take it, oldest first: each of them has the card, not only who was called last. */
export function waitingOrders(c: CaseState): OrderState[] {
  if (c.ended !== null) return [];
  return c.orders.filter((order) => isOpen(order) && !isAccepted(order) && !isTaken(c, order, Number.MAX_SAFE_INTEGER));
}

function acceptedAt(order: OrderState): number {
  return order.steps.accept?.at ?? Number.MAX_SAFE_INTEGER;
}

/** Furthest along; among equals who is not overdue, then who took it first; before that, who was called last. */
function before(a: OrderState, b: OrderState): boolean {
  const progress = progressOf(a) - progressOf(b);
  if (progress !== 0) return progress > 0;
  if (a.lapsed !== b.lapsed) return !a.lapsed;
  if (acceptedAt(a) !== acceptedAt(b)) return acceptedAt(a) < acceptedAt(b);
  return a.step > b.step;
}

/** The order that counts now. */
export function currentOrder(c: CaseState): OrderState | null {
  const candidates = c.orders.some(isOpen) ? c.orders.filter(isOpen) : c.orders;
  return candidates.reduce<OrderState | null>(
    (best, order) => (best === null || before(order, best) ? order : best),
    null,
  );
}

/** First time anybody reached this step. */
export function firstStep(c: CaseState, step: Step): number | null {
  const times = c.orders.map((order) => order.steps[step]?.at).filter((at) => at !== undefined);
  return times.length === 0 ? null : Math.min(...times);
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** First answered or met. */
export function contactedAt(c: CaseState): number | null {
  return earliest(c.answered_at, metAt(c));
}

export function metAt(c: CaseState): number | null {
  return earliest(c.met_at, firstStep(c, 'with_person'));
}

const STATUS_OF_CAUSE = {
  first: 'dispatched',
  level: 'dispatched',
  escalation: 'escalated',
  hand_over: 'handed_over',
} as const;

/** The state of the matter, read off what has happened. */
export function statusOf(c: CaseState): CaseStatus {
  if (c.ended !== null) return c.ended.status;
  if (c.outcome?.code === 'T7') return 'outcome_reported';
  const order = currentOrder(c);
  if (contactedAt(c) !== null && order?.cause !== 'hand_over') return 'contacted';
  if (order === null) return statusOfReview(c);
  switch (progressOf(order)) {
    case 4:
      return 'contacted';
    case 3:
      return 'on_site';
    case 2:
      return 'en_route';
    case 1:
      return 'acked';
    default:
      return STATUS_OF_CAUSE[order.cause];
  }
}

function statusOfReview({ review, retry_at }: CaseState): CaseStatus {
  if (retry_at !== null || review.state === 'confirmed' || review.state === 'raised') return 'approved';
  return review.state === 'waiting' || review.state === 'held' ? 'in_review' : 'created';
}
