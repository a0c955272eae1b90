import type { EscalationReason, Role } from '@yujing/schemas';
import { currentOrder, isOpen, progressOf } from '../feedback/progress.ts';
import { contentId } from '../person/ids.ts';
import type { CaseState, OrderCause, OrderState } from '../person/state.ts';
import { emit, type Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { issueOrder, type Addressee } from './order.ts';
import { nextOfficer, onRung, roleOnRung } from './officers.ts';
import { precinctFor } from './precinct.ts';

interface Reached {
  readonly to: Addressee | null;
  readonly role: Role;
  readonly reason: EscalationReason;
}

/** Every step up is written down, also one that found nobody. */
function recordStep(turn: Turn, c: CaseState, unanswered: OrderState, { to, role, reason }: Reached): void {
  emit(turn, 'Escalation', {
    escalation_id: contentId('escalation', c.case_id, c.step),
    case_id: c.case_id,
    subject: turn.subject,
    order_id: unanswered.order_id,
    step: c.step,
    from_officer: unanswered.officer,
    to_officer: to?.officer ?? null,
    to_role: to?.role ?? role,
    reason: to === null ? 'off_duty' : reason,
    at: turn.now,
  });
}

/** The last desk is called again, a few times: the chain goes on until somebody acknowledges. */
function repeatLast(turn: Turn, c: CaseState, reason: EscalationReason, unanswered: OrderState): void {
  const { ladder, ladder_repeat } = turn.documents.policy.levels[c.level];
  const last = c.orders.findLast(isOpen);
  if (last === undefined || ladder.length === 0 || c.repeats >= ladder_repeat.times) return endLadder(turn, c);
  c.repeats += 1;
  const to = { officer: last.officer, role: last.role };
  issueOrder(turn, c, to, 'escalation');
  recordStep(turn, c, unanswered, { to, role: to.role, reason });
}

function endLadder(turn: Turn, c: CaseState): void {
  for (const order of c.orders) order.next_after_ms = null;
  turn.count('ladder_exhausted');
}

/**
 * Calls the next rung, and those that go together with it. A rung without a person is passed over and written down.
 */
export function escalate(turn: Turn, c: CaseState, unanswered: OrderState, reason: EscalationReason): void {
  for (;;) {
    const rung = turn.documents.policy.levels[c.level].ladder[c.rung];
    if (rung === undefined) return repeatLast(turn, c, reason, unanswered);
    c.rung += 1;
    const to = onRung(turn, c, rung.to);
    if (to === null) {
      c.step += 1;
      turn.count('nobody_on_duty');
      recordStep(turn, c, unanswered, { to, role: roleOnRung(rung.to), reason });
      continue;
    }
    const order = issueOrder(turn, c, to, 'escalation');
    recordStep(turn, c, unanswered, { to, role: to.role, reason });
    if (order.next_after_ms !== 0) return;
  }
}

/** A leader is told that an outcome is late; nobody else is sent. */
export function tellLeader(turn: Turn, c: CaseState): void {
  const order = currentOrder(c);
  if (order === null) return;
  const to = onRung(turn, c, 'duty_leader') ?? onRung(turn, c, 'county');
  if (to === null) {
    c.step += 1;
    turn.count('nobody_on_duty');
    recordStep(turn, c, order, { to, role: 'commander', reason: 'outcome_late' });
    return;
  }
  issueOrder(turn, c, to, 'escalation');
  recordStep(turn, c, order, { to, role: to.role, reason: 'outcome_late' });
}

/** First order of a case, or the next try of one for which nobody was there. */
export function dispatch(turn: Turn, c: CaseState): void {
  const { policy, precincts } = turn.documents;
  if (precincts !== undefined) c.precinct ??= precinctFor(c.places, c.level, turn.now, { policy, precincts });
  giveTo(turn, c, 'first');
}

/** To the officer on duty; with none the ladder is walked; with nobody at all it is tried again soon. */
export function giveTo(turn: Turn, c: CaseState, cause: OrderCause): void {
  c.rung = 0;
  c.repeats = 0;
  const officer = nextOfficer(turn, c) ?? nextAbove(turn, c);
  if (officer !== null) {
    issueOrder(turn, c, officer, cause);
    return;
  }
  c.rung = 0;
  c.retry_at = turn.now + ms(turn.documents.policy.people.nobody_retry_s);
  turn.count('nobody_on_duty');
}

function nextAbove(turn: Turn, c: CaseState): Addressee | null {
  const { ladder } = turn.documents.policy.levels[c.level];
  while (c.rung < ladder.length) {
    const rung = ladder[c.rung];
    c.rung += 1;
    const to = rung === undefined ? null : onRung(turn, c, rung.to);
    if (to !== null) return to;
  }
  return null;
}

/**
 * The level rose after an order had gone out: the same officer is told once more, and the ladder starts afresh. Who is on
 * the way already need not answer again.
 */
export function pushRise(turn: Turn, c: CaseState): void {
  const current = currentOrder(c);
  if (current === null) return dispatch(turn, c);
  c.rung = 0;
  c.repeats = 0;
  const same = { officer: current.officer, role: current.role };
  const to = isOpen(current) ? same : (nextOfficer(turn, c) ?? nextAbove(turn, c) ?? same);
  const order = issueOrder(turn, c, to, 'level');
  if (isOpen(current) || progressOf(current) < MOVING || to !== same) return;
  order.steps = { ...current.steps };
  order.undo = current.undo;
}

/** On the way, at the door, with the person. */
const MOVING = 2;
