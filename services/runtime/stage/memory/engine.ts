import { LOG_NAMES, type LogName } from '@yujing/schemas';
import type { AppendRecord, Broker, StoredRecord } from '../../broker/broker.ts';
import type { EmbeddedEngine, MergedRecord } from '../../broker/embedded/engine.ts';
import { frameBound } from '../../broker/embedded/frame.ts';
import { Groups } from '../../broker/embedded/group.ts';
import { BrokerError } from '../../errors/errors.ts';
import type { Commit, CommitHead, Slot, Store } from '../../store/store.ts';
import { slotName } from '../../store/store.ts';

interface StoredSlot {
  readonly head: CommitHead;
  readonly entities: Map<string, Uint8Array>;
}

interface Batch {
  readonly lengths: readonly number[];
  readonly staged: ReadonlyArray<readonly [name: string, commit: Commit]>;
}

/** What outlives the process: logs as long as the last batch says, and the slots as it left them. */
export interface MemoryDisk {
  readonly partitions: Readonly<Record<LogName, number>>;
  readonly logs: Record<LogName, MergedRecord[]>;
  readonly slots: Map<string, StoredSlot>;
  batches: number;
}

export interface MemoryEngineOptions {
  readonly partitions?: Partial<Record<LogName, number>> | undefined;
  /** what an earlier engine left behind */
  readonly disk?: MemoryDisk | undefined;
  readonly now?: (() => number) | undefined;
  /** resolves when the disk has it; by default at the next turn of the event loop */
  readonly sync?: (() => Promise<void>) | undefined;
}

function apply(slots: Map<string, StoredSlot>, name: string, commit: Commit): void {
  const entities = slots.get(name)?.entities ?? new Map<string, Uint8Array>();
  for (const [key, bytes] of commit.entities) {
    if (bytes === null) entities.delete(key);
    else entities.set(key, bytes);
  }
  slots.set(name, { head: commit.head, entities });
}

/** An engine without a disk: for tests, and for the simulation, which cuts its power. */
export class MemoryEngine implements EmbeddedEngine {
  readonly disk: MemoryDisk;
  readonly inside: Broker;
  readonly outside: Broker;
  readonly store: Store;
  readonly #now: () => number;
  readonly #sync: () => Promise<void>;
  readonly #tail: Record<LogName, MergedRecord[]>;
  readonly #offsets: Record<LogName, number[]>;
  readonly #slots: Map<string, StoredSlot>;
  readonly #durableListeners = new Set<() => void>();
  readonly #inputListeners = new Set<() => void>();
  #staged: Array<readonly [name: string, commit: Commit]> = [];
  #flushing: Promise<void> | undefined;
  #batch: Batch | undefined;
  #dirty = false;
  #cut = false;

