import type { LevelSource, Reason } from '@yujing/schemas';
import { gradeOf, higher, lower, rankOf, stepped, type Grade } from '../person/grades.ts';
import type { CaseState, HeldWarning } from '../person/state.ts';
import type { PolicyDocument } from '../policy/policy.ts';
import { feeds, speaking } from './hypotheses.ts';
import { reason } from './reasons.ts';

export interface Judged {
  readonly level: Grade;
  readonly source: LevelSource;
  /** why it is not higher */
  readonly capped: readonly Reason[];
}

/** The highest level, up to the warning's own, whose floor its measured share clears. Unmeasured shares bind nothing. */
function aboveFloor({ level, p_fraud }: Pick<HeldWarning, 'level' | 'p_fraud'>, policy: PolicyDocument): Grade {
  let grade = gradeOf(level);
  if (p_fraud === null) return grade;
  while (grade !== 'BLUE' && p_fraud < policy.levels[grade].p_fraud_floor) grade = stepped(grade, -1);
  return grade;
}

/** What the warnings and the case itself say, before any analyst. */
function judgeEvidence(c: CaseState, policy: PolicyDocument): Judged {
  const heard = speaking(c);
  if (heard.length === 0) return { level: c.floor, source: 'withdrawn', capped: [] };
  const said = heard.reduce<Grade>((top, { level }) => higher(top, gradeOf(level)), 'BLUE');
  const measured = heard.reduce<Grade>((top, warning) => higher(top, aboveFloor(warning, policy)), 'BLUE');
  const capped: Reason[] = said === measured ? [] : [reason('below_floor')];
  const wanted = higher(measured, c.floor);
  const level = feeds(c).length < 2 ? lower(wanted, 'ORANGE') : wanted;
  if (level !== wanted) capped.push(reason('one_feed'));
  if (capped.length > 0) return { level, source: 'policy', capped };
  if (rankOf(c.floor) > rankOf(measured)) return { level, source: 'policy', capped };
  return { level, source: heard.some(({ rule_stage }) => rule_stage !== '') ? 'stage' : 'score', capped };
}

/** The level of the case. An analyst's raise is a floor, an analyst's lowering a ceiling, until new evidence lifts it. */
export function judge(c: CaseState, policy: PolicyDocument): Judged {
  const judged = judgeEvidence(c, policy);
  if (c.override === null) return judged;
  const level =
    c.override.kind === 'raise' ? higher(judged.level, c.override.level) : lower(judged.level, c.override.level);
  return level === judged.level ? judged : { level, source: 'analyst', capped: [] };
}
