import type { Decision, Role } from '@yujing/schemas';
import { dispatch, pushRise } from '../dispatch/ladder.ts';
import { contactedAt } from '../feedback/progress.ts';
import { ACCEPTED, type Answer } from '../person/command.ts';
import { endCase } from '../person/ending.ts';
import { gradeOf, rankOf, stepped } from '../person/grades.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { act, type Cause } from './act.ts';
import { isRetrospective } from './hypotheses.ts';
import { judge } from './level.ts';
import { addQuiet } from './quiet.ts';
import { reasonOfDecision } from './reasons.ts';
import { adoptLevel } from './settle.ts';

const DESK: readonly Role[] = ['analyst', 'commander', 'centre_96110', 'system'];

/** An analyst decides. A decision on what is over, or that changes nothing, is refused with its reason. */
export function decide(turn: Turn, c: CaseState, decision: Decision): Answer {
  if (!DESK.includes(decision.role)) return 'not_allowed';
  const cause: Cause = { id: decision.command_id, warning_id: decision.warning_id, by: decision.by, at: decision.at };
  switch (decision.decision) {
    case 'confirm':
      return confirm(turn, c, decision, cause);
    case 'raise':
      return raise(turn, c, decision, cause);
    case 'lower':
      return lowerLevel(turn, c, decision, cause);
    case 'reject':
      return reject(turn, c, decision, cause);
    case 'merge':
      return merge(turn, c, decision, cause);
    case 'hold':
      return hold(turn, c, decision, cause);
    case 'dispatch':
      return dispatchNow(turn, c, decision, cause);
    case 'UNKNOWN':
      return 'other';
  }
}

function reviewed(c: CaseState, state: 'confirmed' | 'raised' | 'lowered'): void {
  c.review = { state, due_at: null, hold_until: null };
  c.unreviewed = false;
}

/** Once a person has let it through, an order goes out at its level at once. */
function letThrough(turn: Turn, c: CaseState): void {
  const { dispatched } = turn.documents.policy.levels[c.level];
  if (dispatched && c.orders.length === 0 && !isRetrospective(c)) dispatch(turn, c);
}

function confirm(turn: Turn, c: CaseState, { reason }: Decision, cause: Cause): Answer {
  if (c.review.state !== 'waiting' && c.review.state !== 'held' && c.review.state !== 'unreviewed')
    return 'wrong_state';
  reviewed(c, 'confirmed');
  act(turn, c, 'confirmed', cause, reasonOfDecision(reason), { level_to: c.level });
  letThrough(turn, c);
  return ACCEPTED;
}

function raise(turn: Turn, c: CaseState, { level_to, reason, by }: Decision, cause: Cause): Answer {
  if (c.level === 'RED') return 'level_top';
  const level = level_to === null ? stepped(c.level, 1) : gradeOf(level_to);
  if (level_to === 'UNKNOWN' || rankOf(level) <= rankOf(c.level)) return 'value_out_of_range';
  c.override = { kind: 'raise', level, by };
  act(turn, c, 'raised', cause, reasonOfDecision(reason), { level_from: c.level, level_to: level });
  return settleDecided(turn, c, cause, 'raised');
}

function lowerLevel(turn: Turn, c: CaseState, { level_to, reason, by }: Decision, cause: Cause): Answer {
  if (c.level === 'BLUE') return 'level_bottom';
  if (reason === null) return 'reason_missing';
  const level = level_to === null ? stepped(c.level, -1) : gradeOf(level_to);
  if (level_to === 'UNKNOWN' || rankOf(level) >= rankOf(c.level)) return 'value_out_of_range';
  c.override = { kind: 'lower', level, by };
  act(turn, c, 'lowered', cause, reasonOfDecision(reason), { level_from: c.level, level_to: level });
  return settleDecided(turn, c, cause, 'lowered');
}

/** The level follows the analyst, and what follows a new level need not be reviewed again. */
function settleDecided(turn: Turn, c: CaseState, cause: Cause, state: 'raised' | 'lowered'): Answer {
  const before = c.level;
  adoptLevel(turn, c, judge(c, turn.documents.policy), { ...cause, warning_id: null });
  reviewed(c, state);
  if (c.orders.length === 0) letThrough(turn, c);
  else if (rankOf(c.level) > rankOf(before)) pushRise(turn, c);
  return ACCEPTED;
}

/** Somebody has spoken to the person: how it ends is now an outcome, not a decision from afar. */
function isOutOfReach(c: CaseState): boolean {
  return contactedAt(c) !== null;
}

function reject(turn: Turn, c: CaseState, { reason }: Decision, cause: Cause): Answer {
  if (reason === null) return 'reason_missing';
  if (isOutOfReach(c)) return 'wrong_state';
  c.quiet_until = turn.now + ms(turn.documents.policy.noise.quiet_type_s);
  addQuiet(turn.person, c, 'type', turn.now, c.quiet_until);
  act(turn, c, 'dismissed', cause, reasonOfDecision(reason), { level_from: c.level });
  c.unreviewed = false;
  endCase(turn, c, 'rejected');
  c.review.state = 'rejected';
  return ACCEPTED;
}

function merge(turn: Turn, c: CaseState, { merge_into, reason }: Decision, cause: Cause): Answer {
  if (merge_into === null || merge_into === c.case_id) return 'merge_target';
  if (isOutOfReach(c)) return 'wrong_state';
  c.merged_into = merge_into;
  act(turn, c, 'merged', cause, reasonOfDecision(reason), { merged_into: merge_into });
  endCase(turn, c, 'merged');
  return ACCEPTED;
}

/** A hold keeps the card on the desk, never beyond the limit at which it goes out unreviewed. */
function hold(turn: Turn, c: CaseState, { hold_s, at, reason }: Decision, cause: Cause): Answer {
  const { review } = c;
  if (c.orders.length > 0 || review.due_at === null) return 'wrong_state';
  if (hold_s === null || hold_s <= 0) return 'value_out_of_range';
  const until = Math.max(at, turn.now) + ms(hold_s);
  if (until > review.due_at) return 'hold_too_long';
  review.state = 'held';
  review.hold_until = until;
  act(turn, c, 'held', cause, reasonOfDecision(reason));
  return ACCEPTED;
}

function dispatchNow(turn: Turn, c: CaseState, { reason }: Decision, cause: Cause): Answer {
  if (c.orders.length > 0) return 'wrong_state';
  if (isRetrospective(c) || !turn.documents.policy.levels[c.level].dispatched) return 'not_allowed';
  reviewed(c, 'confirmed');
  act(turn, c, 'confirmed', cause, reasonOfDecision(reason), { level_to: c.level });
  dispatch(turn, c);
  return ACCEPTED;
}
