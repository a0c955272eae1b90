import type { LogName } from '@yujing/schemas';
import type { AppendRecord } from '../broker/broker.ts';
import type { EmbeddedEngine, MergedRecord } from '../broker/embedded/engine.ts';
import type { Clock } from '../clock/clock.ts';
import type { Codec } from '../codec/index.ts';
import { isCoded, StageError } from '../errors/errors.ts';
import { feedTime } from './feed-time.ts';
import { isDrained, openSlot } from './open-slot.ts';
import { OwnerDuties } from './owner-duties.ts';
import type { Heads } from './ports.ts';
import type { LoopRules } from './rules.ts';
import type { Stage } from './stage.ts';
import type { StoreTime } from './store-time.ts';
import { PartitionWorker } from './worker.ts';
import type { Step, WorkerOptions } from './worker-options.ts';

const BACKOFF_MS = 100;
const AHEAD = 2_000;
/** the clock is read once in so many records */
const SLICE_RECORDS = 64;

export interface LaneOptions {
  readonly engine: EmbeddedEngine;
  readonly stage: Stage<unknown, unknown>;
  readonly codec: Codec;
  readonly heads: Heads;
  readonly clock: Clock;
  readonly storeTime: StoreTime;
  readonly rules?: LoopRules | undefined;
  /** aborted when the driver stops: whoever waits gives up */
  readonly signal: AbortSignal;
  readonly worker: Omit<WorkerOptions<unknown, unknown>, 'stage' | 'partition' | 'broker' | 'store' | 'codec' | 'sink'>;
  /** told of every output */
  readonly onOutput: (stage: Stage<unknown, unknown>) => void;
}

export interface Owner {
  readonly worker: PartitionWorker<unknown, unknown>;
  readonly duties: OwnerDuties;
}

/** How far one call of {@link Lane.run} may go. */
export interface Bounds {
  readonly records: number;
  /** stops before the first record of a later door time */
  readonly doorTime?: number | undefined;
  /** stops soon after this instant of the clock */
  readonly sliceEnd?: number | undefined;
  /** stops after a record that had outputs, so that later stages go first */
  readonly untilOutput?: boolean | undefined;
}

/** Time of a tick, undefined for any other record. */
function tickOf(worker: PartitionWorker<unknown, unknown>, record: MergedRecord): number | undefined {
  const decoded = worker.peek(record);
  return decoded?.type === 'Tick' ? decoded.value.time : undefined;
}

/** One stage over all partitions of its log, in the one order that the embedded log has. */
export class Lane {
  readonly stage: Stage<unknown, unknown>;
  readonly log: LogName;
  readonly owners: readonly Owner[];
  readonly #options: LaneOptions;
  readonly #workers: ReadonlyArray<PartitionWorker<unknown, unknown>>;
  /** read from the log and not yet put through, from `#at` on */
  #ahead: readonly MergedRecord[] = [];
  #at = 0;
  #order = 0;
  #loaded = true;
  #hasOutput = false;

  constructor(options: LaneOptions) {
    const { engine, stage, codec, heads, rules } = options;
    this.#options = options;
    this.stage = stage;
    this.log = stage.reads;
    const sink = {
      output: (log: LogName, partition: number, record: AppendRecord): void => {
        engine.appendNow(log, partition, record);
        this.#hasOutput = true;
        options.onOutput(stage);
      },
    };
    const common = { ...options.worker, stage, broker: engine.inside, store: engine.store, codec, sink };
    this.owners = Array.from({ length: engine.inside.partitions(stage.reads) }, (_, partition) => ({
      worker: new PartitionWorker({ ...common, partition }),
      duties: new OwnerDuties({ heads, codec, rules }),
    }));
    this.#workers = this.owners.map(({ worker }) => worker);
  }

