import type { FeedKind, Hypothesis, LabelledRule, LiveFlag, Mode, ScamStage, ScamType } from '@yujing/schemas';
import { gradeOf, laterStage, rankOf } from '../person/grades.ts';
import type { CaseState, HeldWarning } from '../person/state.ts';

/** Methods that join any story: the type of a case only while the story is unknown. */
const METHODS: readonly ScamType[] = ['screen_share', 'cash_courier', 'other', 'UNKNOWN'];

/**
 * Warnings that speak for the case: not withdrawn, and live ones before those from old data. Old data alone makes a case
 * that is written down and never dispatched.
 */
export function speaking(c: CaseState): readonly HeldWarning[] {
  const standing = c.warnings.filter((warning) => !warning.withdrawn);
  const live = standing.filter((warning) => !warning.retrospective);
  return live.length > 0 ? live : standing;
}

export function isRetrospective(c: CaseState): boolean {
  const standing = c.warnings.filter((warning) => !warning.withdrawn);
  return standing.length > 0 && standing.every((warning) => warning.retrospective);
}

/** Withdrawn warnings still name a case that nothing else speaks for. */
function voices(c: CaseState): readonly HeldWarning[] {
  const heard = speaking(c);
  return heard.length > 0 ? heard : c.warnings;
}

function louder(a: HeldWarning, b: HeldWarning): HeldWarning {
  const story = Number(!METHODS.includes(a.scam_type)) - Number(!METHODS.includes(b.scam_type));
  const level = rankOf(a.level) - rankOf(b.level);
  const difference = story || level || a.score - b.score || a.created_at - b.created_at;
  return difference >= 0 ? a : b;
}

/** The warning that gives the case its name. */
export function leading(c: CaseState): HeldWarning {
  return voices(c).reduce((best, warning) => louder(warning, best));
}

/** One line per scam type, the loudest first. */
export function hypotheses(c: CaseState): Hypothesis[] {
  const best = new Map<ScamType, HeldWarning>();
  for (const warning of voices(c)) {
    const known = best.get(warning.scam_type);
    best.set(warning.scam_type, known === undefined ? warning : louder(warning, known));
  }
  return [...best.values()].sort((a, b) => (louder(a, b) === a ? -1 : 1)).map(toHypothesis);
}

function toHypothesis(warning: HeldWarning): Hypothesis {
  return {
    scam_type: warning.scam_type,
    level: gradeOf(warning.level),
    score: warning.score,
    p_fraud: warning.p_fraud,
    rule: warning.rule,
    rule_version: warning.rule_version,
    rule_hash: warning.rule_hash,
    rule_stage: warning.rule_stage,
    warning_id: warning.warning_id,
    at: warning.created_at,
  };
}

export function scamStage(c: CaseState): ScamStage {
  return voices(c).reduce<ScamStage>((latest, { scam_stage }) => laterStage(latest, scam_stage), 's0_exposed');
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Modes seen; a method that is not the story itself is one of them. */
export function modes(c: CaseState): Mode[] {
  const story = leading(c).scam_type;
  const methods = voices(c)
    .map(({ scam_type }) => scam_type)
    .filter((type): type is 'screen_share' | 'cash_courier' => type === 'screen_share' || type === 'cash_courier');
  return unique<Mode>([
    ...voices(c).flatMap((warning) => warning.modes),
    ...methods.filter((type) => type !== story),
  ]).sort();
}

export function feeds(c: CaseState): FeedKind[] {
  return unique([...speaking(c).flatMap((warning) => warning.feeds), ...c.folded_feeds]).sort();
}

/** Rule versions that stand behind the case: what an outcome labels. */
export function labelledRules(c: CaseState): LabelledRule[] {
  const held = c.warnings.filter((warning) => !warning.withdrawn).map(toLabelled);
  return [...c.folded_rules, ...held];
}

export function toLabelled({
  rule,
  rule_version,
  rule_hash,
  rule_stage,
  level,
  warning_id,
}: HeldWarning): LabelledRule {
  return { rule, rule_version, rule_hash, rule_stage, level: gradeOf(level), warning_id };
}

/** Parties behind the case: what F1 quiets. */
export function suspects(c: CaseState): string[] {
  return unique(c.warnings.map(({ suspect }) => suspect).filter((suspect) => suspect !== null)).sort();
}

type WithMoney = Pick<HeldWarning, 'money_at_risk_minor' | 'money_moving_minor' | 'money_state' | 'currency'>;

/** Newest word on each figure; the currency goes with the figures. */
export function money(c: CaseState): WithMoney {
  const newest = [...voices(c)].reverse();
  const currency = newest.find((warning) => warning.currency !== null)?.currency ?? null;
  const same = newest.filter((warning) => warning.currency === currency);
  return {
    money_at_risk_minor: same.find((warning) => warning.money_at_risk_minor !== null)?.money_at_risk_minor ?? null,
    money_moving_minor: same.find((warning) => warning.money_moving_minor !== null)?.money_moving_minor ?? null,
    money_state: newest.find((warning) => warning.money_state !== 'none')?.money_state ?? 'none',
    currency,
  };
}

export function call(c: CaseState): Pick<HeldWarning, 'call_answered_at' | 'call_ended_at'> {
  const newest = [...voices(c)].reverse().find((warning) => warning.call_answered_at !== null);
  return { call_answered_at: newest?.call_answered_at ?? null, call_ended_at: newest?.call_ended_at ?? null };
}

/**
 * Flags of the newest warning, and of older ones of the last minutes: a rule about money says nothing of the call. A call
 * that is known to have ended is no longer on.
 */
export function liveFlags(c: CaseState, flagsMs: number): LiveFlag[] {
  const heard = voices(c);
  const newestAt = Math.max(...heard.map(({ created_at }) => created_at));
  const fresh = heard.filter(({ created_at }) => created_at >= newestAt - flagsMs);
  const flags = unique(fresh.flatMap((warning) => warning.live_flags)).sort();
  const over = call(c).call_ended_at !== null;
  const gone = money(c).money_state === 'gone';
  return flags.filter((flag) => !(over && flag === 'on_call') && !(gone && flag === 'transfer_pending'));
}
