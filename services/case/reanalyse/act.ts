import type { Reanalysis, ReanalysisAction, Reason } from '@yujing/schemas';
import { contentId } from '../person/ids.ts';
import type { CaseState } from '../person/state.ts';
import { emit, type Turn } from '../person/turn.ts';

/** What caused an act: its id makes the act's id, so that the same cause never makes two. */
export interface Cause {
  /** warning, command or deadline */
  readonly id: string;
  readonly warning_id: string | null;
  /** user id; null = the rules of the case */
  readonly by: string | null;
  readonly at: number;
}

type Details = Partial<Pick<Reanalysis, 'level_from' | 'level_to' | 'scam_type' | 'merged_into'>>;

/** Writes down one act of the second analysis. */
export function act(
  turn: Turn,
  c: Pick<CaseState, 'case_id' | 'diversion'>,
  action: ReanalysisAction,
  cause: Cause,
  reasons: readonly Reason[],
  details: Details = {},
): void {
  emit(turn, 'Reanalysis', {
    reanalysis_id: contentId(c.case_id, action, cause.id),
    case_id: c.case_id,
    subject: turn.subject,
    at: turn.now,
    action,
    level_from: details.level_from ?? null,
    level_to: details.level_to ?? null,
    scam_type: details.scam_type ?? null,
    diversion: c.diversion,
    merged_into: details.merged_into ?? null,
    reasons,
    warning_id: cause.warning_id,
    by: cause.by,
  });
}
