import type { Encounter, RecordTypes, Tick } from '@yujing/schemas';
import {
  ALL_ORIGINS,
  ListIndex,
  loadRuleSet,
  NO_LISTS,
  SubjectEngine,
  type EngineContext,
  type EngineOutputs,
} from '@yujing/rules/language';
import {
  DONE,
  type AdoptKind,
  type Documents,
  type InputRecord,
  type Outcome,
  type Stage,
  type StageContext,
} from '@yujing/runtime';
import { BEHAVIOUR, LIMITS } from './config.ts';
import { warningOf, withdrawnOf, type Subject } from './judge/warning.ts';
import type { CountName, DropReason } from './metrics.ts';
import { PERSON_CODEC, type Person } from './subject/codec.ts';
import { takeNote } from './subject/ledger.ts';
import { standingOf } from './subject/standing.ts';

export { BEHAVIOUR, LIMITS } from './config.ts';
export { COUNTS, DROPS, type CountName, type DropReason } from './metrics.ts';
export { warningId } from './judge/warning.ts';

/** Committed with the partition; plain data. */
export interface DetectPartition {
  /** feed partition -> its newest tick */
  ticks: Record<string, number>;
  /** newest door time seen in this partition */
  now: number;
  /** feature id -> when it was adopted; 0 = with the first rule set of all */
  adoptions: Record<string, number>;
  adoptedBefore: boolean;
}

type Context = StageContext<Person, DetectPartition>;

function drop(reason: DropReason): Outcome {
  return { kind: 'drop', reason };
}

function scopeName(origin: number): string {
  return origin === ALL_ORIGINS ? 'all' : `origin:${origin}`;
}

function engineContext(context: Context): EngineContext {
  const lists = context.adopted<ListIndex>('list') ?? NO_LISTS;
  return { adoptions: context.state.adoptions, lists, note: (name) => context.count(name satisfies CountName) };
}

function newestTick({ ticks, now }: DetectPartition): number {
  return Math.max(now, ...Object.values(ticks));
}

/** The instant that all feed partitions have passed; one that lags holds the others for a while only. */
function passedByAll(ticks: Readonly<Record<string, number>>): number {
  const times = Object.values(ticks);
  return Math.max(Math.min(...times), Math.max(...times) - LIMITS.tick_lag_ms);
}

function tell(context: Context, subject: Subject, person: Person, outputs: EngineOutputs): void {
  const count = (name: CountName): void => context.count(name);
  for (const withdrawal of outputs.withdrawals) {
    context.emit('Withdrawn', subject.token, withdrawnOf(withdrawal, subject.token));
    count('withdrawn');
  }
  for (const hit of outputs.hits) {
    const standing = standingOf(person.ledger, hit.stages, hit.created_at);
    const warning = warningOf(hit, subject, standing, newestTick(context.state));
    context.emit(hit.isShadow ? 'ShadowWarning' : 'Warning', subject.token, warning);
    count(hit.isShadow ? 'shadow_warnings' : 'warnings');
    if (warning.delayed) count('delayed');
    if (warning.retrospective) count('retrospective');
  }
}

/** The partition's timers follow the person's: one deadline a scope. */
function setTimers(context: Context, engine: SubjectEngine, key: string, person: Person): void {
  if (person.subject.waits.size === 0 && person.scopes.length === 0) return;
  const deadlines = engine.deadlines(person.subject);
  for (const origin of person.scopes) if (!deadlines.has(origin)) context.timers.set(scopeName(origin), key, undefined);
  for (const [origin, at] of deadlines) context.timers.set(scopeName(origin), key, at);
  person.scopes = [...deadlines.keys()].sort((a, b) => a - b);
}

function takeEncounter(context: Context, encounter: Encounter): Outcome {
  const { subject: token, accepted_at } = encounter;
  const person = context.entity(token);
  const engine = context.adopted<SubjectEngine>('ruleset') ?? WITHOUT_RULES;
  const { state } = context;
  if (accepted_at > state.now) state.now = accepted_at;
  const outputs = engine.handle(person.subject, encounter, engineContext(context));
  if (outputs.isRepeat) return drop('repeat');
  person.kind = encounter.subject_kind;
  takeNote(person.ledger, encounter);
  tell(context, { token, kind: person.kind }, person, outputs);
  setTimers(context, engine, token, person);
  return DONE;
}

