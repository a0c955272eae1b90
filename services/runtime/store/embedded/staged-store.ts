import { slotName, type Commit, type CommitHead, type Slot, type Store } from '../store.ts';
import { seedOf } from './key-filter.ts';
import type { State } from './state.ts';

type Changed = Map<string, Uint8Array | null>;

/** What one flush takes of the store: the newest head and entities of every slot that changed. */
export interface StoreFlush {
  readonly heads: ReadonlyMap<string, CommitHead>;
  readonly entities: ReadonlyMap<string, Changed>;
}

export interface StagedStoreOptions {
  readonly state: Pick<State, 'entities' | 'neverHeld' | 'willHold'>;
  readonly heads: ReadonlyMap<string, CommitHead>;
  readonly now: () => number;
  /** throws when nothing may be staged (disk full, closed) */
  readonly check: () => void;
  readonly checkOpen: () => void;
  /** something was staged */
  readonly staged: () => void;
}

/**
 * The store as the stages see it: commits are applied in memory at once and become durable with the next flush. Only what is
 * not durable is kept; everything else is asked of the state. All heads are in memory: there are few.
 */
export class StagedStore implements Store {
  readonly #options: StagedStoreOptions;
  readonly #heads: Map<string, CommitHead>;
  readonly #seeds = new Map<string, number>();
  #stagedHeads = new Map<string, CommitHead>();
  #staged = new Map<string, Changed>();
  /** taken by the flush under way; still newer than the state */
  #flushing: ReadonlyMap<string, Changed> = new Map();

  constructor(options: StagedStoreOptions) {
    this.#options = options;
    this.#heads = new Map(options.heads);
  }

  async head(slot: Slot): Promise<{ readonly head: CommitHead | undefined; readonly now: number }> {
    this.#options.checkOpen();
    return { head: this.#heads.get(slotName(slot)), now: this.#options.now() };
  }

  async load(
    slot: Slot,
    keys: readonly string[],
  ): Promise<{ readonly id: string | undefined; readonly entities: ReadonlyArray<Uint8Array | undefined> }> {
    this.#options.checkOpen();
    const { state } = this.#options;
    const name = slotName(slot);
    const seed = this.#seedOf(name);
    const id = this.#heads.get(name)?.id;
    const entities: Array<Uint8Array | undefined> = [];
    const missing: string[] = [];
    const places: number[] = [];
    // All of this, and the view that the state takes, happens before anything else can be staged: one moment.
    for (const key of keys) {
      if (state.neverHeld(seed, key)) {
        entities.push(undefined);
        continue;
      }
      const bytes = this.#inMemory(name, key);
      if (bytes === undefined) {
        missing.push(key);
        places.push(entities.length);
      }
      entities.push(bytes ?? undefined);
    }
    if (missing.length > 0) {
      const stored = await state.entities(name, missing);
      stored.forEach((bytes, i) => (entities[places[i]!] = bytes));
    }
    return { id, entities };
  }

  #seedOf(name: string): number {
    let seed = this.#seeds.get(name);
    if (seed === undefined) this.#seeds.set(name, (seed = seedOf(name)));
    return seed;
  }

  #inMemory(name: string, key: string): Uint8Array | null | undefined {
    const staged = this.#staged.get(name)?.get(key);
    return staged !== undefined ? staged : this.#flushing.get(name)?.get(key);
  }

  async commit(slot: Slot, commit: Commit): Promise<{ readonly applied: boolean; readonly now: number }> {
    return { applied: this.commitNow(slot, commit), now: this.#options.now() };
  }

  /** {@link commit} without a promise */
  commitNow(slot: Slot, { follows, head, entities }: Commit): boolean {
    this.#options.check();
    const name = slotName(slot);
    if (this.#heads.get(name)?.id !== follows) return false;
    this.#heads.set(name, head);
    this.#stagedHeads.set(name, head);
    let changed = this.#staged.get(name);
    if (changed === undefined) this.#staged.set(name, (changed = new Map()));
    const { state } = this.#options;
    const seed = this.#seedOf(name);
    for (const [key, bytes] of entities) {
      changed.set(key, bytes);
      state.willHold(seed, key);
    }
    this.#options.staged();
    return true;
  }

  get changed(): boolean {
    return this.#stagedHeads.size > 0;
  }

  takeFlush(): StoreFlush {
    const flush = { heads: this.#stagedHeads, entities: this.#staged };
    this.#flushing = this.#staged;
    this.#stagedHeads = new Map();
    this.#staged = new Map();
    return flush;
  }

  /** the flush is on disk; until then what it took is looked at before the state */
  settle(): void {
    this.#flushing = new Map();
  }

  async close(): Promise<void> {}
}
