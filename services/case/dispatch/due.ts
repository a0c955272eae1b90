import { LIMITS } from '../config.ts';
import { earliestDeadline, type Deadline } from '../person/deadlines.ts';
import { endCase } from '../person/ending.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { act, type Cause } from '../reanalyse/act.ts';
import { isRetrospective } from '../reanalyse/hypotheses.ts';
import { reason } from '../reanalyse/reasons.ts';
import { dispatch, escalate, tellLeader } from './ladder.ts';

/**
 * Acts on every deadline that has passed by the person's time. A Due is only a nudge: what is due is read off the state, so
 * one that comes late, early or twice changes nothing. Returns how many there were.
 */
export function passDeadlines(turn: Turn): number {
  let passed = 0;
  for (; passed < LIMITS.deadlines; passed++) {
    const deadline = earliestDeadline(turn.person);
    if (deadline === null || deadline.at > turn.now) break;
    passDeadline(turn, deadline);
  }
  turn.count('deadlines_passed', passed);
  return passed;
}

function passDeadline(turn: Turn, deadline: Deadline): void {
  const { open, recent } = turn.person;
  if (open === null || open.case_id !== deadline.case_id) {
    const waiting = recent.find(({ case_id }) => case_id === deadline.case_id);
    if (waiting !== undefined) waiting.ended = { status: 'closed', at: turn.now };
    return;
  }
  const cause = { id: `${deadline.kind}|${deadline.ref}|${deadline.at}`, warning_id: null, by: null, at: turn.now };
  switch (deadline.kind) {
    case 'review':
      return reviewDue(turn, open, cause);
    case 'hold':
      open.review = { ...open.review, state: 'waiting', hold_until: null };
      return act(turn, open, 'released', cause, [reason('hold_over')]);
    case 'ladder':
      return ladderDue(turn, open, deadline);
    case 'movement':
      return movementDue(turn, open, deadline);
    case 'outcome':
      open.outcome_late_told = true;
      return tellLeader(turn, open);
    default:
      return closeDue(turn, open, cause);
  }
}

/** Nobody decided in time: it goes out, and says that nobody has seen it. */
function reviewDue(turn: Turn, c: CaseState, cause: Cause): void {
  c.review = { state: 'unreviewed', due_at: null, hold_until: null };
  c.unreviewed = true;
  act(turn, c, 'unreviewed', cause, [reason('time_limit')], { level_to: c.level });
  const { dispatched } = turn.documents.policy.levels[c.level];
  const isTried = c.orders.length > 0 || c.retry_at !== null;
  if (dispatched && !isTried && !isRetrospective(c)) dispatch(turn, c);
}

function ladderDue(turn: Turn, c: CaseState, { ref }: Deadline): void {
  const order = c.orders.find(({ order_id }) => order_id === ref);
  if (order === undefined) return dispatch(turn, c);
  const arrived = order.sent_at !== null || order.delivered_at !== null;
  escalate(turn, c, order, arrived ? 'not_acknowledged' : 'not_delivered');
}

function movementDue(turn: Turn, c: CaseState, { ref }: Deadline): void {
  const order = c.orders.find(({ order_id }) => order_id === ref);
  if (order === undefined) return;
  order.lapsed = true;
  escalate(turn, c, order, 'no_movement');
}

/** Without any news for long: it ends without a label, since nobody found anything out. */
function closeDue(turn: Turn, c: CaseState, cause: Cause): void {
  act(turn, c, 'expired', cause, [], { level_from: c.level });
  endCase(turn, c, c.level === 'BLUE' && c.orders.length === 0 ? 'closed' : 'expired');
}
