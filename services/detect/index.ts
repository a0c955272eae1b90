import type { Encounter, RecordTypes, Tick } from '@yujing/schemas';
import {
  ALL_ORIGINS,
  ListIndex,
  loadRuleSet,
  NO_LISTS,
  SubjectEngine,
  type EngineContext,
  type EngineOutputs,
  type Passed,
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
  /** feed partition -> the tick before its newest */
  ticksBefore: Record<string, number>;
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

/**
 * Up to where timers may fire. The ticks of one second come from each feed partition in turn, so timers wait until all have
 * said it: what is due in one second fires in one go, the same however many partitions there are. Of a partition that is
 * behind, the others wait for no more than their own next tick, and timers that ask all of them for no more than the limit.
 */
function passedBy(ticks: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>): Passed {
  const everybody = Math.min(...Object.values(ticks));
  const fastest = Math.max(...Object.values(before));
  return (origin) => {
    if (origin === ALL_ORIGINS) return Math.max(everybody, fastest - LIMITS.tick_lag_ms);
    const ownBefore = before[origin];
    return ownBefore === undefined ? 0 : Math.max(everybody, ownBefore);
  };
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

/** A person with timers that have passed. */
interface Due {
  readonly key: string;
  /** the earliest of them */
  at: number;
  /** the latest tick that let them pass */
  now: number;
}

/** Who is due, earliest first. */
function dueNow(context: Context, origins: readonly number[], passed: Passed): Due[] {
  const found = new Map<string, Due>();
  for (const origin of origins) {
    const until = passed(origin);
    const scope = scopeName(origin);
    if ((context.timers.next(scope) ?? Number.POSITIVE_INFINITY) > until) continue;
    const due = context.timers.due(scope, until, LIMITS.timers_a_tick);
    if (due.length >= LIMITS.timers_a_tick) context.count('timers_deferred' satisfies CountName);
    for (const { key, at } of due) {
      const known = found.get(key);
      if (known === undefined) found.set(key, { key, at, now: until });
      else {
        known.at = Math.min(known.at, at);
        known.now = Math.max(known.now, until);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}

function takeTick(context: Context, { origin, time }: Tick): Outcome {
  const { state } = context;
  const last = state.ticks[origin] ?? 0;
  if (time <= last) return drop('old_tick');
  const ticks = { ...state.ticks, [origin]: time };
  const ticksBefore = { ...state.ticksBefore, [origin]: last };
  const passed = passedBy(ticks, ticksBefore);
  const due = dueNow(context, [...Object.keys(ticks).map(Number), ALL_ORIGINS], passed);
  if (due.length > 0) context.need(due.map(({ key }) => key));
  state.ticks = ticks;
  state.ticksBefore = ticksBefore;
  if (time > state.now) state.now = time;
  const engine = context.adopted<SubjectEngine>('ruleset') ?? WITHOUT_RULES;
  for (const { key, now } of due) {
    const person = context.entity(key);
    context.count('timers_fired' satisfies CountName);
    const outputs = engine.fire(person.subject, key, passed, now, engineContext(context));
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
  partitionState: () => ({ ticks: {}, ticksBefore: {}, now: 0, adoptions: {}, adoptedBefore: false }),
  prepare,
  handle,
  adopted,
};
