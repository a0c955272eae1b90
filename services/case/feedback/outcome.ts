import type { Outcome, RefusedReason } from '@yujing/schemas';
import { mergeTime, type Answer } from '../person/command.ts';
import { endCase, reopenCase } from '../person/ending.ts';
import { contentId } from '../person/ids.ts';
import type { CaseState, OutcomeState } from '../person/state.ts';
import { emit, type Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { addQuiet, removeQuiet } from '../reanalyse/quiet.ts';
import { labelledRules, leading } from '../reanalyse/hypotheses.ts';
import { isAfterCare, isField, keepsOpen, LABEL_OF, needsAcceptance, type KnownCode } from './codes.ts';
import { cancelFollowUps, planFollowUps, planSecondVisit } from './follow-up.ts';
import { contactedAt, isOpen, progressOf } from './progress.ts';
import { orderOf } from './response.ts';

/** What a human found out: the only source of labels. */
export function takeOutcome(turn: Turn, c: CaseState, outcome: Outcome): Answer {
  const code = outcome.outcome_code;
  if (code === 'UNKNOWN') return 'other';
  const refused = whyNot(turn, c, outcome, code);
  if (refused !== null) return refused;
  const order = outcome.order_id === null ? undefined : orderOf(c, outcome.order_id);
  const { at, accepted } = mergeTime(turn, outcome, order?.issued_at ?? c.opened_at);
  undoOutcome(turn, c);
  record(turn, c, outcome, code, at);
  if (keepsOpen(code)) goOn(turn, c, code, at);
  else finish(turn, c, outcome, code, at);
  return accepted;
}

/** The state an outcome needs; one that replaces another must name it and come in time. */
function whyNot(turn: Turn, c: CaseState, outcome: Outcome, code: KnownCode): RefusedReason | null {
  const { takes_back } = outcome;
  if (takes_back === null && c.ended !== null) return c.outcome === null ? 'case_closed' : 'already_outcome';
  if (takes_back !== null) {
    if (c.outcome?.command_id !== takes_back) return 'takes_back_unknown';
    const window = ms(turn.documents.policy.people.take_back_s);
    if (outcome.at - c.outcome.received_at > window) return 'undo_too_late';
    if (c.ended !== null && keepsOpen(code) && turn.person.open !== null) return 'wrong_state';
  }
  return whyNotYours(c, outcome, code);
}

function whyNotYours(c: CaseState, { order_id, by, role }: Outcome, code: KnownCode): RefusedReason | null {
  if (order_id === null) return isField(role) ? 'unknown_order' : null;
  const order = orderOf(c, order_id);
  if (order === undefined) return 'unknown_order';
  if (order.officer !== by) return 'not_your_order';
  if (!isOpen(order)) return 'wrong_state';
  return needsAcceptance(code) && progressOf(order) === 0 ? 'wrong_state' : null;
}

/** What the earlier outcome had set up goes with it. */
function undoOutcome(turn: Turn, c: CaseState): void {
  if (c.outcome === null) return;
  cancelFollowUps(turn, c);
  removeQuiet(turn.person, c.case_id);
  c.quiet_until = null;
  if (c.outcome.label === 'label_true') turn.person.watch_until = null;
}

function record(turn: Turn, c: CaseState, outcome: Outcome, code: KnownCode, at: number): void {
  const replaced = c.outcome;
  const label_id = contentId('label', c.case_id, outcome.command_id);
  const next: OutcomeState = {
    command_id: outcome.command_id,
    label_id,
    code,
    sub_code: outcome.sub_code,
    label: LABEL_OF[code],
    at,
    received_at: outcome.at,
  };
  c.outcome = next;
  emit(turn, 'Label', {
    label_id,
    case_id: c.case_id,
    subject: turn.subject,
    label: next.label,
    outcome_code: code,
    outcome_command_id: outcome.command_id,
    scam_type: leading(c).scam_type,
    scam_type_actual: outcome.scam_type_actual,
    rules: labelledRules(c),
    first_warning_at: c.warned_at ?? c.opened_at,
    contacted_at: contactedAt(c),
    money_stopped_minor: outcome.money_stopped_minor,
    money_out_before_minor: outcome.money_out_before_minor,
    currency: outcome.currency,
    at: turn.now,
    provisional: keepsOpen(code),
    takes_back: replaced?.label_id ?? null,
  });
}

/** Not the end: another try, or a second visit by somebody she may believe. */
function goOn(turn: Turn, c: CaseState, code: KnownCode, at: number): void {
  if (c.ended !== null) reopenCase(turn, c);
  const { retry_s, second_visit_s, close_s } = turn.documents.policy.levels[c.level];
  c.outcome_due_at = Math.max(at, turn.now) + ms(code === 'T7' ? second_visit_s : retry_s);
  c.outcome_due_kept = true;
  c.outcome_late_told = false;
  c.close_at = turn.now + ms(close_s);
  if (code === 'T7') planSecondVisit(turn, c, c.outcome_due_at);
}

function finish(turn: Turn, c: CaseState, outcome: Outcome, code: KnownCode, at: number): void {
  const { person, now } = turn;
  const { noise, people } = turn.documents.policy;
  if (code === 'T6' || code === 'F1') {
    c.quiet_until = now + ms(noise.quiet_type_s);
    addQuiet(person, c, 'type', now, c.quiet_until);
  }
  if (code === 'F1') addQuiet(person, c, 'pair', now, now + ms(noise.quiet_pair_s));
  if (isAfterCare(code)) {
    person.watch_until = Math.max(person.watch_until ?? 0, now + ms(noise.watch_s));
    planFollowUps(turn, c, outcome, at);
  }
  const pending = c.follow_ups.filter(({ done_at }) => done_at === null);
  const status = pending.length > 0 ? 'follow_up' : 'closed';
  if (c.ended === null) endCase(turn, c, status);
  else c.ended = { status, at: now };
  c.close_at = Math.max(now, ...pending.map(({ due_at }) => due_at)) + ms(people.follow_up_grace_s);
}
