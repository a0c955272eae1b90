import { StoreError, slotName, type Commit, type CommitHead, type Slot, type Store } from '@yujing/runtime';
import type { Random } from '../random.ts';
import type { Faults } from './faults.ts';
import type { SimProcess } from './process.ts';
import type { Scheduler } from './scheduler.ts';

export interface Snapshot {
  readonly head: CommitHead;
  readonly entities: ReadonlyMap<string, Uint8Array>;
}

const HISTORY = 12;
const TIMEOUT_MS = 300;
const LATE_MS = 3_000;

/** The store of the world: it can lose its newest commits, or everything. */
export class ModelStore {
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #random: Random;
  /** the store's clock by the scheduler's */
  readonly #time: (now: number) => number;
  /** the newest snapshots of each slot, oldest first; empty = wiped */
  readonly #slots = new Map<string, Snapshot[]>();
  readonly #backups = new Map<string, Snapshot>();
  /** what a stage's partition begins with */
  newState: ((slot: Slot) => unknown) | undefined;
  refused = 0;
  rewinds = 0;
  onCommit: (slot: Slot, snapshot: Snapshot, commit: Commit) => void = () => {};

  constructor(scheduler: Scheduler, faults: Faults, random: Random, time: (now: number) => number = (now) => now) {
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#random = random;
    this.#time = time;
  }

  current(slot: Slot): Snapshot | undefined {
    return this.#slots.get(slotName(slot))?.at(-1);
  }

  /** Puts a slot in place as an operator's tool would. */
  place(slot: Slot, snapshot: Snapshot): void {
    this.#slots.set(slotName(slot), [snapshot]);
  }

  /** The tail of the store is lost: a slot goes back by some commits, never before its first one. */
  rewind(slot: Slot, commits: number): boolean {
    const history = this.#slots.get(slotName(slot)) ?? [];
    const lost = Math.min(commits, history.length - 1);
    if (lost <= 0) return false;
    history.length -= lost;
    this.rewinds++;
    return true;
  }

  wipe(slot: Slot): boolean {
    const history = this.#slots.get(slotName(slot)) ?? [];
    if (history.length === 0) return false;
    this.#backups.set(slotName(slot), this.#random.pick(history));
    this.#slots.set(slotName(slot), []);
    return true;
  }

  /** what an operator does when a stage says that its state is lost */
  restore(slot: Slot): void {
    const backup = this.#backups.get(slotName(slot));
    if (backup !== undefined && this.current(slot) === undefined) this.#slots.set(slotName(slot), [backup]);
  }

  /** the backup an operator would restore; undefined while the slot was never wiped */
  backup(slot: Slot): Snapshot | undefined {
    return this.#backups.get(slotName(slot));
  }

  apply(slot: Slot, commit: Commit): boolean {
    const history = this.#slots.get(slotName(slot)) ?? [];
    const before = history.at(-1);
    if (before?.head.id !== commit.follows) {
      this.refused++;
      return false;
    }
    const entities = new Map(before?.entities);
    for (const [key, bytes] of commit.entities) {
      if (bytes === null) entities.delete(key);
      else entities.set(key, bytes);
    }
    const snapshot = { head: commit.head, entities };
    history.push(snapshot);
    if (history.length > HISTORY) history.shift();
    this.#slots.set(slotName(slot), history);
    this.onCommit(slot, snapshot, commit);
    return true;
  }

  store(process: SimProcess): Store {
    return {
      head: (slot) =>
        this.#read(process, () => ({ head: this.current(slot)?.head, now: this.#time(this.#scheduler.now) })),
      load: (slot, keys) =>
        this.#read(process, () => {
          const snapshot = this.current(slot);
          return { id: snapshot?.head.id, entities: keys.map((key) => snapshot?.entities.get(key)) };
        }),
      commit: (slot, commit) => this.#commit(process, slot, commit),
      close: async () => {},
    };
  }

  #read<Answer>(process: SimProcess, read: () => Answer): Promise<Answer> {
    return process.ask(() => {
      if (this.#random.chance(0.05 * this.#faults.degree('readFails'))) throw new StoreError('store_failed');
      return read();
    });
  }

  #commit(process: SimProcess, slot: Slot, commit: Commit): Promise<{ applied: boolean; now: number }> {
    return new Promise((resolve, reject) => {
      const answer = (act: () => void, delayMs = process.delay()): void =>
        this.#scheduler.after(delayMs, () => process.deliver(act));
      const lose = (): void => answer(() => reject(new StoreError('store_failed')), TIMEOUT_MS);
      this.#scheduler.after(process.delay(), () => {
        if (this.#random.chance(0.25 * this.#faults.degree('commitDelayed'))) {
          this.#scheduler.after(this.#random.between(0, LATE_MS), () => this.apply(slot, commit));
          lose();
          return;
        }
        const applied = this.apply(slot, commit);
        if (this.#random.chance(0.1 * this.#faults.degree('commitAnswerLost'))) lose();
        else answer(() => resolve({ applied, now: this.#time(this.#scheduler.now) }));
      });
    });
  }
}
