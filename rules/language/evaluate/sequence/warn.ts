import type { EntityKind, Evidence, FeedKind, NamedValue, ScorePart } from '@yujing/schemas';
import { SCHEMAS } from '@yujing/schemas';
import type { EventType, FeaturePlan, Level, RulePlan } from '../../plan/plan.ts';
import { signatureOf } from '../expression/read.ts';
import { walk } from '../expression/walk.ts';
import type { Frame, Seen } from '../frame.ts';
import { TRUE } from '../frame.ts';
import type { Given } from '../state/subject-state.ts';
import { RECORD_OF } from './capture.ts';
import type { Hit } from './hit.ts';
import { LEVELS } from './hit.ts';
import type { RuleProgram } from './program.ts';
import { expressionsOf } from './program.ts';

const DAY_MS = 86_400_000;
/** Bounds of the schema. */
const MAX_EVIDENCE = 64;
const MAX_VALUES = 64;

/** What a rule read of a stage, for the warning's `values`. Tokens of parties are left out: they are no value to judge by. */
interface Shown {
  readonly label: string;
  readonly of: (seen: Seen) => unknown;
}

/** Turns a match into a hit: score, level, reasons. Runs only when a rule has matched, so it may allocate. */
export class Explainer {
  readonly #shown = new Map<string, ReadonlyArray<readonly Shown[]>>();

  constructor(rules: readonly RuleProgram[], features: ReadonlyMap<string, FeaturePlan>) {
    for (const rule of rules) this.#shown.set(rule.key, shownOf(rule.plan, features));
  }

  /** undefined = the score reaches no band, so the rule says nothing. `frame.stages` holds the match. */
  explain(rule: RuleProgram, stageIndex: number, frame: Frame, occurredAt: number, createdAt: number): Hit | undefined {
    const { plan } = rule;
    const stage = (rule.stages[stageIndex] as RuleProgram['stages'][number]).plan;
    const trigger = frame.stages[stageIndex] as Seen;
    const feeds = new Set<FeedKind>();
    const { score, parts } = this.#score(rule, frame, trigger, occurredAt, feeds);
    const level = stage.level ?? bandOf(plan, score);
    if (level === undefined) return undefined;
    const evidence = this.#evidence(rule, stageIndex, frame, feeds);
    const { suspect, suspectKind } = suspectOf(plan, rule, frame);
    return {
      rule: plan,
      ordinal: rule.ordinal,
      isShadow: rule.isShadow,
      stage,
      level,
      score,
      parts,
      evidence,
      values: this.#values(rule, stageIndex, frame),
      feeds: FEED_ORDER.filter((feed) => feeds.has(feed)),
      suspect,
      suspectKind,
      trigger,
      stages: frame.stages.slice(0, stageIndex + 1),
      occurred_at: occurredAt,
      created_at: createdAt,
    };
  }

  #score(rule: RuleProgram, frame: Frame, trigger: Seen, now: number, feeds: Set<FeedKind>) {
    const { score } = rule.plan;
    if (score === undefined) return { score: 0, parts: [] };
    frame.event = trigger;
    frame.now = now;
    const parts: ScorePart[] = [];
    if (score.base !== 0) parts.push(part(score.base, rule.plan.title));
    let total = score.base;
    for (const addend of rule.addends) {
      if (addend.holds(frame) !== TRUE) continue;
      total += addend.points;
      parts.push(part(addend.points, addend.because ?? rule.plan.title));
      addend.support(frame, feeds);
    }
    return { score: Math.round(Math.min(100, Math.max(0, total))), parts };
  }

  /** Lines of the stages that matched, oldest first. The title speaks for a rule that gave no line. */
  #evidence(rule: RuleProgram, stageIndex: number, frame: Frame, feeds: Set<FeedKind>): Evidence[] {
    const lines: Evidence[] = [];
    for (let index = 0; index <= stageIndex; index++) {
      const stage = rule.stages[index] as RuleProgram['stages'][number];
      const seen = frame.stages[index];
      if (seen === undefined) continue;
      feeds.add(seen.type);
      frame.event = seen;
      frame.now = seen.at;
      stage.support(frame, feeds);
      for (const { zh, en } of stage.because) {
        lines.push({ event_id: seen.id, at: seen.at, feed: seen.type, text_zh: zh(frame), text_en: en(frame) });
      }
    }
    if (lines.length === 0) {
      const seen = frame.stages[stageIndex] as Seen;
      const { zh, en } = rule.plan.title;
      lines.push({ event_id: seen.id, at: seen.at, feed: seen.type, text_zh: zh, text_en: en });
    }
    return lines.sort((a, b) => a.at - b.at).slice(0, MAX_EVIDENCE);
  }

  #values(rule: RuleProgram, stageIndex: number, frame: Frame): NamedValue[] {
    const values: NamedValue[] = [];
    for (let index = 0; index <= stageIndex; index++) {
      const seen = frame.stages[index];
      if (seen === undefined) continue;
      for (const { label, of } of this.#shown.get(rule.key)?.[index] ?? []) {
        const value = of(seen);
        if (value === undefined || value === null || values.length >= MAX_VALUES) continue;
        values.push({ name: label, value: Array.isArray(value) ? value.join(' ') : String(value) });
      }
    }
    return values;
  }
}

