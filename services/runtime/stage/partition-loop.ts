import type { LogName } from '@yujing/schemas';
import type { AppendRecord, Broker, PartitionReader, StoredRecord } from '../broker/broker.ts';
import type { Clock } from '../clock/clock.ts';
import type { Codec } from '../codec/index.ts';
import { isCoded } from '../errors/errors.ts';
import type { OutboxRecord, Store } from '../store/store.ts';
import { openSlot } from './open-slot.ts';
import { OwnerDuties } from './owner-duties.ts';
import { NO_METRICS, type Heads, type LoopMetrics } from './ports.ts';
import {
  OrderedPublisher,
  PUBLISHER_SETTINGS,
  type Publisher,
  type PublisherOptions,
  type PublisherSettings,
} from './publisher.ts';
import { RULES, type LoopRules } from './rules.ts';
import type { Stage } from './stage.ts';
import { StoreTime } from './store-time.ts';
import { PartitionWorker } from './worker.ts';
import type { WorkerOptions } from './worker-options.ts';

export interface PartitionLoopSettings extends PublisherSettings {
  /** records taken from the log at once */
  readonly chunkRecords: number;
  /** a chunk ends about here: what people see is committed at its end */
  readonly chunkMs: number;
  /** between two commits when nobody sees an output */
  readonly commitIntervalMs: number;
  /** records after which there is a commit in any case */
  readonly commitRecords: number;
  /** an idle owner looks this often whether the store still holds what it knows */
  readonly heartbeatMs: number;
  readonly drainMs: number;
}

export const PARTITION_LOOP_SETTINGS: PartitionLoopSettings = {
  ...PUBLISHER_SETTINGS,
  chunkRecords: 5_000,
  chunkMs: 100,
  commitIntervalMs: 1_000,
  commitRecords: 20_000,
  heartbeatMs: 1_000,
  drainMs: 10_000,
};

export interface PartitionLoopOptions<Entity, PartitionState> extends Omit<
  WorkerOptions<Entity, PartitionState>,
  'stage' | 'partition' | 'broker' | 'sink'
> {
  readonly stage: Stage<Entity, PartitionState>;
  readonly partition: number;
  readonly broker: Broker;
  readonly store: Store;
  readonly codec: Codec;
  readonly heads: Heads;
  readonly clock: Clock;
  readonly settings?: Partial<PartitionLoopSettings> | undefined;
  readonly createPublisher?: ((options: PublisherOptions) => Publisher) | undefined;
}

const BACKOFF_MS = 200;
/** A loop that is no further behind has caught up. */
const CAUGHT_UP_RECORDS = 1_000;
const GAUGE_EVERY_MS = 1_000;

/**
 * The run loop of a cluster: owns one stage over one partition until it is stopped. fetch, decode, handle, commit, publish.
 * Memory lives as long as a session; whenever the store is found to hold something else, the session ends and a new one starts
 * from the store.
 */
export class PartitionLoop<Entity, PartitionState> {
  readonly #options: PartitionLoopOptions<Entity, PartitionState>;
  readonly #settings: PartitionLoopSettings;
  readonly #rules: LoopRules;
  readonly #metrics: LoopMetrics;
  readonly #worker: PartitionWorker<Entity, PartitionState>;
  readonly #storeTime: StoreTime;
  readonly #stopping = new AbortController();
  #duties: OwnerDuties;
  #publisher: Publisher;
  #running: Promise<void> | undefined;
  /** outputs of a commit-first stage that no commit holds yet */
  #fresh: OutboxRecord[] = [];
  #rest: readonly StoredRecord[] = [];
  #outboxStored = false;
  #committedAt = 0;
  #uncommitted = 0;
  #seenAt = 0;
  /** the append of the owner's own records that is under way */
  #duty: Promise<void> | undefined;
  #turnedAt: number;
  #measuredAt = 0;
  #committed: number | undefined;
  #isCaughtUp = false;

  constructor(options: PartitionLoopOptions<Entity, PartitionState>) {
    this.#options = options;
    this.#settings = { ...PARTITION_LOOP_SETTINGS, ...options.settings };
    this.#rules = options.rules ?? RULES;
    this.#metrics = options.metrics ?? NO_METRICS;
    this.#storeTime = new StoreTime(options.clock);
    this.#publisher = this.#newPublisher();
    this.#duties = new OwnerDuties(options);
    const sink = {
      output: (log: LogName, partition: number, record: AppendRecord): void => this.#output(log, partition, record),
    };
    this.#worker = new PartitionWorker({ ...options, sink });
    this.#turnedAt = options.clock.now();
  }

