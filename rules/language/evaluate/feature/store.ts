import type { FeatureState } from './window.ts';

/** Keys of one feature of a person that are told apart: counterparties, accounts, pairs of both. The newest stay. */
export const MAX_KEYS = 200;

/** State of one key; `own` is the person's own number or account in a pair, '' otherwise. */
export interface KeyedState {
  readonly own: string;
  readonly other: string;
  readonly state: FeatureState;
}

/** Newest last. Most people have few, so an array is smaller than a map and as quick. */
export interface KeyedCell {
  readonly keyed: KeyedState[];
}

export type Cell = FeatureState | KeyedCell | undefined;

/** The features of one entity, one cell each in the order of `ids`. */
export interface FeatureStore {
  /** the table's own array while aligned with it, so that one comparison of references tells */
  ids: readonly string[];
  cells: Cell[];
}

const NONE: readonly string[] = [];

export function emptyStore(): FeatureStore {
  return { ids: NONE, cells: [] };
}

/** Another rule set: what has the same definition keeps its state, the rest is forgotten. */
export function align(store: FeatureStore, ids: readonly string[]): void {
  if (store.ids === ids) return;
  const cells: Cell[] = [];
  for (let i = 0; i < ids.length; i++) {
    const at = store.cells.length === 0 ? -1 : store.ids.indexOf(ids[i] as string);
    cells.push(at < 0 ? undefined : store.cells[at]);
  }
  store.ids = ids;
  store.cells = cells;
}

/** State of an entity's own feature, made when it is not there. */
export function stateOf(store: FeatureStore, position: number): FeatureState {
  let cell = store.cells[position] as FeatureState | undefined;
  if (cell === undefined) {
    cell = [];
    store.cells[position] = cell;
  }
  return cell;
}

export function findKeyed(store: FeatureStore, position: number, own: string, other: string): FeatureState | undefined {
  const cell = store.cells[position] as KeyedCell | undefined;
  if (cell === undefined) return undefined;
  const at = placeOf(cell.keyed, own, other);
  return at < 0 ? undefined : (cell.keyed[at] as KeyedState).state;
}

/** State of a key, made when it is not there and moved to the newest place. True in `capped` = another had to go. */
export function keyedStateOf(
  store: FeatureStore,
  position: number,
  own: string,
  other: string,
  capped: { value: boolean },
): FeatureState {
  let cell = store.cells[position] as KeyedCell | undefined;
  if (cell === undefined) {
    cell = { keyed: [] };
    store.cells[position] = cell;
  }
  const { keyed } = cell;
  const at = placeOf(keyed, own, other);
  if (at >= 0) {
    const found = keyed[at] as KeyedState;
    if (at < keyed.length - 1) {
      keyed.copyWithin(at, at + 1);
      keyed[keyed.length - 1] = found;
    }
    return found.state;
  }
  const made: KeyedState = { own, other, state: [] };
  keyed.push(made);
  if (keyed.length > MAX_KEYS) {
    keyed.shift();
    capped.value = true;
  }
  return made.state;
}

function placeOf(keyed: readonly KeyedState[], own: string, other: string): number {
  for (let i = keyed.length - 1; i >= 0; i--) {
    const entry = keyed[i] as KeyedState;
    if (entry.other === other && entry.own === own) return i;
  }
  return -1;
}
