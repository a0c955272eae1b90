import type { EventType, FeaturePlan, Node } from '../../plan/plan.ts';
import type { Compiler } from '../expression/expression.ts';
import type { Condition, FeatureReader, Frame, ProfileValue, Scalar, Seen } from '../frame.ts';
import { TRUE, UNKNOWN } from '../frame.ts';
import type { Aggregate, FeatureNote } from './aggregate.ts';
import { lastValues } from './distinct.ts';
import type { FeatureStore } from './store.ts';
import { align, findKeyed, keyedStateOf, stateOf } from './store.ts';
import { aggregateOf, assertAvailable } from './table.ts';
import type { FeatureState, Window } from './window.ts';
import { windowOf } from './window.ts';

/** entity: keyed by the entity itself; own: by a number or account of the person; pair: by counterparty and own number. */
type Shape = 'entity' | 'own' | 'pair';

interface Entry {
  readonly plan: FeaturePlan;
  readonly position: number;
  readonly shape: Shape;
  readonly aggregate: Aggregate;
  readonly window: Window;
  /** the counterparty's features are remembered in profile, the person's in detect */
  readonly isHere: boolean;
  /** where the value stands among those that travel with an event */
  readonly guess: number;
  readonly where: Condition | undefined;
  readonly predicate: Condition | undefined;
}

export type Place = 'profile' | 'detect';
/** Feature id -> when it was adopted, 0 = with the first rule set of all. */
export type Adoptions = Readonly<Record<string, number>>;
export type Note = FeatureNote | 'keys_capped';

const UPDATED: readonly Entry[] = [];

/** All features of a rule set, seen from one stage: reads any, remembers those whose place is here. */
export class FeatureTable implements FeatureReader {
  /** ids of the features remembered here, in the order of a store's cells */
  readonly ids: readonly string[];
  readonly #entries: readonly Entry[];
  readonly #updates = new Map<string, { readonly before: Entry[]; readonly after: Entry[] }>();
  readonly #here: Place;
  #store: FeatureStore = { ids: [], cells: [] };
  #adoptions: Adoptions = {};
  readonly #capped = { value: false };
  #note: (note: Note) => void = () => {};

