import type { Warning } from '@yujing/schemas';
import { gradeOf, rankOf, stepped } from '../person/grades.ts';
import { findCase } from '../person/ending.ts';
import { caseId } from '../person/ids.ts';
import { isRemembered, rememberWarning } from '../person/memory.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { act, type Cause } from './act.ts';
import { hold } from './hold.ts';
import { feeds, speaking } from './hypotheses.ts';
import { judge } from './level.ts';
import { quietFor } from './quiet.ts';
import { reason, type ReasonCode } from './reasons.ts';
import { adoptLevel, proceed, raiseFloor, settle } from './settle.ts';

/** A warning opens the person's case or joins the one that is open; said before, or settled before, it does nothing. */
export function takeWarning(turn: Turn, warning: Warning): string | null {
  const { person } = turn;
  if (isRemembered(person.warnings, warning.warning_id)) {
    turn.count('warnings_repeated');
    return 'warning_repeated';
  }
  rememberWarning(turn, warning.warning_id);
  const { warning_id, created_at } = warning;
  const isAgain = person.open?.warnings.some((held) => held.warning_id === warning_id) ?? false;
  const cause = { id: isAgain ? `${warning_id}|${created_at}` : warning_id, warning_id, by: null, at: created_at };
  const quiet = quietFor(person, warning, turn.now);
  if (quiet !== null) {
    turn.count('warnings_quieted');
    const why = reason(quiet.kind === 'type' ? 'quiet_type' : 'quiet_pair');
    act(turn, { case_id: quiet.case_id, diversion: null }, 'quieted', cause, [why], { scam_type: warning.scam_type });
    return null;
  }
  if (person.open === null) openCase(turn, warning, cause);
  else mergeWarning(turn, person.open, warning, cause);
  return null;
}

function openCase(turn: Turn, warning: Warning, cause: Cause): void {
  const { person } = turn;
  const { noise, raise, levels } = turn.documents.policy;
  const c = newCase(newCaseId(turn, warning), warning);
  person.open = c;
  hold(turn, c, warning);
  const reasons: ReasonCode[] = ['new_warning'];
  const since = turn.now - ms(noise.watch_s);
  if ([...person.recent, ...person.closed].some((earlier) => endedAt(earlier) >= since)) reasons.push('repeat_person');
  const watched = raise.watch && (person.watch_until ?? 0) > turn.now;
  if (watched && raiseFloor(c, 'YELLOW')) reasons.push('on_watch');
  if (warning.retrospective) reasons.push('old_data');
  const judged = judge(c, turn.documents.policy);
  act(turn, c, 'opened', cause, reasons.map(reason), { level_to: judged.level, scam_type: warning.scam_type });
  adoptLevel(turn, c, judged, cause);
  c.close_at = turn.now + ms(levels[c.level].close_s);
  proceed(turn, c, true);
}

function endedAt(c: { readonly ended?: CaseState['ended']; readonly ended_at?: number }): number {
  return c.ended?.at ?? c.ended_at ?? 0;
}

/** A warning that was withdrawn and came again may open a second case, and its orders need names of their own. */
function newCaseId({ subject, person }: Turn, { warning_id }: Warning): string {
  let id = caseId(subject, warning_id);
  while (findCase(person, id).kind !== 'none') id = caseId(subject, id);
  return id;
}

function newCase(case_id: string, warning: Warning): CaseState {
  return {
    case_id,
    subject_kind: warning.subject_kind,
    revision: 0,
    opened_at: warning.created_at,
    warned_at: null,
    red_at: null,
    level: 'BLUE',
    level_source: 'stage',
    override: null,
    floor: 'BLUE',
    warnings: [],
    folded_rules: [],
    folded_feeds: [],
    evidence: [],
    places: [],
    review: { state: 'none', due_at: null, hold_until: null },
    unreviewed: false,
    diversion: null,
    precinct: null,
    dispatched_at: null,
    orders: [],
    step: 0,
    rung: 0,
    repeats: 0,
    retry_at: null,
    contact_due_at: null,
    meet_due_at: null,
    outcome_due_at: null,
    outcome_due_kept: false,
    outcome_late_told: false,
    contact_tries: [],
    unanswered: 0,
    answered_at: null,
    met_at: null,
    requests: [],
    outcome: null,
    follow_ups: [],
    merged_into: null,
    quiet_until: null,
    close_at: warning.created_at,
    ended: null,
  };
}

function mergeWarning(turn: Turn, c: CaseState, warning: Warning, cause: Cause): void {
  const reasons = new Set<ReasonCode>(['new_warning']);
  if (secondHit(turn, c, warning) && raiseFloor(c, 'YELLOW')) reasons.add('second_hit');
  if (newFeed(turn, c, warning) && raiseFloor(c, stepped(c.level, 1))) reasons.add('new_feed');
  if (warning.retrospective) reasons.add('old_data');
  hold(turn, c, warning);
  // An analyst lowered what was known then; this is news.
  if (c.override?.kind === 'lower' && rankOf(warning.level) > rankOf(c.override.level)) c.override = null;
  c.close_at = turn.now + ms(turn.documents.policy.levels[c.level].close_s);
  act(turn, c, 'merged', cause, [...reasons].map(reason), { scam_type: warning.scam_type });
  settle(turn, c, cause);
}

/** Two list hits or visits of one party are one; another party within a day is a second. */
function secondHit(turn: Turn, c: CaseState, warning: Warning): boolean {
  const { raise, noise } = turn.documents.policy;
  if (!raise.second_hit || warning.retrospective || c.level !== 'BLUE') return false;
  const since = warning.created_at - ms(noise.second_hit_s);
  return speaking(c).some(
    (known) => known.created_at >= since && known.suspect !== warning.suspect && warning.suspect !== null,
  );
}

/** A plausible matter of one feed that another feed now speaks for too. */
function newFeed(turn: Turn, c: CaseState, warning: Warning): boolean {
  if (!turn.documents.policy.raise.new_feed || warning.retrospective || c.level !== 'YELLOW') return false;
  const known = feeds(c);
  return gradeOf(warning.level) === 'YELLOW' && warning.feeds.some((feed) => !known.includes(feed));
}
