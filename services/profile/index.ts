import type { Encounter, Profile, RecordTypes, Tick, Touch } from '@yujing/schemas';
import {
  loadRuleSet,
  ProfileEngine,
  remember,
  type EngineContext,
  type ProfileEvent,
  type ProfileOutputs,
  type ProfileState,
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
import { BEHAVIOUR } from './config.ts';
import { PROFILE_CODEC } from './counterparty/codec.ts';
import { closeSilent, hear, smallestOpen, type Doors } from './counterparty/doors.ts';
import { listsOf, NO_PROFILE_LISTS, type ProfileLists } from './lists/lists.ts';
import type { CountName, DropReason } from './metrics.ts';

export { BEHAVIOUR, LIMITS } from './config.ts';
export { COUNTS, DROPS, type CountName, type DropReason } from './metrics.ts';

/** Committed with the partition; plain data. */
export interface ProfilePartition {
  doors: Doors;
  /** newest tick passed on, 0 = none */
  relayed: number;
  /** newest door time seen in this partition */
  now: number;
  /** feature id -> when it was adopted; 0 = with the first rule set of all */
  adoptions: Record<string, number>;
  adoptedBefore: boolean;
}

type Context = StageContext<ProfileState, ProfilePartition>;
type EventName = 'Call' | 'Sms' | 'Transaction' | 'DomainVisit' | 'Incident';

const EVENTS = {
  Call: 'call',
  Sms: 'sms',
  Transaction: 'transaction',
  DomainVisit: 'domain_visit',
  Incident: 'incident',
} as const;

const NOTHING: ProfileOutputs = { features: [], findings: [] };
/** Two records tell of one event; their ids must not meet in one memory. */
const TOUCH_SALT = 2 ** 48;

function drop(reason: DropReason): Outcome {
  return { kind: 'drop', reason };
}

function engineContext(context: Context, lists: ProfileLists): EngineContext {
  return { adoptions: context.state.adoptions, lists, note: (name) => context.count(name) };
}

function passTime(state: ProfilePartition, at: number): void {
  if (at > state.now) state.now = at;
}

function takeEvent(context: Context, record: InputRecord<EventName>): Outcome {
  const event: ProfileEvent = record.value;
  const type = EVENTS[record.type];
  const { counterparty } = event;
  const lists = context.adopted<ProfileLists>('list') ?? NO_PROFILE_LISTS;
  const isNobody = counterparty.startsWith('none:');
  let outputs = NOTHING;
  let firstSeenAt: number | null = null;
  if (isNobody) context.count('nobody' satisfies CountName);
  else {
    const entity = context.entity(counterparty);
    const known = remember(entity.known, event.event_id, event.accepted_at);
    if (known === 'repeat') return drop('repeat');
    if (known === 'new_capped') context.count('known_capped' satisfies CountName);
    if (entity.firstSeenAt === 0 || event.occurred_at < entity.firstSeenAt) entity.firstSeenAt = event.occurred_at;
    firstSeenAt = entity.firstSeenAt;
    outputs =
      context.adopted<ProfileEngine>('ruleset')?.handle(entity, type, event, engineContext(context, lists)) ?? NOTHING;
  }
  passTime(context.state, event.accepted_at);
  const { features, findings } = outputs;
  const profile: Profile = {
    counterparty,
    first_seen_at: firstSeenAt,
    features,
    list_hits: lists.hits(counterparty, event.occurred_at),
    findings,
  };
  context.emit('Encounter', event.subject, encounterOf(context.partition, record, profile));
  return DONE;
}

function encounterOf(origin: number, { type, value: event }: InputRecord<EventName>, profile: Profile): Encounter {
  const { event_id, subject, subject_kind, occurred_at, accepted_at, lateness } = event;
  return {
    event_id,
    event_type: EVENTS[type],
    subject,
    subject_kind,
    origin,
    occurred_at,
    accepted_at,
    lateness,
    call: type === 'Call' ? (event as RecordTypes['Call']) : null,
    sms: type === 'Sms' ? (event as RecordTypes['Sms']) : null,
    transaction: type === 'Transaction' ? (event as RecordTypes['Transaction']) : null,
    domain_visit: type === 'DomainVisit' ? (event as RecordTypes['DomainVisit']) : null,
    incident: type === 'Incident' ? (event as RecordTypes['Incident']) : null,
    profile,
  };
}

function takeTouch(context: Context, touch: Touch): Outcome {
  const entity = context.entity(touch.party);
  const known = remember(entity.known, touch.event_id, touch.accepted_at, TOUCH_SALT);
  if (known === 'repeat') return drop('repeat');
  if (known === 'new_capped') context.count('known_capped' satisfies CountName);
  const lists = context.adopted<ProfileLists>('list') ?? NO_PROFILE_LISTS;
  context.adopted<ProfileEngine>('ruleset')?.touch(entity, touch, engineContext(context, lists));
  passTime(context.state, touch.accepted_at);
  return DONE;
}

/** All doors that are open have passed this instant: tell everybody's timers. */
function relay(context: Context): void {
  const { state } = context;
  const time = smallestOpen(state.doors);
  if (time === undefined || time <= state.relayed) return;
  state.relayed = time;
  context.broadcast('Tick', { door: '', time, origin: context.partition });
}

function takeTick(context: Context, { door, time }: Tick): Outcome {
  const { state } = context;
  if (!hear(state.doors, door, time)) return drop('old_tick');
  const silent = closeSilent(state.doors);
  if (silent > 0) context.count('doors_silent' satisfies CountName, silent);
  passTime(state, time);
  relay(context);
  return DONE;
}

function handle(context: Context, record: InputRecord): Outcome {
  switch (record.type) {
    case 'Call':
    case 'Sms':
    case 'Transaction':
    case 'DomainVisit':
    case 'Incident':
      return takeEvent(context, record as InputRecord<EventName>);
    case 'Touch':
      return takeTouch(context, record.value as Touch);
    case 'Tick':
      return takeTick(context, record.value as Tick);
    case 'DoorOpen': {
      // From the moment it opens a door may bring something, so it holds the timers back until its first tick.
      const { door, at } = record.value as RecordTypes['DoorOpen'];
      hear(context.state.doors, door, at);
      passTime(context.state, at);
      relay(context);
      return DONE;
    }
    case 'DoorClosed': {
      delete context.state.doors[(record.value as RecordTypes['DoorClosed']).door];
      relay(context);
      return DONE;
    }
    default:
      return drop('unknown_type');
  }
}

/** Features that are new begin to warm up now, unless nothing was ever counted here before. */
function adopted(context: Context, kind: AdoptKind): void {
  const engine = kind === 'ruleset' ? context.adopted<ProfileEngine>('ruleset') : undefined;
  if (engine === undefined) return;
  const { state } = context;
  const since = state.adoptedBefore ? state.now : 0;
  const ids = engine.plan.features.filter((feature) => feature.place === 'profile').map((feature) => feature.id);
  state.adoptions = Object.fromEntries(ids.map((id) => [id, state.adoptions[id] ?? since]));
  state.adoptedBefore = true;
}

async function prepare(kind: AdoptKind, ref: string, documents: Documents): Promise<unknown> {
  if (kind === 'ruleset') return new ProfileEngine(await loadRuleSet(ref, documents));
  if (kind === 'list') return listsOf(await documents.get('List', ref.slice(ref.lastIndexOf('#') + 1)));
  throw new TypeError(`profile adopts no ${kind}`);
}

/** The stage `profile`: what a counterparty looks like, attached to each event that came through it. */
export const profileStage: Stage<ProfileState, ProfilePartition> = {
  name: 'profile',
  reads: 'feed',
  writes: { Encounter: 'encounter', Tick: 'encounter' },
  behaviour: BEHAVIOUR,
  adopts: ['ruleset', 'list'],
  commitFirst: false,
  codec: PROFILE_CODEC,
  partitionState: () => ({ doors: {}, relayed: 0, now: 0, adoptions: {}, adoptedBefore: false }),
  prepare,
  handle,
  adopted,
};