  constructor(options: MemoryEngineOptions = {}) {
    const partitions = { feed: 8, encounter: 8, case: 8, change: 1, ...options.partitions };
    const logs: MemoryDisk['logs'] = { feed: [], encounter: [], case: [], change: [] };
    this.disk = options.disk ?? { partitions, logs, slots: new Map(), batches: 0 };
    this.#now = options.now ?? Date.now;
    this.#sync = options.sync ?? (() => new Promise((resolve) => setImmediate(resolve)));
    this.#tail = { feed: [], encounter: [], case: [], change: [] };
    this.#offsets = { feed: [], encounter: [], case: [], change: [] };
    for (const log of LOG_NAMES) {
      this.#tail[log] = [...this.disk.logs[log]];
      this.#offsets[log] = Array.from({ length: this.disk.partitions[log] }, () => 0);
      for (const { partition } of this.#tail[log]) (this.#offsets[log][partition] as number)++;
    }
    this.#slots = new Map();
    for (const [name, { head, entities }] of this.disk.slots)
      this.#slots.set(name, { head, entities: new Map(entities) });
    this.inside = this.#broker(
      (log) => this.#tail[log],
      (log, batches) => this.#appendInside(log, batches),
    );
    this.outside = this.#broker(
      (log) => this.disk.logs[log],
      (log, batches) => this.#appendOutside(log, batches),
    );
    this.store = this.#makeStore();
  }

  get dirty(): boolean {
    return this.#dirty;
  }

  appendNow(log: LogName, partition: number, record: AppendRecord): void {
    if (this.#cut) return;
    const offsets = this.#offsets[log];
    const offset = offsets[partition];
    if (offset === undefined) throw new BrokerError('partition_unknown', { log, partition });
    offsets[partition] = offset + 1;
    const tail = this.#tail[log];
    tail.push({ ...record, partition, offset, appendedAt: this.#now(), order: tail.length });
    this.#dirty = true;
  }

  readMerged(log: LogName, fromOrder: number, max: number): MergedRecord[] {
    return this.#tail[log].slice(fromOrder, fromOrder + max);
  }

  orderOf(log: LogName, positions: readonly number[]): number {
    const tail = this.#tail[log];
    const first = tail.findIndex(({ partition, offset }) => offset >= (positions[partition] ?? 0));
    return first < 0 ? tail.length : first;
  }

  async flush(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    const batch = { lengths: LOG_NAMES.map((log) => this.#tail[log].length), staged: this.#staged };
    this.#staged = [];
    this.#dirty = false;
    this.#batch = batch;
    this.#flushing = this.#sync().finally(() => (this.#flushing = undefined));
    await this.#flushing;
    if (this.#cut) return new Promise(() => {});
    this.#land(batch);
    for (const listener of this.#durableListeners) listener();
  }

  #land({ lengths, staged }: Batch): void {
    LOG_NAMES.forEach((log, index) => {
      const durable = this.disk.logs[log];
      for (let order = durable.length; order < (lengths[index] as number); order++) {
        durable.push(this.#tail[log][order] as MergedRecord);
      }
    });
    for (const [name, commit] of staged) apply(this.disk.slots, name, commit);
    this.disk.batches++;
    this.#batch = undefined;
  }

  onDurable(listener: () => void): () => void {
    this.#durableListeners.add(listener);
    return () => this.#durableListeners.delete(listener);
  }

  onInput(listener: () => void): () => void {
    this.#inputListeners.add(listener);
    return () => this.#inputListeners.delete(listener);
  }

  /**
   * The power goes: what is not on disk is gone, and this engine never answers again. The disk starts the next one. A batch
   * that was being written is there as a whole, if `lands`, or not at all.
   */
  cutPower(lands = false): MemoryDisk {
    this.#cut = true;
    if (lands && this.#batch !== undefined) this.#land(this.#batch);
    this.#durableListeners.clear();
    this.#inputListeners.clear();
    return this.disk;
  }

  async close(): Promise<void> {
    await this.flush();
  }

  #checkPartition(log: LogName, partition: number): void {
    if (this.#offsets[log][partition] === undefined) throw new BrokerError('partition_unknown', { log, partition });
  }

  /** All is checked first: a refused append leaves nothing behind. */
  #appendAll(log: LogName, batches: ReadonlyMap<number, readonly AppendRecord[]>): void {
    for (const [partition, records] of batches) {
      this.#checkPartition(log, partition);
      records.forEach(frameBound);
    }
    for (const [partition, records] of batches) for (const record of records) this.appendNow(log, partition, record);
  }

  async #appendInside(
    log: LogName,
    batches: ReadonlyMap<number, readonly AppendRecord[]>,
  ): Promise<ReadonlySet<number>> {
    this.#appendAll(log, batches);
    return new Set(batches.keys());
  }

  async #appendOutside(
    log: LogName,
    batches: ReadonlyMap<number, readonly AppendRecord[]>,
  ): Promise<ReadonlySet<number>> {
    this.#appendAll(log, batches);
    const end = this.#tail[log].length;
    const durable = new Promise<ReadonlySet<number>>((resolve) => {
      const look = (): void => {
        if (this.#cut || this.disk.logs[log].length < end) return;
        this.#durableListeners.delete(look);
        resolve(new Set(batches.keys()));
      };
      this.#durableListeners.add(look);
      look();
    });
    for (const listener of this.#inputListeners) listener();
    return durable;
  }

  #broker(records: (log: LogName) => readonly StoredRecord[], append: Broker['append']): Broker {
    const groups = new Groups();
    const of = (log: LogName, partition: number): StoredRecord[] => {
      this.#checkPartition(log, partition);
      return records(log).filter((record) => record.partition === partition);
    };
    return {
      partitions: (log) => this.disk.partitions[log],
      logId: (log) => `${log}@1`,
      range: async (log, partition) => ({ low: 0, high: of(log, partition).length }),
      append,
      read: async (log, partition, from) => {
        const high = of(log, partition).length;
        if (!(from >= 0 && from <= high)) throw new BrokerError('position_out_of_range', { log, partition, from });
        let next = from;
        let closed = false;
        return {
          poll: async (max) => {
            if (closed) throw new BrokerError('closed', { log, partition });
            const found = of(log, partition).slice(next, next + max);
            next += found.length;
            return found;
          },
          close: async () => {
            closed = true;
          },
        };
      },
      join: (group, log, listener) => groups.join(`${group} ${log}`, this.disk.partitions[log], listener),
      close: async () => {},
    };
  }

  #makeStore(): Store {
    return {
      head: async (slot: Slot) => ({ head: this.#slots.get(slotName(slot))?.head, now: this.#now() }),
      load: async (slot, keys) => {
        const stored = this.#slots.get(slotName(slot));
        return { id: stored?.head.id, entities: keys.map((key) => stored?.entities.get(key)) };
      },
      commit: (slot, commit) => {
        const name = slotName(slot);
        if (this.#cut) return new Promise(() => {});
        const applied = this.#slots.get(name)?.head.id === commit.follows;
        if (applied) {
          apply(this.#slots, name, commit);
          this.#staged.push([name, commit]);
          this.#dirty = true;
        }
        return Promise.resolve({ applied, now: this.#now() });
      },
      close: async () => {},
    };
  }
}
