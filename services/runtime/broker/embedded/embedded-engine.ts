import { rmSync } from 'node:fs';
import type { LogName } from '@yujing/schemas';
import { BrokerError } from '../../errors/errors.ts';
import type { State } from '../../store/embedded/state.ts';
import { StagedStore, type StoreFlush } from '../../store/embedded/staged-store.ts';
import type { CommitHead, Store } from '../../store/store.ts';
import type { AppendRecord, Broker } from '../broker.ts';
import { flushRecords } from './committed.ts';
import { writeError, type Disk } from './disk.ts';
import type { DiskEngine, FlushReport, MergedRecord } from './engine.ts';
import { Face } from './faces.ts';
import { Groups } from './group.ts';
import type { EmbeddedLog, LogFlush } from './log.ts';
import { MergedReader } from './merged-reader.ts';
import { Waiters } from './waiters.ts';
import { LogWriter } from './writer.ts';

export interface EngineOptions {
  readonly logs: ReadonlyMap<LogName, EmbeddedLog>;
  readonly state: State;
  readonly heads: ReadonlyMap<string, CommitHead>;
  readonly now: () => number;
  readonly disk: Disk;
  readonly sync: boolean;
  readonly autoFlush: boolean;
  /** gives the folder back */
  readonly unlock: () => void;
}

interface Taken {
  readonly logs: ReadonlyArray<readonly [EmbeddedLog, LogFlush]>;
  readonly store: StoreFlush;
  /** who is answered when it is durable */
  readonly waiting: readonly Done[];
}

type Done = { readonly resolve: () => void; readonly reject: (error: unknown) => void };

const RETRY_MS = 200;

export class Engine implements DiskEngine {
  readonly outside: Broker;
  readonly inside: Broker;
  readonly store: Store;
  readonly outsideStore: Store;
  readonly #options: EngineOptions;
  readonly #staged: StagedStore;
  readonly #merged = new Map<LogName, MergedReader>();
  readonly #writers = new Map<EmbeddedLog, LogWriter>();
  readonly #durableListeners = new Set<() => void>();
  readonly #inputListeners = new Set<() => void>();
  readonly #tailWaiters = new Waiters();
  readonly #durableWaiters = new Waiters();
  #waiting: Done[] = [];
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #scheduled = false;
  #dirty = false;
  #failure: BrokerError | undefined;
  /** taken by a flush that failed */
  #unwritten: Taken | undefined;
  #closed = false;
  #lastNow = 0;
  #report: FlushReport = { records: 0, bytes: 0, entities: 0, durationMs: 0 };