  /** epoch ms of the newest turn: liveness by progress */
  get turnedAt(): number {
    return this.#turnedAt;
  }

  /** position of the newest commit of this session; undefined: there is none yet */
  get committed(): number | undefined {
    return this.#committed;
  }

  /** this session has been near the end of its log */
  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** how far the machine's clock is behind the store's */
  get clockSkewMs(): number {
    return this.#storeTime.skewMs;
  }

  /** Runs until {@link stop}. @throws StageError when the stage must not go on, StoreError, BrokerError */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => this.#forgetGauges());
    return this.#running;
  }

  /** Whoever owns the partition next tells how far it is behind; what is left here would be counted twice. */
  #forgetGauges(): void {
    const { stage, partition } = this.#options;
    this.#metrics.gauge('records_behind', stage.name, partition, 0);
    this.#metrics.gauge('records_unacknowledged', stage.name, partition, 0);
  }

  /** Stops reading, commits, publishes what is on its way; gives up after the time of a drain. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the loop is stopping'));
    const patience = new AbortController();
    const timeout = this.#options.clock.sleep(this.#settings.drainMs, patience.signal).catch(() => {});
    await Promise.race([this.#running, timeout]);
    patience.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#session();
      } catch (error) {
        if (error === this.#stopping.signal.reason) return;
        if (!isCoded(error) || !error.retriable) throw error;
        this.#metrics.count('restarts', this.#options.stage.name, error.code, 1);
        this.#turnedAt = this.#options.clock.now();
        await this.#options.clock.sleep(BACKOFF_MS);
      }
    }
  }

  /** One life of the memory. */
  async #session(): Promise<void> {
    const { broker, stage, partition } = this.#options;
    this.#fresh = [];
    this.#rest = [];
    this.#committed = undefined;
    this.#isCaughtUp = false;
    this.#publisher = this.#newPublisher();
    this.#duties = new OwnerDuties(this.#options);
    let reader: PartitionReader | undefined;
    try {
      await this.#start();
      reader = await broker.read(stage.reads, partition, this.#worker.position);
      while (this.#worker.started && !this.#stopping.signal.aborted) await this.#turn(reader);
      if (this.#worker.started) await this.#drain();
    } finally {
      this.#publisher.close();
      await reader?.close();
    }
  }

  async #start(): Promise<void> {
    const { outbox, now } = await openSlot(this.#worker, this.#options);
    if (this.#worker.stopped !== undefined) throw this.#worker.stopped;
    this.#storeTime.observe(now);
    this.#outboxStored = outbox.length > 0;
    this.#committedAt = this.#seenAt = this.#options.clock.now();
    this.#uncommitted = 0;
    // Rule 5: what the last owner committed and perhaps did not publish comes before anything of ours.
    for (const { log, partition, ...record } of outbox) this.#publisher.enqueue(log as LogName, partition, record);
    this.#performDuties();
  }

  async #turn(reader: PartitionReader): Promise<void> {
    await this.#publisher.room();
    if (this.#rest.length === 0) this.#rest = await reader.poll(this.#settings.chunkRecords);
    if (this.#rest.length > 0) await this.#chunk();
    this.#measure(reader);
    if (this.#worker.started && this.#commitIsDue()) await this.#commit();
    if (this.#worker.started) await this.#heartbeat();
    if (this.#worker.started) this.#performDuties();
  }

  #measure(reader: PartitionReader): void {
    const now = this.#options.clock.now();
    this.#turnedAt = now;
    const behind = this.#rest.length + (reader.behind?.() ?? 0);
    if (behind <= CAUGHT_UP_RECORDS) this.#isCaughtUp = true;
    if (now - this.#measuredAt < GAUGE_EVERY_MS) return;
    this.#measuredAt = now;
    this.#metrics.gauge('records_behind', this.#options.stage.name, this.#options.partition, behind);
  }

  async #chunk(): Promise<void> {
    const { clock, stage } = this.#options;
    const worker = this.#worker;
    const startedAt = clock.now();
    const records = this.#rest;
    let wanted = false;
    for (const { key } of records) if (worker.want(key)) wanted = true;
    if (wanted && (await worker.settle()) === 'dropped') return;
    let index = 0;
    while (index < records.length) {
      const step = worker.process(records[index] as StoredRecord);
      if (step === 'next') {
        index++;
        this.#uncommitted++;
        if (index % 32 === 0 && clock.now() - startedAt >= this.#settings.chunkMs) break;
      } else if (step === 'wait') {
        if ((await worker.settle()) === 'dropped') return;
      } else if (step === 'retry') await clock.sleep(BACKOFF_MS, this.#stopping.signal);
      else if (step === 'failed') return;
      else {
        this.#uncommitted++;
        // With too many dead letters nothing moves: whoever starts again meets the same records and stops at the same place.
        if (worker.stopped?.code !== 'dead_letters_exceeded') await this.#commit();
        await this.#duty;
        throw worker.stopped;
      }
    }
    this.#rest = records.slice(index);
    worker.sweep();
    this.#metrics.observe('chunk_ms', stage.name, clock.now() - startedAt);
  }

  #output(log: LogName, partition: number, record: AppendRecord): void {
    const { stamp } = record;
    if (!this.#options.stage.commitFirst) this.#publisher.enqueue(log, partition, record);
    else if (stamp !== undefined) this.#fresh.push({ log, partition, key: record.key, bytes: record.bytes, stamp });
  }

  #commitIsDue(): boolean {
    if (this.#fresh.length > 0) return true;
    const { commitIntervalMs, commitRecords } = this.#settings;
    if (this.#uncommitted >= commitRecords) return true;
    if (this.#options.clock.now() - this.#committedAt < commitIntervalMs) return false;
    const outboxIsOld = this.#outboxStored && this.#publisher.unacknowledged === 0;
    return this.#worker.changed || outboxIsOld;
  }

  async #commit(): Promise<void> {
    const { clock, stage } = this.#options;
    const startedAt = clock.now();
    if (!this.#rules.mayCommit(stage.commitFirst, this.#publisher.unacknowledged)) await this.#publisher.idle();
    if (this.#worker.hasLetters) await this.#worker.putLetters();
    const fresh = this.#fresh;
    const outbox = stage.commitFirst ? this.#rules.outbox(this.#publisher.outbox(), fresh) : [];
    const { applied, now } = await this.#worker.commit(outbox);
    if (!applied) return;
    this.#committed = this.#worker.position;
    this.#fresh = [];
    this.#uncommitted = 0;
    this.#outboxStored = outbox.length > 0;
    this.#committedAt = this.#seenAt = clock.now();
    this.#storeTime.observe(now);
    for (const { log, partition, ...record } of fresh) this.#publisher.enqueue(log as LogName, partition, record);
    this.#metrics.observe('commit_ms', stage.name, this.#committedAt - startedAt);
    this.#metrics.gauge('records_unacknowledged', stage.name, this.#options.partition, this.#publisher.unacknowledged);
  }

  /** Rule 4: an owner that has nothing to load or commit would otherwise not notice that its store was rewound or taken over. */
  async #heartbeat(): Promise<void> {
    const { clock, store } = this.#options;
    if (clock.now() - this.#seenAt < this.#settings.heartbeatMs) return;
    const { head, now } = await store.head(this.#worker.slot);
    if (head?.id !== this.#worker.base) {
      this.#worker.lost('store_differs');
      return;
    }
    this.#seenAt = clock.now();
    this.#storeTime.observe(now);
  }

  /** Appends what the owner has to say, one append at a time; reading goes on meanwhile. */
  #performDuties(): void {
    if (this.#duty !== undefined) return;
    const worker = this.#worker;
    const time = this.#storeTime.now();
    const records = this.#duties.adopts(worker, time);
    if (records.length > 0) this.#metrics.count('adoptions_appended', worker.stage.name, '', records.length);
    for (const timer of this.#duties.passed(worker, time, time)) {
      records.push(this.#duties.due(worker, timer, time));
      this.#metrics.count('dues_appended', worker.stage.name, '', 1);
    }
    if (records.length === 0) return;
    this.#duty = this.#append(records).finally(() => (this.#duty = undefined));
  }

  async #append(records: readonly AppendRecord[]): Promise<void> {
    const { broker, stage, partition } = this.#options;
    const duties = this.#duties;
    try {
      const written = await broker.append(stage.reads, new Map([[partition, records]]));
      if (!written.has(partition)) duties.forget();
    } catch {
      // Whatever the reason, the records are idempotent and are appended again while they have had no effect.
      duties.forget();
    }
  }

  async #drain(): Promise<void> {
    if (this.#worker.changed || this.#fresh.length > 0) await this.#commit();
    if (!this.#options.stage.commitFirst || !this.#worker.started) return;
    await this.#publisher.idle();
    if (this.#outboxStored) await this.#commit();
  }

  #newPublisher(): Publisher {
    const { broker, clock, stage, createPublisher } = this.#options;
    const options = { broker, clock, stage: stage.name, metrics: this.#metrics, settings: this.#settings };
    return createPublisher?.(options) ?? new OrderedPublisher(options);
  }
}
