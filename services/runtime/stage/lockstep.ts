import type { AppendRecord } from '../broker/broker.ts';
import type { EmbeddedEngine } from '../broker/embedded/engine.ts';
import type { Clock } from '../clock/clock.ts';
import type { Codec } from '../codec/index.ts';
import { isCoded, StageError } from '../errors/errors.ts';
import { DoorClock } from './door-clock.ts';
import type { Eviction } from './entity-cache.ts';
import { FLUSH_SETTINGS, FlushControl, type FlushSettings } from './flush-control.ts';
import { Lane } from './lane.ts';
import { PEOPLE } from './owner-duties.ts';
import { NO_METRICS, type DeadLetters, type Heads, type LoopMetrics } from './ports.ts';
import { PreparedDocuments } from './prepared-documents.ts';
import type { LoopRules } from './rules.ts';
import type { Documents, Stage } from './stage.ts';
import { StoreTime } from './store-time.ts';
import type { WorkerLimits } from './worker-options.ts';

export interface LockstepSettings extends FlushSettings {
  /** records of the feed in one round */
  readonly roundRecords: number;
  /** a round over the feed ends about here, so that answers and cards do not wait for it */
  readonly roundMs: number;
}

export const LOCKSTEP_SETTINGS: LockstepSettings = { ...FLUSH_SETTINGS, roundRecords: 2_000, roundMs: 10 };

export interface LockstepOptions {
  readonly engine: EmbeddedEngine;
  /** in the order data travels; the first one reads the feed */
  readonly stages: ReadonlyArray<Stage<unknown, unknown>>;
  readonly codec: Codec;
  readonly documents: Documents;
  readonly heads: Heads & { onHead?(listener: () => void): () => void };
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  /** `wall`: time is the store's clock. `door`: time moves with the feed, as far as it is released. */
  readonly mode: 'wall' | 'door';
  /** random, never used before */
  readonly newId: () => string;
  /** one turn of the event loop */
  readonly breathe?: (() => Promise<void>) | undefined;
  readonly metrics?: LoopMetrics | undefined;
  readonly onDefect?: ((defect: StageError) => void) | undefined;
  readonly rules?: LoopRules | undefined;
  readonly eviction?: Eviction | undefined;
  readonly limits?: Partial<WorkerLimits> | undefined;
  readonly settings?: Partial<LockstepSettings> | undefined;
}

interface Waiter {
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const DUTY_MS = 1_000;
const RETRY_MS = 200;
const turnOfTheLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The embedded driver: all stages in one thread over one engine, in rounds. Some of the feed, then every later stage until
 * nothing is left, then a flush if it is time. The stages and their workers are those of the cluster; what differs is that
 * outputs stand in the next log at once and that one flush commits everybody.
 */
export class Lockstep {
  readonly #options: LockstepOptions;
  readonly #settings: LockstepSettings;
  readonly #lanes: readonly Lane[];
  readonly #feed: Lane;
  readonly #rest: readonly Lane[];
  readonly #flushes: FlushControl;
  readonly #door: DoorClock;
  readonly #storeTime: StoreTime;
  readonly #metrics: LoopMetrics;
  readonly #breathe: () => Promise<void>;
  readonly #stopping = new AbortController();
  readonly #unsubscribe: Array<() => void> = [];
  #waiters: Waiter[] = [];
  #running: Promise<void> | undefined;
  #woken = false;
  #wakeUp: (() => void) | undefined;
  #dutiesAt = Number.NEGATIVE_INFINITY;

