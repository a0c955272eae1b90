import type { AbsentPlan, EventType, FeaturePlan, Node, RulePlan, StagePlan, Text } from '../../plan/plan.ts';
import { Compiler } from '../expression/expression.ts';
import type { Names } from '../expression/expression.ts';
import type { Support } from '../expression/support.ts';
import { compileSupport } from '../expression/support.ts';
import { walk } from '../expression/walk.ts';
import type { Condition } from '../frame.ts';
import { TRUE } from '../frame.ts';
import type { Locale, Sentence } from './words.ts';
import { compileTemplate } from './words.ts';

export interface AbsentProgram {
  readonly plan: AbsentPlan;
  readonly when: Condition;
  readonly readsStages: boolean;
}

export interface StageProgram {
  readonly plan: StagePlan;
  readonly index: number;
  readonly when: Condition;
  /** the condition speaks of earlier stages, so it is asked once per waiting match */
  readonly readsStages: boolean;
  readonly absents: readonly AbsentProgram[];
  /** the timer of this stage waits for the tick of one feed partition only */
  readonly waitsForOrigin: boolean;
  /** a warning of its own */
  readonly emits: boolean;
  readonly because: ReadonlyArray<{ readonly zh: Sentence; readonly en: Sentence }>;
  readonly support: Support;
}

export interface Addend {
  readonly holds: Condition;
  readonly support: Support;
  readonly points: number;
  readonly because: Text | undefined;
}

/** A rule ready to run. */
export interface RuleProgram {
  readonly plan: RulePlan;
  /** name of its state: a shadow beside the live version has its own */
  readonly key: string;
  readonly isShadow: boolean;
  readonly ordinal: number;
  /** while this stays the same, matches that wait survive a new version */
  readonly shape: string;
  readonly stages: readonly StageProgram[];
  readonly absents: readonly AbsentProgram[];
  /** one stage, no timer, no exception: nothing ever waits */
  readonly isImmediate: boolean;
  readonly hasAbsents: boolean;
  readonly timeoutWaitsForOrigin: boolean;
  readonly addends: readonly Addend[];
}

/** What all rules of an engine are compiled with. */
export interface ProgramContext {
  readonly features: ReadonlyMap<string, FeaturePlan>;
  readonly positions: ReadonlyMap<string, number>;
  readonly pins: ReadonlyMap<string, number>;
  readonly locale: Locale;
}

export function programOf(plan: RulePlan, ordinal: number, context: ProgramContext): RuleProgram {
  const stageIds = new Map(plan.stages.map((stage, index) => [stage.id, index]));
  const names = (atWarning: boolean): Names => ({ ...context, stages: stageIds, atWarning });
  const atEvent = new Compiler(names(false));
  const atWarning = new Compiler(names(true));
  const stages = plan.stages.map((stage, index) => stageOf(plan, stage, index, atEvent, atWarning, context));
  const absents = plan.absent.map((absent) => absentOf(absent, atEvent));
  return {
    plan,
    key: plan.status === 'shadow' ? `${plan.id} shadow` : plan.id,
    isShadow: plan.status === 'shadow',
    ordinal,
    shape: plan.stages.map((stage) => `${stage.id}:${stage.on}:${stage.after_ms ?? ''}`).join(' '),
    stages,
    absents,
    isImmediate: isImmediate(plan),
    hasAbsents: plan.absent.length > 0 || plan.stages.some((stage) => stage.absent.length > 0),
    timeoutWaitsForOrigin: plan.absent.every((absent) => absent.same_counterparty),
    addends: (plan.score?.add ?? []).map((add) => ({
      holds: atWarning.condition(add.if),
      support: compileSupport(add.if, atWarning, context.features),
      points: add.points,
      because: add.because,
    })),
  };
}

function isImmediate(plan: RulePlan): boolean {
  const stage = plan.stages[0];
  return plan.stages.length === 1 && stage?.times === 1 && stage.after_ms === undefined && plan.emit !== 'timeout';
}

function stageOf(
  rule: RulePlan,
  plan: StagePlan,
  index: number,
  atEvent: Compiler,
  atWarning: Compiler,
  context: ProgramContext,
): StageProgram {
  const isLast = index === rule.stages.length - 1;
  return {
    plan,
    index,
    when: plan.when === undefined ? always : atEvent.condition(plan.when),
    readsStages: readsStages(plan.when),
    absents: plan.absent.map((absent) => absentOf(absent, atEvent)),
    waitsForOrigin: plan.absent.every((absent) => absent.same_counterparty),
    emits: isLast || (rule.emit === 'each_stage' && plan.level !== undefined),
    because: plan.because.map((template) => compileTemplate(template, atWarning, context.features, context.locale)),
    support: compileSupport(plan.when, atEvent, context.features),
  };
}

function absentOf(plan: AbsentPlan, compiler: Compiler): AbsentProgram {
  return {
    plan,
    when: plan.when === undefined ? always : compiler.condition(plan.when),
    readsStages: readsStages(plan.when),
  };
}

const always: Condition = () => TRUE;

function readsStages(when: Node | undefined): boolean {
  let found = false;
  walk(when, (node) => {
    if ('scope' in node && node.scope !== 'event') found = true;
  });
  return found;
}

/** All expressions of a rule, with the stage whose event `event` is there (undefined: the moment of the warning). */
export function expressionsOf(
  rule: RulePlan,
): ReadonlyArray<{ readonly node: Node; readonly stage: StagePlan | undefined }> {
  const found: Array<{ node: Node; stage: StagePlan | undefined }> = [];
  for (const stage of rule.stages) {
    if (stage.when !== undefined) found.push({ node: stage.when, stage });
    for (const template of stage.because) {
      for (const part of [...template.zh, ...template.en])
        if ('value' in part) found.push({ node: part.value, stage: undefined });
    }
  }
  for (const add of rule.score?.add ?? []) found.push({ node: add.if, stage: undefined });
  return found;
}

/** Conditions of what must not happen, with the event type they are read on. */
export function absentsOf(rule: RulePlan): ReadonlyArray<{ readonly plan: AbsentPlan; readonly on: EventType }> {
  const all = [...rule.absent, ...rule.stages.flatMap((stage) => stage.absent)];
  return all.map((plan) => ({ plan, on: plan.on }));
}
