import type { Withdrawn } from '@yujing/schemas';
import { contactedAt, isAcknowledged } from '../feedback/progress.ts';
import { endCase } from '../person/ending.ts';
import { shortId } from '../person/ids.ts';
import { forget } from '../person/memory.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { act } from './act.ts';
import { reason } from './reasons.ts';
import { settle } from './settle.ts';

/** A late event took the ground from a warning: the case falls to what is left, or ends when nothing holds it up. */
export function takeWithdrawn(turn: Turn, withdrawn: Withdrawn): string | null {
  // The same payment can be telling for another call too: detect then says the same warning again, on that ground.
  forget(turn.person.warnings, withdrawn.warning_id);
  const c = turn.person.open;
  const warning = c?.warnings.find(({ warning_id }) => warning_id === withdrawn.warning_id);
  if (c === null || warning === undefined || warning.withdrawn) return 'warning_unknown';
  warning.withdrawn = true;
  dropEvidence(c, shortId(warning.warning_id));
  c.floor = 'BLUE';
  const cause = {
    id: `withdrawn|${withdrawn.warning_id}|${withdrawn.event_id}`,
    warning_id: withdrawn.warning_id,
    by: null,
    at: withdrawn.at,
  };
  act(turn, c, 'withdrawn', cause, [reason('warning_withdrawn')], { scam_type: warning.scam_type });
  if (isHeldUp(c)) settle(turn, c, cause);
  else {
    act(turn, c, 'dismissed', cause, [reason('nothing_left')], { level_from: c.level });
    endCase(turn, c, 'closed');
  }
  return null;
}

/** What only the withdrawn warning showed goes with it. */
function dropEvidence(c: CaseState, by: string): void {
  for (const piece of c.evidence) piece.by = piece.by.filter((other) => other !== by);
  c.evidence = c.evidence.filter((piece) => piece.by.length > 0);
}

/** Another warning, an analyst's word, or an officer who has taken it: a person then says how it ends. */
function isHeldUp(c: CaseState): boolean {
  if (c.warnings.some(({ withdrawn }) => !withdrawn) || c.folded_rules.length > 0) return true;
  if (c.review.state === 'confirmed' || c.review.state === 'raised') return true;
  return isAcknowledged(c) || contactedAt(c) !== null;
}
