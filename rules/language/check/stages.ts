import type { AbsentPlan, EventType, Node, StagePlan, Template, ValueType } from '../plan/plan.ts';
import type { Position, Problems } from '../problems/problems.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { AbsentBody, RuleBody, StageBody } from '../documents/declarations/rule.ts';
import type { Located } from '../documents/value.ts';
import type { BilingualText, DurationOrParam, ParamValue } from '../documents/words.ts';
import type { Captures } from './captures.ts';
import type { Scope, Symbols } from './environment.ts';
import { eventInfo, type EventInfo } from './events.ts';
import { checkCondition, type Place } from './expression.ts';
import { checkTemplate } from './sentences.ts';
import { sameType } from './types.ts';

/** A stage before its expressions are typed; a single-event rule is one stage with an empty id. */
export interface StageDraft {
  readonly id: string;
  readonly on: EventType;
  readonly info: EventInfo;
  readonly position: Position;
  readonly body: Pick<
    StageBody,
    'when' | 'level' | 'times' | 'key' | 'after' | 'unless_ended' | 'absent' | 'because' | 'scam_stage'
  >;
}

export interface RuleContext {
  readonly symbols: Symbols;
  readonly problems: Problems;
  readonly params: ReadonlyMap<string, Located<ParamValue | undefined>>;
  readonly usedParams: Set<string>;
  readonly captures: Captures;
  readonly stages: readonly StageDraft[];
}

export function draftsOf(body: RuleBody, problems: Problems): StageDraft[] {
  if (body.sequence === undefined) {
    if (body.on === undefined) return [];
    const { when, level, times, key, after, unless_ended, absent, because, scam_stage } = body;
    const single = { when, level, times, key, after, unless_ended, absent, because, scam_stage };
    return [{ id: '', on: body.on.value, info: eventInfo(body.on.value), position: body.on.position, body: single }];
  }
  const drafts: StageDraft[] = [];
  for (const stage of body.sequence.stages ?? []) {
    if (stage.id === undefined || stage.on === undefined) continue;
    if (stage.id.value === 'event')
      problems.add('bad_id', stage.id.position, 'a stage cannot be called event: that is the event at hand');
    if (drafts.some((draft) => draft.id === stage.id?.value)) {
      problems.add('duplicate_key', stage.id.position, `two stages are called ${stage.id.value}`);
      continue;
    }
    drafts.push({
      id: stage.id.value,
      on: stage.on.value,
      info: eventInfo(stage.on.value),
      position: stage.id.position,
      body: stage,
    });
  }
  return drafts;
}

/** Stages as an expression sees them; `until` = number of stages that have happened. */
export function stagesSeen(drafts: readonly StageDraft[], until: number): Scope['stages'] {
  return new Map(
    drafts
      .filter((draft) => draft.id !== '')
      .map((draft, index) => [draft.id, { info: draft.info, reached: index < until }]),
  );
}

export function placeIn(context: RuleContext, event: Scope['event'], until: number, instead = ''): Place {
  const scope: Scope = {
    event,
    instead,
    stages: stagesSeen(context.stages, until),
    params: context.params,
    bareFields: false,
    features: true,
    variable: undefined,
  };
  return { symbols: context.symbols, scope, usedParams: context.usedParams, problems: context.problems };
}

/** Everything of a stage but its captures, which later stages still add to. */
export function checkStage(context: RuleContext, draft: StageDraft, index: number): Omit<StagePlan, 'captures'> {
  const { body, info } = draft;
  const when =
    body.when === undefined ? undefined : checkCondition(body.when, placeIn(context, { info, scope: 'event' }, index));
  context.captures.read(when);
  const absent = (body.absent ?? [])
    .map((item) => checkAbsent(context, item, draft, index + 1))
    .filter((item) => item !== undefined);
  if (body.unless_ended?.value === true) absent.push(...unlessEnded(context, draft, body.unless_ended.position));
  const because = (body.because ?? []).map((text) => checkBecause(context, text, draft, index));
  return {
    id: draft.id,
    on: draft.on,
    when,
    level: body.level?.value,
    scam_stage: body.scam_stage?.value,
    times: body.times?.value ?? 1,
    distinct: distinctField(context, draft),
    after_ms: afterOf(context, body.after),
    absent,
    because,
  };
}

function checkBecause(context: RuleContext, text: BilingualText, draft: StageDraft, index: number): Template {
  const template = checkTemplate(text, placeIn(context, { info: draft.info, scope: draft.id }, index + 1));
  context.captures.sentences(template.zh);
  context.captures.sentences(template.en);
  return template;
}

