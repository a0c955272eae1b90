import type { Role } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { isAccepted, isOpen, noSteps } from '../feedback/progress.ts';
import { orderId, orderNumber } from '../person/ids.ts';
import type { CaseState, OrderCause, OrderState } from '../person/state.ts';
import { emit, type Turn } from '../person/turn.ts';
import { ms, msOrNull, type LevelPolicy } from '../policy/policy.ts';
import { precinctOf, type AreaKind } from '../policy/precinct.ts';
import { leading, liveFlags } from '../reanalyse/hypotheses.ts';

export interface Addressee {
  readonly officer: string;
  readonly role: Role;
}

function levelPolicy(turn: Turn, c: CaseState): LevelPolicy {
  return turn.documents.policy.levels[c.level];
}

/** How long after the delivery of this order the next rung is called, or the last one again; null = there is no ladder. */
function nextAfterMs(c: CaseState, { ladder, ladder_repeat }: LevelPolicy): number | null {
  const rung = ladder[c.rung];
  if (rung !== undefined) return ms(rung.wait_s);
  return ladder.length > 0 ? ms(ladder_repeat.wait_s) : null;
}

function plus(now: number, wait_ms: number | null): number | null {
  return wait_ms === null ? null : now + wait_ms;
}

/** Orders nobody took go first: what an officer did is never cut off. */
function makeRoom({ count }: Turn, c: CaseState): void {
  while (c.orders.length >= LIMITS.orders) {
    const idle = c.orders.findIndex((order) => !isAccepted(order) && order.steps.accept === null);
    c.orders.splice(Math.max(idle, 0), 1);
    count('orders_forgotten');
  }
}

/** One person, one open order of a case: a newer one takes the place of the older. */
function replaceOlder(c: CaseState, officer: string): void {
  for (const order of c.orders) if (isOpen(order) && order.officer === officer) order.condition = 'replaced';
}

/** Gives the order of the next step. The caller has moved `rung` already: the wait is that of the rung after this step. */
export function issueOrder(turn: Turn, c: CaseState, { officer, role }: Addressee, cause: OrderCause): OrderState {
  const policy = levelPolicy(turn, c);
  const { precincts } = turn.documents;
  const code = c.precinct ?? precincts?.fallback ?? 'none';
  const precinct = precincts === undefined ? undefined : precinctOf(precincts, code);
  replaceOlder(c, officer);
  makeRoom(turn, c);
  c.step += 1;
  c.retry_at = null;
  c.dispatched_at ??= turn.now;
  if (cause !== 'escalation') setMeetingTimes(turn, c, policy, precinct?.area ?? 'town');
  const order: OrderState = {
    order_id: orderId(c.case_id, c.step, officer),
    step: c.step,
    officer,
    precinct: code,
    role,
    level: c.level,
    cause,
    issued_at: turn.now,
    ack_ms: msOrNull(policy.ack_s),
    sent_at: null,
    delivered_at: null,
    next_after_ms: nextAfterMs(c, policy),
    condition: 'open',
    steps: noSteps(),
    taken_at: null,
    moves_by: null,
    lapsed: false,
    undo: null,
  };
  c.orders.push(order);
  emit(turn, 'Order', {
    order_id: order.order_id,
    order_no: orderNumber(c.case_id),
    case_id: c.case_id,
    subject: turn.subject,
    step: c.step,
    officer,
    precinct: code,
    role,
    level: c.level,
    scam_type: leading(c).scam_type,
    area_zh: precinct?.area_zh ?? null,
    area_en: precinct?.area_en ?? null,
    live_flags: liveFlags(c, ms(turn.documents.policy.noise.flags_s)),
    issued_at: turn.now,
    ack_due_at: plus(turn.now, order.ack_ms),
    contact_due_at: c.contact_due_at,
    meet_due_at: c.meet_due_at,
    channels: policy.channels,
    unreviewed: c.review.state === 'waiting' || c.review.state === 'unreviewed' || c.review.state === 'none',
  });
  return order;
}

/** The clocks to the voice and to the door start with the order, and anew when the level rises or the area changes. */
function setMeetingTimes(turn: Turn, c: CaseState, policy: LevelPolicy, area: AreaKind): void {
  c.contact_due_at = plus(turn.now, msOrNull(policy.contact_s));
  c.meet_due_at = plus(turn.now, msOrNull(policy.meet_s[area]));
}