  constructor(features: readonly FeaturePlan[], here: Place, compiler: Compiler) {
    this.#here = here;
    const kept = features.filter((feature) => feature.place === here).map((feature) => feature.id);
    this.ids = kept;
    const travelling = features.filter((feature) => feature.place === 'profile');
    this.#entries = features.map((plan) => {
      const guess = travelling.filter((other) => other.entity === plan.entity).indexOf(plan);
      return entryOf(plan, here, kept.indexOf(plan.id), guess, compiler);
    });
    for (const entry of this.#entries) {
      if (!entry.isHere) continue;
      const key = updateKey(entry.plan.on, entry.plan.from);
      let lists = this.#updates.get(key);
      if (lists === undefined) this.#updates.set(key, (lists = { before: [], after: [] }));
      (entry.aggregate.includesCurrent ? lists.before : lists.after).push(entry);
    }
  }

  /** From here on values are read from and written to this store. */
  open(store: FeatureStore, adoptions: Adoptions, note: (note: Note) => void): void {
    align(store, this.ids);
    this.#store = store;
    this.#adoptions = adoptions;
    this.#note = note;
  }

  /** Before the rules look: aggregates that include the event at hand. */
  updateBefore(frame: Frame, from: 'main' | 'touch'): void {
    this.#update(this.#updates.get(updateKey(frame.event.type, from))?.before ?? UPDATED, frame);
  }

  /** After the rules have looked: those that leave it out. */
  updateAfter(frame: Frame, from: 'main' | 'touch'): void {
    this.#update(this.#updates.get(updateKey(frame.event.type, from))?.after ?? UPDATED, frame);
  }

  read(feature: number, first: string, second: string | undefined, frame: Frame): number {
    const entry = this.#entries[feature] as Entry;
    if (!entry.isHere) return this.#here === 'detect' ? travelled(entry, first, frame) : Number.NaN;
    if (this.#isWarming(entry, frame.now)) return Number.NaN;
    const state = this.#stateToRead(entry, first, second, frame);
    if (state === ELSEWHERE) return Number.NaN;
    const drawn = entry.plan.aggregate === 'baseline' ? this.#drawnNow(entry, frame) : Number.NaN;
    return entry.aggregate.value(state, entry.window, frame.now, drawn);
  }

  list(feature: number, first: string, second: string | undefined, frame: Frame): readonly Scalar[] | undefined {
    const entry = this.#entries[feature] as Entry;
    if (!entry.isHere || this.#isWarming(entry, frame.now)) return undefined;
    const state = this.#stateToRead(entry, first, second, frame);
    return state === ELSEWHERE ? undefined : lastValues(state, entry.window, frame.now);
  }

  #isWarming(entry: Entry, now: number): boolean {
    const adopted = this.#adoptions[entry.plan.id];
    return adopted !== undefined && adopted > 0 && now < adopted + entry.window.window_ms + entry.window.delay_ms;
  }

  #stateToRead(entry: Entry, first: string, second: string | undefined, frame: Frame): FeatureState | undefined {
    switch (entry.shape) {
      case 'entity': {
        const key = this.#here === 'detect' ? frame.subject : frame.event.counterparty;
        return first === key ? (this.#store.cells[entry.position] as FeatureState | undefined) : ELSEWHERE;
      }
      case 'own':
        return findKeyed(this.#store, entry.position, '', first);
      case 'pair':
        return findKeyed(this.#store, entry.position, second ?? '', first);
    }
  }

  #drawnNow(entry: Entry, frame: Frame): number {
    if (frame.event.type !== entry.plan.on) return Number.NaN;
    const value = frame.event.fields[entry.plan.field ?? ''];
    return typeof value === 'number' ? value : Number.NaN;
  }

  #update(entries: readonly Entry[], frame: Frame): void {
    const { event } = frame;
    for (let i = 0; i < entries.length; i++) {
      const entry = entries[i] as Entry;
      const first = event.fields[entry.plan.key[0] as string];
      if (typeof first !== 'string' || !this.#isOurs(entry, first, event)) continue;
      if (entry.where !== undefined && entry.where(frame) !== TRUE) continue;
      const drawn = drawFrom(entry, frame);
      if (drawn === undefined) continue;
      const state = this.#stateToWrite(entry, first, frame);
      if (state === undefined) continue;
      const note = entry.aggregate.update(state, entry.window, event.at, drawn);
      if (note !== undefined) this.#note(note);
    }
  }

  /** In a transfer in, the payer is the other party and the payee's account the person's own. */
  #isOurs(entry: Entry, first: string, event: Seen): boolean {
    if (entry.shape === 'pair') return event.fields[entry.plan.key[1] as string] !== event.counterparty;
    return (first === event.counterparty) === (this.#here === 'profile');
  }

  #stateToWrite(entry: Entry, first: string, frame: Frame): FeatureState | undefined {
    if (entry.shape === 'entity') return stateOf(this.#store, entry.position);
    const own = entry.shape === 'own' ? '' : frame.event.fields[entry.plan.key[1] as string];
    if (typeof own !== 'string') return undefined;
    const state = keyedStateOf(this.#store, entry.position, own, first, this.#capped);
    if (this.#capped.value) {
      this.#capped.value = false;
      this.#note('keys_capped');
    }
    return state;
  }
}

/** Asked of somebody whose state is not here: unknown, where an empty state would be a known zero. */
const ELSEWHERE: FeatureState = [];

function updateKey(type: EventType, from: 'main' | 'touch'): string {
  return from === 'main' ? type : `touch ${type}`;
}

function entryOf(plan: FeaturePlan, here: Place, position: number, guess: number, compiler: Compiler): Entry {
  assertAvailable(plan);
  const compiled = (node: Node | undefined): Condition | undefined =>
    node === undefined ? undefined : compiler.condition(node);
  const isHere = plan.place === here;
  return {
    plan,
    position,
    shape: plan.key.length === 2 ? 'pair' : here === 'profile' || plan.key[0] === 'subject' ? 'entity' : 'own',
    aggregate: aggregateOf(plan),
    window: windowOf(plan),
    isHere,
    guess,
    where: isHere ? compiled(plan.where) : undefined,
    predicate: isHere ? compiled(plan.predicate) : undefined,
  };
}

function drawFrom(entry: Entry, frame: Frame): number | string | undefined {
  switch (entry.aggregate.draws) {
    case 'nothing':
      return 1;
    case 'predicate': {
      const holds = entry.predicate === undefined ? UNKNOWN : entry.predicate(frame);
      return holds === UNKNOWN ? undefined : holds;
    }
    case 'number': {
      const value = frame.event.fields[entry.plan.field ?? ''];
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    }
    case 'text': {
      const value = frame.event.fields[entry.plan.field ?? ''];
      return value === null || value === undefined ? undefined : typeof value === 'string' ? value : String(value);
    }
  }
}

/** Counterparty features come with the event, in the order of the rule set unless it was just changed. */
function travelled(entry: Entry, first: string, frame: Frame): number {
  const { counterparty, values } = frame.event;
  if (first !== counterparty) return Number.NaN;
  const { id } = entry.plan;
  const guessed = values[entry.guess];
  if (guessed !== undefined && guessed.id === id) return guessed.value;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as ProfileValue;
    if (value.id === id) return value.value;
  }
  return Number.NaN;
}