  constructor(options: LockstepOptions) {
    const { engine, clock, stages } = options;
    this.#options = options;
    this.#settings = { ...LOCKSTEP_SETTINGS, ...options.settings };
    this.#metrics = options.metrics ?? NO_METRICS;
    this.#breathe = options.breathe ?? turnOfTheLoop;
    this.#storeTime = new StoreTime(clock);
    this.#lanes = stages.map((stage) => this.#lane(stage));
    const [feed, ...rest] = this.#lanes;
    if (feed === undefined) throw new RangeError('a path has at least one stage');
    this.#feed = feed;
    this.#rest = rest;
    this.#flushes = new FlushControl({
      engine,
      lanes: this.#lanes,
      clock,
      storeTime: this.#storeTime,
      metrics: this.#metrics,
      settings: this.#settings,
      onEnded: () => this.wake(),
    });
    this.#door = new DoorClock({
      feed,
      lanes: this.#lanes,
      append: (lane, partition, record) => this.#append(lane, partition, record),
      settleRest: () => this.#settleRest(),
    });
  }

  /** Loads what is stored and appends what has to be adopted before any event. @throws StageError, StoreError */
  async start(): Promise<void> {
    const { engine, heads } = this.#options;
    for (const lane of this.#lanes) await lane.open();
    for (const lane of this.#lanes) await lane.checkDrained();
    this.#adopt();
    await this.#flushes.all();
    const onInput = (): void => {
      this.#flushes.somebodyWaits();
      this.wake();
    };
    this.#unsubscribe.push(engine.onInput(onInput));
    const onHead = heads.onHead?.(() => {
      this.#dutiesAt = Number.NEGATIVE_INFINITY;
      this.wake();
    });
    if (onHead !== undefined) this.#unsubscribe.push(onHead);
  }

  /** Runs until {@link stop}. Rejects when a stage stops: everything before that record is durable then. */
  run(): Promise<void> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** `clock: door`: lets time go on to `until`; resolves when everything up to there is through and durable. */
  release(until: number): Promise<void> {
    this.#door.release(until);
    return this.#whenIdle(until);
  }

  /** Resolves when everything that stands in the logs (and is released) is through and durable. */
  drain(): Promise<void> {
    return this.#whenIdle(Number.NEGATIVE_INFINITY);
  }

  /** Ends at the next record boundary with everything durable that was put through. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the path is stopping'));
    this.wake();
    await this.#running;
  }

  wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  /** the instant that `clock: door` has reached */
  get doorTime(): number {
    return this.#door.now;
  }

  #lane(stage: Stage<unknown, unknown>): Lane {
    const { documents, deadLetters, newId, metrics, onDefect, rules, eviction, limits } = this.#options;
    const prepared = new PreparedDocuments(stage, documents);
    return new Lane({
      ...this.#options,
      stage,
      storeTime: this.#storeTime,
      signal: this.#stopping.signal,
      worker: { prepared, deadLetters, newId, metrics, onDefect, rules, eviction, limits },
      onOutput: ({ commitFirst }) => {
        if (commitFirst) this.#flushes.somebodyWaits();
      },
    });
  }

  async #run(): Promise<void> {
    try {
      while (!this.#stopping.signal.aborted) {
        this.#woken = false;
        const records = await this.#roundOrPause();
        await this.#flushes.turn(records);
        for (const lane of this.#lanes) lane.sweep();
        if (records > 0) await this.#breathe();
        else await this.#idle();
      }
      await this.#flushes.all();
      this.#rejectWaiters(this.#stopping.signal.reason);
    } catch (error) {
      this.#rejectWaiters(error);
      if (error === this.#stopping.signal.reason) return this.#flushes.all();
      // A stage that stops at a new behaviour has committed up to there; of any other error nothing more is kept.
      if (error instanceof StageError && error.code !== 'dead_letters_exceeded') await this.#flushes.all();
      throw error;
    } finally {
      for (const unsubscribe of this.#unsubscribe) unsubscribe();
    }
  }

  async #roundOrPause(): Promise<number> {
    try {
      return await this.#round();
    } catch (error) {
      // The engine takes nothing while its disk is full; the flush under way is tried until it is not.
      if (!isCoded(error) || !error.retriable) throw error;
      await this.#options.clock.sleep(RETRY_MS, this.#stopping.signal);
      return 1;
    }
  }

  async #round(): Promise<number> {
    const { clock, mode } = this.#options;
    const startedAt = clock.now();
    this.#duties(startedAt);
    const sliceEnd = startedAt + this.#settings.roundMs;
    let records = await this.#settleRest();
    if (mode === 'door') records += await this.#door.step(this.#settings.roundRecords, sliceEnd);
    else {
      records += await this.#feed.run({ records: this.#settings.roundRecords, sliceEnd });
      records += await this.#settleRest();
    }
    if (records > 0) this.#metrics.observe('round_ms', 'path', clock.now() - startedAt);
    return records;
  }

  /**
   * Every stage after the first one, until nothing is left in any log between them. The last one that has something to do goes
   * first: what a record comes to then stands in the logs before what the next one comes to, whatever the batches.
   */
  async #settleRest(): Promise<number> {
    const bounds = { records: this.#settings.roundRecords, untilOutput: true };
    let total = 0;
    for (let at = this.#rest.length - 1; at >= 0;) {
      const through = await (this.#rest[at] as Lane).run(bounds);
      total += through;
      at = through > 0 ? this.#rest.length - 1 : at - 1;
    }
    return total;
  }

  #duties(now: number): void {
    if (now - this.#dutiesAt >= DUTY_MS) {
      this.#dutiesAt = now;
      this.#adopt();
      this.#measureBacklog();
    }
    if (this.#options.mode === 'door') return;
    const time = this.#storeTime.now();
    for (const lane of this.#lanes) {
      if (lane.stage.due === undefined) continue;
      for (const { worker, duties } of lane.owners) {
        for (const timer of duties.passed(worker, time, time)) {
          this.#append(lane, worker.slot.partition, duties.due(worker, timer, time));
        }
      }
    }
  }

  #adopt(): void {
    const time = this.#storeTime.now();
    for (const lane of this.#lanes) {
      const appended = lane.appendAdopts(time);
      if (appended > 0) this.#metrics.count('adoptions_appended', lane.stage.name, '', appended);
    }
  }

  #measureBacklog(): void {
    for (const { stage, owners, log } of this.#lanes) {
      for (const { worker } of owners) {
        if (!worker.started) continue;
        const { partition } = worker.slot;
        const { position } = worker;
        void this.#options.engine.inside.range(log, partition).then(
          ({ high }) => this.#metrics.gauge('records_behind', stage.name, partition, high - position),
          // The engine is closing; nobody reads the figure any more.
          () => {},
        );
      }
    }
  }

  #append(lane: Lane, partition: number, record: AppendRecord): void {
    this.#options.engine.appendNow(lane.log, partition, record);
    this.#metrics.count('dues_appended', lane.stage.name, '', 1);
    this.#flushes.somebodyWaits();
  }

  #whenIdle(until: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ until, resolve, reject });
      this.wake();
    });
  }

  #rejectWaiters(error: unknown): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }

  /** Nothing is left to do: tells whoever waited for that, then sleeps until something comes or is due. */
  async #idle(): Promise<void> {
    // Something came after the round had looked for it.
    if (this.#woken) return;
    if (this.#waiters.length > 0) {
      const waiters = this.#waiters.splice(0);
      await this.#flushes.all();
      for (const { until, resolve } of waiters) {
        this.#door.reached(until);
        resolve();
      }
      return;
    }
    const durationMs = Math.min(DUTY_MS, this.#flushes.dueIn() ?? DUTY_MS, this.#nextDueIn());
    if (durationMs <= 0) return;
    const alarm = new AbortController();
    const woken = new Promise<void>((resolve) => (this.#wakeUp = resolve));
    const slept = this.#options.clock.sleep(Math.ceil(durationMs), alarm.signal).catch(() => {});
    await Promise.race([woken, slept]);
    alarm.abort();
    this.#wakeUp = undefined;
  }

  #nextDueIn(): number {
    let next = Number.POSITIVE_INFINITY;
    if (this.#options.mode === 'door') return next;
    const time = this.#storeTime.now();
    for (const { stage, owners } of this.#lanes) {
      if (stage.due === undefined) continue;
      // A deadline that passed and was written down waits for its effect: it must not keep the path awake.
      for (const { worker } of owners) {
        const at = worker.timers.next(PEOPLE);
        if (at !== undefined && at > time) next = Math.min(next, at - time);
      }
    }
    return next;
  }
}