const FEED_ORDER: readonly FeedKind[] = ['call', 'sms', 'transaction', 'domain_visit', 'incident', 'list'];

function part(points: number, because: { readonly zh: string; readonly en: string }): ScorePart {
  return { points, because_zh: because.zh, because_en: because.en };
}

function bandOf(plan: RulePlan, score: number): Level | undefined {
  let best: { readonly at_least: number; readonly level: Level } | undefined;
  for (const band of plan.bands) {
    if (score >= band.at_least && (best === undefined || band.at_least > best.at_least)) best = band;
  }
  return best?.level;
}

function suspectOf(plan: RulePlan, rule: RuleProgram, frame: Frame) {
  const { suspect } = plan;
  if (suspect === undefined) return { suspect: undefined, suspectKind: undefined };
  const index = rule.stages.findIndex((stage) => stage.plan.id === suspect.stage);
  const value = frame.stages[index]?.fields[suspect.field];
  if (typeof value !== 'string') return { suspect: undefined, suspectKind: undefined };
  return {
    suspect: value,
    suspectKind: entityOf((rule.stages[index] as RuleProgram['stages'][number]).plan.on, suspect.field),
  };
}

function entityOf(type: EventType, field: string): EntityKind {
  return SCHEMAS[RECORD_OF[type]].fields.find((candidate) => candidate.name === field)?.entity ?? 'UNKNOWN';
}

function shownOf(plan: RulePlan, features: ReadonlyMap<string, FeaturePlan>): ReadonlyArray<readonly Shown[]> {
  const byStage = plan.stages.map(() => new Map<string, Shown>());
  for (const { node, stage } of expressionsOf(plan)) {
    walk(node, (part) => {
      if (!('scope' in part)) return;
      const id = part.scope === 'event' ? stage?.id : part.scope;
      const shown = byStage[plan.stages.findIndex((candidate) => candidate.id === id)];
      if (shown === undefined) return;
      if (part.op === 'feature') {
        const label = features.get(part.feature)?.name ?? part.feature;
        const signature = signatureOf(part);
        shown.set(signature, { label, of: (seen) => seen.captured?.[signature] });
      } else if (part.op === 'field' && part.type.kind !== 'id') {
        const prefix = id === '' ? '' : `${id}.`;
        shown.set(part.field, { label: `${prefix}${part.field}`, of: (seen) => seen.fields[part.field] });
      }
    });
  }
  return byStage.map((shown) => [...shown.values()]);
}

/** Value of `suppress.by` for this match. The victim is whose state it is, so he adds nothing. */
export function suppressionKey(hit: Hit): string {
  const names = hit.rule.suppress?.by ?? [];
  const values = names.map((name) => {
    if (name === 'victim' || name === 'subject') return '';
    if (name === 'suspect') return hit.suspect ?? '';
    for (let i = hit.stages.length - 1; i >= 0; i--) {
      const value = hit.stages[i]?.fields[name];
      if (typeof value === 'string' || typeof value === 'number') return String(value);
    }
    return '';
  });
  return values.filter((value) => value !== '').join(' ');
}

/** Whether the rule's own noise limits keep a hit back. Nothing is ever said twice for one trigger. */
export function isSuppressed(
  hit: Hit,
  ruleKey: string,
  key: string,
  given: readonly Given[],
): 'repeat' | 'suppressed' | undefined {
  const { suppress } = hit.rule;
  const level = LEVELS.indexOf(hit.level);
  let today = 0;
  let highest = -1;
  for (const other of given) {
    if (other.rule !== ruleKey) continue;
    if (other.stage === hit.stage.id && other.event === hit.trigger.id) return 'repeat';
    if (suppress === undefined || other.key !== key) continue;
    const apart = Math.abs(hit.occurred_at - other.at);
    if (apart < DAY_MS) today++;
    if (apart < suppress.for_ms) highest = Math.max(highest, other.level);
  }
  if (suppress === undefined || (suppress.unless_level_rises && level > highest && highest >= 0)) return undefined;
  if (highest >= 0) return 'suppressed';
  return suppress.max_per_day !== undefined && today >= suppress.max_per_day ? 'suppressed' : undefined;
}
