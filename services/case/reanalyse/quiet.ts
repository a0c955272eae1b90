import type { Warning } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { rankOf, stageRank } from '../person/grades.ts';
import type { CaseState, Person, Quiet } from '../person/state.ts';
import { leading, scamStage, suspects } from './hypotheses.ts';

type Sign = Pick<Warning, 'scam_type' | 'scam_stage' | 'level' | 'suspect'>;

/** The same matter again: same type, no later stage, no higher level, and nobody new behind it. */
function sameMatter(quiet: Quiet, sign: Sign): boolean {
  return (
    sign.scam_type === quiet.scam_type &&
    stageRank(sign.scam_stage) <= stageRank(quiet.scam_stage) &&
    rankOf(sign.level) <= rankOf(quiet.level) &&
    (sign.suspect === null || quiet.suspects.includes(sign.suspect))
  );
}

/** Whether a person has settled this already. A pair is never quiet for RED; a type is, but only for the very same matter. */
export function quietFor(person: Person, sign: Sign, now: number): Quiet | null {
  const valid = person.quiet.filter(({ until }) => until > now);
  const holds = (quiet: Quiet): boolean =>
    quiet.kind === 'type'
      ? sameMatter(quiet, sign)
      : sign.level !== 'RED' && sign.suspect !== null && quiet.suspects.includes(sign.suspect);
  return valid.find(holds) ?? null;
}

export function addQuiet(person: Person, c: CaseState, kind: Quiet['kind'], now: number, until: number): void {
  person.quiet = person.quiet.filter((quiet) => quiet.until > now);
  person.quiet.push({
    kind,
    case_id: c.case_id,
    scam_type: leading(c).scam_type,
    scam_stage: scamStage(c),
    level: c.warnings.reduce(
      (top, { level }) => (rankOf(level) > rankOf(top) && level !== 'UNKNOWN' ? level : top),
      c.level,
    ),
    suspects: suspects(c).slice(0, LIMITS.suspects),
    until,
  });
  if (person.quiet.length > LIMITS.quiet) person.quiet.splice(0, person.quiet.length - LIMITS.quiet);
}

/** An outcome that was taken back no longer quiets anything. */
export function removeQuiet(person: Person, case_id: string): void {
  person.quiet = person.quiet.filter((quiet) => quiet.case_id !== case_id);
}
