import type { Node, RulePlan, ScorePlan, StagePlan } from '../plan/plan.ts';
import { planHash } from '../plan/canonical.ts';
import { walk } from '../plan/nodes.ts';
import type { Position, Problems } from '../problems/problems.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { ReadDocument } from '../documents/documents.ts';
import type { MetaBody, RuleBody } from '../documents/declarations/rule.ts';
import type { Located } from '../documents/value.ts';
import { Captures } from './captures.ts';
import type { FeatureSymbol, Symbols } from './environment.ts';
import { checkCondition, checkValue } from './expression.ts';
import { DEFAULT_FINDING_MS, DEFAULT_WITHIN_MS, RETENTION_MS } from './limits.ts';
import { plainText } from './sentences.ts';
import { checkAbsent, checkStage, draftsOf, placeIn, type RuleContext, type StageDraft } from './stages.ts';
import { checkTests } from './tests.ts';

export type RuleDocument = Extract<ReadDocument, { kind: 'Rule' }>;

/** A rule with what the later checks (lint, filters) point at. */
export interface CheckedRule {
  readonly plan: RulePlan;
  readonly document: RuleDocument;
  readonly drafts: readonly StageDraft[];
  /** hash of what it means, without version and status */
  readonly content: string;
  /** hash of what makes it warn: two rules with one are twins */
  readonly shape: string;
}

/** Types a rule and makes its plan; undefined: it has errors, all reported. */
export function checkRule(document: RuleDocument, symbols: Symbols, problems: Problems): CheckedRule | undefined {
  const { body } = document;
  const before = problems.errors;
  checkKeys(body, problems);
  checkMeta(body.meta, body, problems);
  const drafts = draftsOf(body, problems);
  const context: RuleContext = {
    symbols,
    problems,
    params: body.params ?? new Map(),
    usedParams: new Set(),
    captures: new Captures(),
    stages: drafts,
  };
  const stages = drafts.map((draft, index) => checkStage(context, draft, index));
  const [first] = drafts;
  const absent = (body.sequence?.absent ?? [])
    .map((item) => first && checkAbsent(context, item, first, drafts.length))
    .filter((item) => item !== undefined);
  const score = checkScore(body, context);
  const suspect = checkSuspect(body, context);
  const suppress = suppressOf(body, drafts, problems);
  const within = withinOf(body, stages, problems);
  const tests = checkTests(body.tests ?? [], drafts, symbols, problems);
  checkUnusedParams(context);
  if (body.about?.value === 'counterparty') checkCounterparty(body, stages, symbols, problems);
  const known = body.id !== undefined && body.version !== undefined && body.status !== undefined && drafts.length > 0;
  if (problems.errors > before || !known || within === undefined) return undefined;
  const scamType = body.meta?.scam_type?.value ?? 'other';
  const content = {
    id: body.id.value,
    version: body.version.value,
    status: body.status.value,
    title: plainText(body.title),
    advice: body.advice?.value ?? scamType,
    scam_type: scamType,
    modes: (body.meta?.modes ?? []).map((mode) => mode.value),
    about: body.about?.value ?? 'subject',
    stages: stages.map((stage): StagePlan => ({ ...stage, captures: context.captures.of(stage.id) })),
    within_ms: within,
    emit: body.sequence?.emit?.value ?? 'each_stage',
    absent,
    score,
    bands: (body.bands ?? [])
      .flatMap((band) =>
        band.at_least && band.level ? [{ at_least: band.at_least.value, level: band.level.value }] : [],
      )
      .sort((a, b) => b.at_least - a.at_least),
    suppress,
    suspect,
    dispatch: dispatchOf(body),
    finding_for_ms: body.about?.value === 'counterparty' ? (body.finding_for?.value ?? DEFAULT_FINDING_MS) : undefined,
  } as const;
  const plan: RulePlan = { ...content, hash: planHash(content, 16), tests, file: document.file };
  return {
    plan,
    document,
    drafts,
    content: planHash({ ...content, version: 0, status: '' }, 16),
    shape: shapeOf(plan),
  };
}

