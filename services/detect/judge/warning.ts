import { createHash } from 'node:crypto';
import type { DispatchHint, Mode, ScamStage, ScamType, SubjectKind, Warning, Withdrawn } from '@yujing/schemas';
import { MODE_SYMBOLS, SCAM_TYPE_SYMBOLS } from '@yujing/schemas';
import type { Hit, Level, Withdrawal } from '@yujing/rules/language';
import { LIMITS } from '../config.ts';
import type { Standing } from '../subject/standing.ts';

/** Whom a warning is about. */
export interface Subject {
  readonly token: string;
  readonly kind: SubjectKind;
}

/** The same whatever order the events came in; a shadow's also hashes the version, so that versions can be compared. */
export function warningId(
  rule: string,
  stage: string,
  subject: string,
  trigger: string,
  shadowVersion?: number,
): string {
  const parts = [rule, stage, subject, trigger];
  if (shadowVersion !== undefined) parts.push(String(shadowVersion));
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 32);
}

/** How far the story has gone when the rule does not say: by the meaning of the levels. */
const STAGE_OF: Readonly<Record<Level, ScamStage>> = {
  BLUE: 's0_exposed',
  YELLOW: 's1_hooked',
  ORANGE: 's1_hooked',
  RED: 's3_squeeze',
};

/** A hit with what is known of the person besides. `newestTick` tells how far the world has gone on meanwhile. */
export function warningOf(hit: Hit, subject: Subject, standing: Standing, newestTick: number): Warning {
  const { rule, stage, trigger } = hit;
  return {
    warning_id: warningId(rule.id, stage.id, subject.token, trigger.id, hit.isShadow ? rule.version : undefined),
    subject: subject.token,
    subject_kind: subject.kind,
    rule: rule.id,
    rule_version: rule.version,
    rule_hash: rule.hash,
    rule_stage: stage.id,
    scam_type: symbolOf<ScamType>(SCAM_TYPE_SYMBOLS, rule.scam_type) ?? 'other',
    scam_stage: (stage.scam_stage as ScamStage | undefined) ?? STAGE_OF[hit.level],
    modes: rule.modes.filter((mode): mode is Mode => symbolOf<Mode>(MODE_SYMBOLS, mode) !== undefined),
    level: hit.level,
    score: hit.score,
    p_fraud: null,
    occurred_at: hit.occurred_at,
    created_at: hit.created_at,
    accepted_at: trigger.accepted,
    expires_at: null,
    trigger_event_id: trigger.id,
    title_zh: rule.title.zh,
    title_en: rule.title.en,
    evidence: hit.evidence,
    score_parts: hit.parts,
    values: hit.values,
    feeds: hit.feeds,
    suspect: hit.suspect ?? null,
    suspect_kind: hit.suspectKind ?? null,
    ...standing,
    advice_key: rule.advice,
    dispatch_hint: (rule.dispatch as unknown as DispatchHint | undefined) ?? null,
    retrospective: trigger.retrospective,
    delayed: newestTick - hit.created_at > LIMITS.delayed_ms,
  };
}

export function withdrawnOf(withdrawal: Withdrawal, subject: string): Withdrawn {
  const { rule, stage, trigger, event, at } = withdrawal;
  return {
    warning_id: warningId(rule.id, stage, subject, trigger),
    subject,
    rule: rule.id,
    rule_version: rule.version,
    rule_stage: stage,
    reason: 'late_cancel',
    event_id: event,
    at,
  };
}

function symbolOf<T extends string>(symbols: readonly T[], text: string): T | undefined {
  return symbols.find((symbol) => symbol === text);
}