  async open(): Promise<void> {
    for (const worker of this.#workers) await this.#open(worker);
    this.#seek();
  }

  /**
   * All stages of the path change together, so none may raise its behaviour while another still has to be drained.
   * @throws StageError behaviour_older
   */
  async checkDrained(): Promise<void> {
    const { engine, codec } = this.#options;
    for (const worker of this.#workers) {
      const { behaviour } = worker;
      if (behaviour === this.stage.behaviour || (await isDrained(worker, { broker: engine.inside, codec }))) continue;
      const { stage, partition } = worker.slot;
      const facts = { stage, partition, offset: worker.position, behaviour, ours: this.stage.behaviour };
      throw new StageError('behaviour_older', facts);
    }
  }

  /**
   * Puts records through in the order of the log. Answers how many. Ticks of one time, one for each partition that said it, are
   * never parted: what comes of a second must not hang on where a batch happened to end.
   */
  async run(bounds: Bounds): Promise<number> {
    if (!this.#fill(bounds.records) || !(await this.#prefetch())) return 0;
    const first = this.#at;
    let lastTick: number | undefined;
    this.#hasOutput = false;
    while (this.#at < this.#ahead.length) {
      const record = this.#ahead[this.#at] as MergedRecord;
      const worker = this.#workerOf(record);
      if (lastTick !== undefined && tickOf(worker, record) !== lastTick) break;
      if (bounds.doorTime !== undefined && this.#isLater(worker, record, bounds.doorTime)) break;
      const step = this.#process(worker, record);
      if (step !== 'next' && !(await this.#untilThrough(worker, record, step))) return 1;
      this.#at++;
      this.#order = record.order + 1;
      if (lastTick !== undefined || !this.#isEnough(bounds, this.#at - first)) continue;
      lastTick = tickOf(worker, record);
      if (lastTick === undefined) break;
    }
    return this.#at - first;
  }

  #isEnough({ records, untilOutput, sliceEnd }: Bounds, done: number): boolean {
    if (done >= records || (untilOutput === true && this.#hasOutput)) return true;
    if (sliceEnd === undefined || this.#order % SLICE_RECORDS !== 0) return false;
    return this.#options.clock.now() >= sliceEnd;
  }

  /** Door time of the next record; undefined when there is none, -Infinity when it belongs to no time. */
  nextTime(): number | undefined {
    if (!this.#fill(AHEAD)) return undefined;
    const record = this.#ahead[this.#at] as MergedRecord;
    const decoded = this.#workers[record.partition]?.peek(record);
    return (decoded === undefined ? undefined : feedTime(decoded)) ?? Number.NEGATIVE_INFINITY;
  }

  appendAdopts(now: number): number {
    let appended = 0;
    for (const { worker, duties } of this.owners) {
      if (!worker.started) continue;
      for (const record of duties.adopts(worker, now)) {
        this.#options.engine.appendNow(this.log, worker.slot.partition, record);
        appended++;
      }
    }
    return appended;
  }

  sweep(): void {
    for (const worker of this.#workers) worker.sweep();
  }

  #isLater(worker: PartitionWorker<unknown, unknown>, record: MergedRecord, doorTime: number): boolean {
    const decoded = worker.peek(record);
    return decoded !== undefined && (feedTime(decoded) ?? doorTime) > doorTime;
  }

  #fill(most: number): boolean {
    if (this.#at < this.#ahead.length) return true;
    const { engine } = this.#options;
    this.#ahead = engine.readMerged(this.log, this.#order, most);
    this.#at = 0;
    this.#loaded = false;
    this.#readTickOut();
    return this.#ahead.length > 0;
  }

  /** What was read may end within the ticks of one time: the rest of them is read too. */
  #readTickOut(): void {
    const last = this.#ahead.at(-1);
    const tick = last === undefined ? undefined : tickOf(this.#workerOf(last), last);
    if (last === undefined || tick === undefined) return;
    const most = this.#workers.length ** 2;
    for (let order = last.order + 1; ; order += most) {
      const more = this.#options.engine.readMerged(this.log, order, most);
      const end = more.findIndex((record) => tickOf(this.#workerOf(record), record) !== tick);
      this.#ahead = [...this.#ahead, ...(end < 0 ? more : more.slice(0, end))];
      if (end >= 0 || more.length < most) return;
    }
  }

  #workerOf({ partition }: MergedRecord): PartitionWorker<unknown, unknown> {
    return this.#workers[partition] as PartitionWorker<unknown, unknown>;
  }

  /** One request a partition for all entities of what was read ahead. False: a worker was started anew. */
  async #prefetch(): Promise<boolean> {
    if (this.#loaded) return true;
    this.#loaded = true;
    let missing = false;
    const workers = this.#workers;
    for (const { partition, key } of this.#ahead) {
      if ((workers[partition] as PartitionWorker<unknown, unknown>).want(key)) missing = true;
    }
    if (!missing) return true;
    const settled = await Promise.all(workers.map((worker) => this.#settle(worker)));
    if (settled.every((state) => state === 'ready')) return true;
    for (const worker of workers) if (!worker.started) await this.#open(worker);
    this.#seek();
    return false;
  }

  #process(worker: PartitionWorker<unknown, unknown>, record: MergedRecord): Step {
    try {
      return worker.process(record);
    } catch (error) {
      if (!isCoded(error) || !error.retriable) throw error;
      // The tail took no more (a full disk): outputs of this record are missing, so it is done again from the last commit.
      worker.lost('append_failed');
      return 'failed';
    }
  }

  /** Sees one record through that could not be put through at once. False: the worker was started anew. */
  async #untilThrough(worker: PartitionWorker<unknown, unknown>, record: MergedRecord, first: Step): Promise<boolean> {
    for (let step = first; step !== 'next'; step = this.#process(worker, record)) {
      if (step === 'stop') throw worker.stopped;
      if (step === 'retry') await this.#pause();
      if (step === 'failed' || (step === 'wait' && (await this.#settle(worker)) === 'dropped')) {
        await this.#open(worker);
        this.#seek();
        return false;
      }
    }
    return true;
  }

  async #settle(worker: PartitionWorker<unknown, unknown>): Promise<'ready' | 'dropped'> {
    return this.#untilAnswered(() => worker.settle());
  }

  async #open(worker: PartitionWorker<unknown, unknown>): Promise<void> {
    const { engine, codec, storeTime } = this.#options;
    const ports = { broker: engine.inside, store: engine.store, codec };
    const { now } = await this.#untilAnswered(() => openSlot(worker, ports));
    if (worker.stopped !== undefined) throw worker.stopped;
    storeTime.observe(now);
  }

  /** What may pass by itself is waited for: a full disk, a document that the view of `change` has not reached. */
  async #untilAnswered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!isCoded(error) || !error.retriable) throw error;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return this.#options.clock.sleep(BACKOFF_MS, this.#options.signal);
  }

  #seek(): void {
    this.#order = this.#options.engine.orderOf(
      this.log,
      this.#workers.map(({ position }) => position),
    );
    this.#ahead = [];
    this.#at = 0;
  }
}