function shapeOf(plan: RulePlan): string {
  const stages = plan.stages.map(({ on, when, times, distinct, after_ms, absent }) => ({
    on,
    when,
    times,
    distinct,
    after_ms,
    absent,
  }));
  return planHash({ stages, within: plan.within_ms, absent: plan.absent, about: plan.about }, 16);
}

const SINGLE_KEYS = [
  'on',
  'when',
  'level',
  'times',
  'key',
  'within',
  'after',
  'unless_ended',
  'absent',
  'scam_stage',
  'because',
] as const;

function positionOf(
  value: { readonly position: Position } | ReadonlyArray<{ readonly position: Position }>,
): Position | undefined {
  return 'position' in value ? value.position : value[0]?.position;
}

function checkKeys(body: RuleBody, problems: Problems): void {
  const { sequence } = body;
  if (sequence === undefined && body.on === undefined) {
    problems.add('missing_key', body.position, 'a rule needs `on` and `when`, or a `sequence`');
    return;
  }
  if (sequence === undefined) return;
  if (sequence.within === undefined)
    problems.add('missing_within', sequence.position, 'the sequence has no `within`', 'within: 24h');
  if (sequence.stages !== undefined && sequence.stages.length === 0)
    problems.add('missing_key', sequence.position, 'the sequence has no stages');
  for (const key of SINGLE_KEYS) {
    const value = body[key];
    if (value === undefined) continue;
    const hint = key === 'within' ? 'it belongs in the sequence' : 'it belongs in a stage';
    problems.add(
      'conflicting_keys',
      positionOf(value) ?? body.position,
      `\`${key}\` and \`sequence\` exclude each other`,
      hint,
    );
  }
}

function checkMeta(meta: MetaBody | undefined, body: RuleBody, problems: Problems): void {
  if (meta === undefined) return;
  if (meta.scam_type === undefined && body.about?.value !== 'counterparty')
    problems.add('missing_key', meta.position, '`meta` needs `scam_type`');
  if (body.status?.value !== 'live') return;
  for (const key of ['owner', 'legal_basis', 'expires'] as const) {
    const value = meta[key];
    const empty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (empty) problems.add('missing_when_live', meta.position, `a live rule needs meta.${key}`);
  }
}

function withinOf(
  body: RuleBody,
  stages: ReadonlyArray<Pick<StagePlan, 'after_ms' | 'times' | 'id'>>,
  problems: Problems,
): number | undefined {
  const given: Located<number> | undefined = body.sequence === undefined ? body.within : body.sequence.within;
  const longest = Math.max(0, ...stages.map((stage) => stage.after_ms ?? 0));
  if (given === undefined) {
    if (body.sequence !== undefined) return undefined;
    const repeats = stages.some((stage) => stage.times > 1);
    return repeats ? DEFAULT_WITHIN_MS : longest > 0 ? longest + DEFAULT_WITHIN_MS : 0;
  }
  if (given.value > RETENTION_MS)
    problems.add('window_too_long', given.position, '`within` is longer than 90 days, events are not kept that long');
  if (longest > given.value)
    problems.add('timer_too_long', given.position, '`after` of a stage is longer than `within`');
  return given.value;
}

function checkScore(body: RuleBody, context: RuleContext): ScorePlan | undefined {
  const { score } = body;
  if (score?.base === undefined) return undefined;
  const [first] = context.stages;
  const single = body.sequence === undefined && first !== undefined ? { info: first.info, scope: first.id } : undefined;
  const place = placeIn(context, single, context.stages.length, `say of which stage: stage.${first?.id ?? 'call'}.x`);
  const add: Array<ScorePlan['add'][number]> = [];
  for (const item of score.add ?? []) {
    const condition = item.if === undefined ? undefined : checkCondition(item.if, place);
    context.captures.read(condition);
    if (condition === undefined || item.points === undefined) continue;
    add.push({ if: condition, points: item.points.value, because: item.because && plainText(item.because) });
  }
  return { base: score.base.value, add };
}

