/** One entity in memory. `entity` undefined = known to be absent, or removed. */
export interface CachedEntity<Entity> {
  readonly key: string;
  entity: Entity | undefined;
  dirty: boolean;
  /** touched since the last sweep */
  used: boolean;
}

/** Says of a clean entity whether it goes. The cache asks only when it is over its bound. */
export interface Eviction {
  evicts(candidate: CachedEntity<unknown>): boolean;
}

/** Second chance: what was touched since the last sweep stays, at the price of one flag per use. */
export const SECOND_CHANCE: Eviction = {
  evicts(candidate) {
    const { used } = candidate;
    candidate.used = false;
    return !used;
  },
};

/** Entities of one partition, decoded. Changed ones stay until they are committed; clean ones go when there are too many. */
export class EntityCache<Entity> {
  readonly #slots = new Map<string, CachedEntity<Entity>>();
  readonly #bound: number;
  readonly #eviction: Eviction;
  #dirty: CachedEntity<Entity>[] = [];

  constructor(bound: number, eviction: Eviction = SECOND_CHANCE) {
    this.#bound = bound;
    this.#eviction = eviction;
  }

  get size(): number {
    return this.#slots.size;
  }

  get dirtyCount(): number {
    return this.#dirty.length;
  }

  find(key: string): CachedEntity<Entity> | undefined {
    return this.#slots.get(key);
  }

  has(key: string): boolean {
    return this.#slots.has(key);
  }

  /** what the store holds under this key, undefined when nothing */
  loaded(key: string, entity: Entity | undefined): void {
    this.#slots.set(key, { key, entity, dirty: false, used: true });
  }

  change(slot: CachedEntity<Entity>): void {
    if (slot.dirty) return;
    slot.dirty = true;
    this.#dirty.push(slot);
  }

  /** Hands over what changed since the last call, in the order of the first change, and takes it as clean from here on. */
  takeDirty(): readonly CachedEntity<Entity>[] {
    const taken = this.#dirty;
    this.#dirty = [];
    for (const slot of taken) slot.dirty = false;
    return taken;
  }

  /** Call between batches: what was loaded for a batch must last until the batch is through. */
  sweep(): void {
    let excess = this.#slots.size - this.#bound;
    if (excess <= 0) return;
    // A Map allows deletion while it is walked. Two passes: the first may only take the second chances away.
    for (let pass = 0; pass < 2 && excess > 0; pass++) {
      for (const slot of this.#slots.values()) {
        if (excess <= 0) break;
        if (slot.dirty || !this.#eviction.evicts(slot)) continue;
        this.#slots.delete(slot.key);
        excess--;
      }
    }
  }
}