  constructor(options: EngineOptions) {
    this.#options = options;
    for (const [name, log] of options.logs) {
      this.#merged.set(name, new MergedReader(log));
      this.#writers.set(log, new LogWriter(options.disk, options.sync));
    }
    const { state, heads } = options;
    this.#staged = new StagedStore({
      state,
      heads,
      now: () => this.#now(),
      check: () => this.#check(),
      checkOpen: () => this.#checkOpen(),
      staged: () => this.#touch(),
    });
    this.store = this.#staged;
    this.outsideStore = this.#outsideStore();
    const face = { log: (name: LogName) => this.#log(name), groups: new Groups(), checkOpen: () => this.#checkOpen() };
    const appendNow = (log: LogName, partition: number, record: AppendRecord): void =>
      this.appendNow(log, partition, record);
    this.inside = new Face({
      ...face,
      appendNow,
      horizon: (log) => log.tail,
      waiters: this.#tailWaiters,
      appended: () => Promise.resolve(),
    });
    this.outside = new Face({
      ...face,
      appendNow,
      horizon: (log) => log.durable,
      waiters: this.#durableWaiters,
      appended: () => this.#input(),
    });
  }

  /** A commit of somebody outside is answered when it is durable: what he does next may be seen. */
  #outsideStore(): Store {
    const staged = this.#staged;
    return {
      head: (slot) => staged.head(slot),
      load: (slot, keys) => staged.load(slot, keys),
      commit: async (slot, commit) => {
        const applied = staged.commitNow(slot, commit);
        if (applied) await this.#input();
        return { applied, now: this.#now() };
      },
      close: () => staged.close(),
    };
  }

  #now(): number {
    this.#lastNow = Math.max(this.#lastNow, this.#options.now());
    return this.#lastNow;
  }

  #log(name: LogName): EmbeddedLog {
    const log = this.#options.logs.get(name);
    if (log === undefined) throw new BrokerError('partition_unknown', { log: name });
    return log;
  }

  #checkOpen(): void {
    if (this.#closed) throw new BrokerError('closed');
  }

  #check(): void {
    this.#checkOpen();
    if (this.#failure !== undefined) throw this.#failure;
  }

  appendNow(log: LogName, partition: number, record: AppendRecord): void {
    this.#check();
    this.#log(log).append(partition, record, this.#now());
    this.#tailWaiters.wake();
    this.#touch();
  }

  #touch(): void {
    this.#dirty = true;
    if (this.#options.autoFlush) this.#flushSoon();
  }

  /** something from outside is in the tail or staged: tells the loop, resolves when it is durable */
  #input(): Promise<void> {
    const durable = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    for (const listener of this.#inputListeners) listener();
    return durable;
  }

  readMerged(log: LogName, fromOrder: number, max: number): MergedRecord[] {
    this.#checkOpen();
    return this.#merged.get(log)!.read(fromOrder, max);
  }

  orderOf(log: LogName, positions: readonly number[]): number {
    this.#checkOpen();
    return this.#merged.get(log)!.orderOf(positions);
  }

  get dirty(): boolean {
    return this.#dirty;
  }

  get lastFlush(): FlushReport {
    return this.#report;
  }

  bytes(log: LogName): number {
    return this.#log(log).bytes;
  }

  expire(log: LogName, before: number): Promise<void> {
    this.#check();
    if (this.#log(log).expire(before) === 0) return Promise.resolve();
    this.#touch();
    return this.#input();
  }

  flush(): Promise<void> {
    this.#checkOpen();
    if (this.#next !== undefined) return this.#next;
    if (this.#running === undefined) return this.#start();
    // Whoever waits for the next one shares it: it takes what all of them appended.
    const started = (): Promise<void> => {
      this.#next = undefined;
      this.#checkOpen();
      return this.#start();
    };
    this.#next = this.#running.then(started, started);
    return this.#next;
  }

  #start(): Promise<void> {
    if (!this.#dirty && this.#waiting.length === 0) return Promise.resolve();
    this.#running = this.#flushNow().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  #flushSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#closed) this.flush().catch(() => this.#flushLater());
    });
  }

  /** A failure reached those who waited. Nothing can be appended now, so nothing else would start the next flush. */
  #flushLater(): void {
    setTimeout(() => this.#flushSoon(), RETRY_MS).unref();
  }

  get failure(): BrokerError | undefined {
    return this.#failure;
  }

  async #flushNow(): Promise<void> {
    const startedAt = performance.now();
    // What a flush before this one could not write comes first and alone: its end is a boundary, "now" need not be one.
    const taken = this.#unwritten ?? this.#take();
    try {
      await this.#write(taken);
    } catch (error) {
      throw this.#fail(writeError(error), taken);
    }
    this.#unwritten = undefined;
    this.#failure = undefined;
    this.#staged.settle();
    for (const [log, flush] of taken.logs) log.settle(flush);
    this.#report = report(taken, performance.now() - startedAt);
    for (const { resolve } of taken.waiting) resolve();
    this.#durableWaiters.wake();
    for (const listener of this.#durableListeners) listener();
    // All of it is durable: what fails here is done again at the next opening.
    await this.#tidy(taken).catch(() => undefined);
  }

  /** the boundary: nothing in here waits */
  #take(): Taken {
    const logs = [...this.#options.logs.values()].filter((log) => log.changed);
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#dirty = false;
    return { logs: logs.map((log) => [log, log.takeFlush()] as const), store: this.#staged.takeFlush(), waiting };
  }

  /** logs first, then one batch that names their lengths: a crash in between leaves bytes that recovery cuts off */
  async #write({ logs, store }: Taken): Promise<void> {
    const written = await Promise.allSettled(logs.map(([log, { pieces }]) => this.#writers.get(log)!.write(pieces)));
    for (const result of written) if (result.status === 'rejected') throw result.reason;
    const records = logs.flatMap(([log, flush]) => flushRecords(log.name, log.id, log.partitions, flush));
    if (records.length === 0 && store.heads.size === 0) return;
    await this.#options.state.write({ records, heads: store.heads, entities: store.entities });
  }

  /** Nobody is left waiting: whoever appended sends it again, and content names tell the two apart. */
  #fail(failure: BrokerError, taken: Taken): BrokerError {
    for (const { reject } of [...taken.waiting, ...this.#waiting]) reject(failure);
    this.#waiting = [];
    this.#failure = failure;
    this.#unwritten = { ...taken, waiting: [] };
    this.#dirty = true;
    return failure;
  }

  /** The files that are full are closed, those that were given up removed. */
  async #tidy({ logs }: Taken): Promise<void> {
    for (const [log, { sealed, removed }] of logs) {
      for (const segment of [...sealed, ...removed]) await this.#writers.get(log)!.done(log.fileOf(segment));
      for (const segment of removed) rmSync(log.fileOf(segment), { force: true });
    }
  }

  onDurable(listener: () => void): () => void {
    this.#durableListeners.add(listener);
    return () => this.#durableListeners.delete(listener);
  }

  onInput(listener: () => void): () => void {
    this.#inputListeners.add(listener);
    return () => this.#inputListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      while (this.#dirty) await this.flush();
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#running?.catch(() => undefined);
    for (const { reject } of this.#waiting) reject(new BrokerError('closed'));
    this.#waiting = [];
    this.#tailWaiters.wake();
    this.#durableWaiters.wake();
    for (const writer of this.#writers.values()) await writer.close();
    await this.#options.state.close();
    this.#options.unlock();
  }
}

function report({ logs, store }: Taken, durationMs: number): FlushReport {
  let entities = 0;
  for (const changed of store.entities.values()) entities += changed.size;
  return {
    records: logs.reduce((sum, [, { from, end }]) => sum + end.order - from.order, 0),
    bytes: logs.reduce((sum, [, { from, end }]) => sum + end.position - from.position, 0),
    entities,
    durationMs,
  };
}