function checkSuspect(body: RuleBody, context: RuleContext): RulePlan['suspect'] {
  if (body.suspect === undefined) return undefined;
  const [first] = context.stages;
  const single = body.sequence === undefined && first !== undefined ? { info: first.info, scope: first.id } : undefined;
  const value = checkValue(
    body.suspect,
    placeIn(context, single, context.stages.length, 'say of which stage: stage.call.peer_tel'),
  );
  if (value === undefined) return undefined;
  if (value.node.op !== 'field' || value.type.kind !== 'id' || value.node.field === 'subject') {
    context.problems.add(
      'type_mismatch',
      body.suspect.position,
      'the suspect is a field that names the other party',
      'suspect: stage.call.peer_tel',
    );
    return undefined;
  }
  context.captures.field(value.node.scope, value.node.field);
  return { stage: value.node.scope, field: value.node.field };
}

function suppressOf(body: RuleBody, drafts: readonly StageDraft[], problems: Problems): RulePlan['suppress'] {
  const { suppress } = body;
  if (suppress?.by === undefined || suppress.for === undefined) return undefined;
  const known = ['victim', 'suspect', ...new Set(drafts.flatMap((draft) => [...draft.info.fields.keys()]))];
  for (const by of suppress.by) {
    if (!known.includes(by.value))
      problems.add(
        'unknown_field',
        by.position,
        `no event of the rule has a field ${by.value}`,
        didYouMean(by.value, known) ?? 'victim, suspect or a field',
      );
  }
  return {
    by: suppress.by.map((by) => by.value),
    for_ms: suppress.for.value,
    unless_level_rises: suppress.unless !== undefined,
    max_per_day: suppress.max_per_day?.value,
  };
}

/** In the words of the schema's DispatchHint; `push` is the phone page, open or not. */
function dispatchOf(body: RuleBody): RulePlan['dispatch'] {
  const { dispatch } = body;
  if (dispatch === undefined) return undefined;
  const channels = (dispatch.channels ?? []).flatMap((channel) =>
    channel.value === 'push' ? ['sse', 'web_push'] : [channel.value],
  );
  return {
    action: dispatch.action?.text ?? null,
    route: dispatch.route?.text ?? null,
    channels: [...new Set(channels)],
    ack_within_s: dispatch.ack_within === undefined ? null : Math.round(dispatch.ack_within.value / 1000),
    escalate_to: dispatch.escalate_to?.text ?? null,
  };
}

function checkUnusedParams(context: RuleContext): void {
  for (const [name, param] of context.params) {
    if (!context.usedParams.has(name))
      context.problems.add('unused_param', param.position, `params.${name} is read nowhere`);
  }
}

/** A counterparty rule lives in its profile: it knows that profile and the event, nothing of the person. */
function checkCounterparty(
  body: RuleBody,
  stages: ReadonlyArray<Omit<StagePlan, 'captures'>>,
  symbols: Symbols,
  problems: Problems,
): void {
  const at = body.about?.position ?? body.position;
  if (body.sequence !== undefined)
    problems.add(
      'conflicting_keys',
      at,
      'a rule about the counterparty looks at one event',
      'what it did before is told by features',
    );
  for (const key of [
    'level',
    'after',
    'times',
    'absent',
    'unless_ended',
    'suspect',
    'score',
    'bands',
    'suppress',
    'dispatch',
  ] as const) {
    if (body[key] !== undefined)
      problems.add('conflicting_keys', at, `a rule about the counterparty warns nobody: \`${key}\` has no place in it`);
  }
  const placed = new Map(
    [...symbols.features.values()]
      .filter((feature): feature is FeatureSymbol => feature !== 'broken')
      .map((feature) => [feature.plan.id, feature.plan]),
  );
  const refuse = (node: Node): void => {
    if (node.op !== 'feature') return;
    const feature = placed.get(node.feature);
    if (feature?.place === 'detect')
      problems.add(
        'wrong_party',
        body.when?.position ?? at,
        `${feature.name} is a feature of the person; the counterparty's profile does not have it`,
      );
  };
  for (const stage of stages) if (stage.when !== undefined) walk(stage.when, refuse);
}
