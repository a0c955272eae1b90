import { dispatch, pushRise } from '../dispatch/ladder.ts';
import { rankOf, type Grade } from '../person/grades.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { act, type Cause } from './act.ts';
import { isRetrospective } from './hypotheses.ts';
import { judge, type Judged } from './level.ts';

/** Judges the case anew and lets follow what the level asks for: review, order, or a second push when it rose. */
export function settle(turn: Turn, c: CaseState, cause: Cause): void {
  const before = c.level;
  adoptLevel(turn, c, judge(c, turn.documents.policy), cause);
  const difference = rankOf(c.level) - rankOf(before);
  if (difference !== 0) {
    const action = difference > 0 ? 'raised' : 'lowered';
    act(turn, c, action, cause, [], { level_from: before, level_to: c.level });
  }
  proceed(turn, c, difference > 0);
}

/** Sets the level and the two clocks that hang on it. */
export function adoptLevel(turn: Turn, c: CaseState, judged: Judged, cause: Cause): void {
  if (judged.capped.length > 0 && cause.warning_id !== null) {
    turn.count('warnings_capped');
    act(turn, c, 'capped', cause, judged.capped, { level_to: judged.level });
  }
  c.level = judged.level;
  c.level_source = judged.source;
  c.diversion = turn.documents.policy.levels[c.level].diversion;
  if (isRetrospective(c)) return;
  if (c.level !== 'BLUE') c.warned_at ??= cause.at;
  if (c.level === 'RED') c.red_at ??= cause.at;
}

/** What the level asks for. Old data asks for nothing. */
export function proceed(turn: Turn, c: CaseState, rose: boolean): void {
  if (isRetrospective(c)) return;
  const policy = turn.documents.policy.levels[c.level];
  if (c.orders.length > 0) {
    if (!rose) return;
    startReview(turn, c);
    return pushRise(turn, c);
  }
  if (!policy.dispatched) return stopReview(c);
  if (rose || c.review.state === 'none') startReview(turn, c);
  if (!policy.review_blocks || isApproved(c)) dispatch(turn, c);
}

/** An analyst or the time limit let it through, but nobody was on duty. */
function isApproved(c: CaseState): boolean {
  return c.retry_at !== null;
}

function startReview(turn: Turn, c: CaseState): void {
  const { review_s, group_wait_s, review_blocks } = turn.documents.policy.levels[c.level];
  if (review_s === null) return stopReview(c);
  const wait_s = review_blocks ? Math.max(review_s, group_wait_s) : review_s;
  const due_at = turn.now + ms(wait_s);
  c.review.due_at = c.review.due_at === null ? due_at : Math.min(c.review.due_at, due_at);
  c.review.state = 'waiting';
  c.review.hold_until = null;
}

function stopReview(c: CaseState): void {
  c.review = { state: 'none', due_at: null, hold_until: null };
}

/** Raised by what happened in the case itself; it never lowers. */
export function raiseFloor(c: CaseState, floor: Grade): boolean {
  if (rankOf(floor) <= rankOf(c.floor) || rankOf(floor) <= rankOf(c.level)) return false;
  c.floor = floor;
  return true;
}
