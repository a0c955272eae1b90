import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { contactedAt } from './progress.ts';

/** The outcome is due some time after the contact. A retry or a second visit has its own time until there is a newer contact. */
export function settleOutcomeClock(turn: Turn, c: CaseState): void {
  const contacted = contactedAt(c);
  if (c.outcome_due_kept) {
    if (c.outcome?.code === 'T7' || contacted === null || contacted <= (c.outcome?.at ?? 0)) return;
    c.outcome_due_kept = false;
    c.outcome_due_at = null;
  }
  if (contacted === null) {
    c.outcome_due_at = null;
    c.outcome_late_told = false;
  } else c.outcome_due_at ??= contacted + ms(turn.documents.policy.levels[c.level].outcome_s);
}
