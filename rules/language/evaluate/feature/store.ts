import type { FeatureState } from './window.ts';

/** Numbers or accounts of one person that are told apart. */
export const MAX_OWN = 16;
/** Counterparties a person's pair features remember: the newest. */
export const MAX_PEERS = 200;

/** the person's own number or account ('' when the key names something else) -> the other key ('' likewise) -> state */
export type KeyedCell = Map<string, Map<string, FeatureState>>;
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
  const cells: Cell[] = Array.from({ length: ids.length });
  if (store.cells.length > 0) {
    for (let i = 0; i < ids.length; i++) {
      const at = store.ids.indexOf(ids[i] as string);
      if (at >= 0) cells[i] = store.cells[at];
    }
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

/** State of a keyed feature, made when it is not there and moved to the newest place. `capped` is told of every loss. */
export function keyedStateOf(
  store: FeatureStore,
  position: number,
  own: string,
  other: string,
  capped: () => void,
): FeatureState {
  let cell = store.cells[position] as KeyedCell | undefined;
  if (cell === undefined) {
    cell = new Map();
    store.cells[position] = cell;
  }
  const inner = newest(cell, own, MAX_OWN, () => new Map<string, FeatureState>(), capped);
  return newest(inner, other, MAX_PEERS, (): FeatureState => [], capped);
}

/** Maps keep insertion order, so the first key is the one not used for longest. */
function newest<T>(map: Map<string, T>, key: string, limit: number, make: () => T, capped: () => void): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    if (map.size >= limit) {
      map.delete(map.keys().next().value as string);
      capped();
    }
    map.set(key, value);
  } else if (map.size > 1) {
    map.delete(key);
    map.set(key, value);
  }
  return value;
}