function distinctField(context: RuleContext, draft: StageDraft): string | undefined {
  const { key, times } = draft.body;
  if (key === undefined) return undefined;
  if (!draft.info.fields.has(key.value)) {
    context.problems.add(
      'unknown_field',
      key.position,
      `a ${draft.info.name} has no field ${key.value}`,
      didYouMean(key.value, [...draft.info.fields.keys()]),
    );
  } else if ((times?.value ?? 1) < 2) {
    context.problems.add(
      'conflicting_keys',
      key.position,
      '`key` says in what repeated events must differ; there is no `times` of 2 or more',
      'times: 2',
    );
  }
  return key.value;
}

function afterOf(context: RuleContext, after: DurationOrParam | undefined): number | undefined {
  if (after === undefined) return undefined;
  if (typeof after.value === 'number') return after.value;
  const name = after.value.param;
  const param = context.params.get(name);
  context.usedParams.add(name);
  if (param === undefined)
    context.problems.add(
      'unknown_param',
      after.position,
      `there is no param ${name}`,
      didYouMean(name, [...context.params.keys()]),
    );
  else if (param.value === undefined) return undefined;
  else if (param.value.kind !== 'duration')
    context.problems.add('bad_duration', after.position, `params.${name} is no duration`, `${name}: 300s`);
  else return param.value.value;
  return undefined;
}

/** `unless_ended: true`: this call, or any with the same number, was reported ended before the timer ran out. */
function unlessEnded(context: RuleContext, draft: StageDraft, position: Position): AbsentPlan[] {
  if (draft.on !== 'call') {
    context.problems.add(
      'conflicting_keys',
      position,
      '`unless_ended` belongs to a stage on calls',
      `this stage is on ${draft.on}; use absent`,
    );
    return [];
  }
  if (draft.body.after === undefined) {
    context.problems.add(
      'conflicting_keys',
      position,
      '`unless_ended` needs `after`: how long the call must last',
      'after: 300s',
    );
  }
  const read = (scope: string, field: string): Node => ({
    op: 'field',
    scope,
    field,
    type: draft.info.fields.get(field)?.type ?? { kind: 'string' },
  });
  const equal = (field: string): Node => {
    context.captures.field(draft.id, field);
    return { op: 'compare', comparison: '==', left: read('event', field), right: read(draft.id, field) };
  };
  const phase = read('event', 'phase');
  const type: ValueType = phase.op === 'field' ? phase.type : { kind: 'string' };
  const ended: Node = { op: 'compare', comparison: '==', left: phase, right: { op: 'literal', type, value: 'ended' } };
  const when: Node = { op: 'and', arguments: [ended, { op: 'or', arguments: [equal('call_id'), equal('peer_tel')] }] };
  return [{ on: 'call', when, same: [], same_counterparty: true }];
}

/** `waiting`: the stage whose event waits; for a whole sequence the first. */
export function checkAbsent(
  context: RuleContext,
  body: AbsentBody,
  waiting: StageDraft,
  until: number,
): AbsentPlan | undefined {
  if (body.on === undefined) return undefined;
  const info = eventInfo(body.on.value);
  const when =
    body.when === undefined ? undefined : checkCondition(body.when, placeIn(context, { info, scope: 'event' }, until));
  context.captures.read(when);
  const same: string[] = [];
  let sameCounterparty = false;
  for (const field of body.same ?? []) {
    const [here, there] = [info.fields.get(field.value), waiting.info.fields.get(field.value)];
    if (here === undefined || there === undefined) {
      const lacking = here === undefined ? info : waiting.info;
      context.problems.add(
        'unknown_field',
        field.position,
        `a ${lacking.name} has no field ${field.value}`,
        didYouMean(field.value, [...lacking.fields.keys()]),
      );
      continue;
    }
    if (!sameType(here.type, there.type)) {
      context.problems.add(
        'type_mismatch',
        field.position,
        `${field.value} of a ${info.name} and of a ${waiting.info.name} are different things`,
      );
      continue;
    }
    same.push(field.value);
    context.captures.field(waiting.id, field.value);
    if (here.parties[0] === 'counterparty' || field.value === 'call_id' || field.value === 'txn_id')
      sameCounterparty = true;
  }
  return { on: body.on.value, when, same, same_counterparty: sameCounterparty };
}