interface Due {
  readonly key: string;
  readonly origin: number;
  readonly until: number;
}

function dueAt(context: Context, origin: number, until: number): Due[] {
  const due = context.timers.due(scopeName(origin), until, LIMITS.timers_a_tick);
  if (due.length >= LIMITS.timers_a_tick) context.count('timers_deferred' satisfies CountName);
  return due.map(({ key }) => ({ key, origin, until }));
}

function takeTick(context: Context, { origin, time }: Tick): Outcome {
  const { state, timers } = context;
  if (time <= (state.ticks[origin] ?? 0)) return drop('old_tick');
  const ticks = { ...state.ticks, [origin]: time };
  const all = passedByAll(ticks);
  const isDue = (scope: number, until: number): boolean =>
    (timers.next(scopeName(scope)) ?? Number.POSITIVE_INFINITY) <= until;
  const due: Due[] = [];
  if (isDue(origin, time)) due.push(...dueAt(context, origin, time));
  if (isDue(ALL_ORIGINS, all)) due.push(...dueAt(context, ALL_ORIGINS, all));
  if (due.length > 0) context.need(due.map(({ key }) => key));
  state.ticks[origin] = time;
  if (time > state.now) state.now = time;
  const engine = context.adopted<SubjectEngine>('ruleset') ?? WITHOUT_RULES;
  for (const { key, origin: scope, until } of due) {
    const person = context.entity(key);
    context.count('timers_fired' satisfies CountName);
    const outputs = engine.fire(person.subject, key, scope, until, engineContext(context));
    tell(context, { token: key, kind: person.kind }, person, outputs);
    setTimers(context, engine, key, person);
  }
  return DONE;
}

function handle(context: Context, record: InputRecord): Outcome {
  switch (record.type) {
    case 'Encounter':
      return takeEncounter(context, record.value as RecordTypes['Encounter']);
    case 'Tick':
      return takeTick(context, record.value as Tick);
    default:
      return drop('unknown_type');
  }
}

/** Features that are new begin to warm up now, unless nothing was ever counted here before. */
function adopted(context: Context, kind: AdoptKind): void {
  const engine = kind === 'ruleset' ? context.adopted<SubjectEngine>('ruleset') : undefined;
  if (engine === undefined) return;
  const { state } = context;
  const since = state.adoptedBefore ? state.now : 0;
  const ids = engine.plan.features.filter((feature) => feature.place === 'detect').map((feature) => feature.id);
  state.adoptions = Object.fromEntries(ids.map((id) => [id, state.adoptions[id] ?? since]));
  state.adoptedBefore = true;
}

async function prepare(kind: AdoptKind, ref: string, documents: Documents): Promise<unknown> {
  if (kind === 'ruleset') return new SubjectEngine(await loadRuleSet(ref, documents));
  if (kind === 'list') {
    const { id, entity, entries, until } = await documents.get('List', ref.slice(ref.lastIndexOf('#') + 1));
    return new ListIndex([{ id, entity, entries, until }]);
  }
  throw new TypeError(`detect adopts no ${kind}`);
}

/** Before the first rule set: events are still told apart and noted. */
const WITHOUT_RULES = new SubjectEngine({ hash: '', rules: [], features: [], lists: [] });

/** The stage `detect`: what is happening to a person. */
export const detectStage: Stage<Person, DetectPartition> = {
  name: 'detect',
  reads: 'encounter',
  writes: { Warning: 'case', ShadowWarning: 'case', Withdrawn: 'case' },
  behaviour: BEHAVIOUR,
  adopts: ['ruleset', 'list'],
  commitFirst: true,
  codec: PERSON_CODEC,
  partitionState: () => ({ ticks: {}, now: 0, adoptions: {}, adoptedBefore: false }),
  prepare,
  handle,
  adopted,
};
