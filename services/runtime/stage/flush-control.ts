import type { EmbeddedEngine } from '../broker/embedded/engine.ts';
import type { Clock } from '../clock/clock.ts';
import { isCoded } from '../errors/errors.ts';
import type { Lane } from './lane.ts';
import type { LoopMetrics } from './ports.ts';
import type { StoreTime } from './store-time.ts';

export interface FlushSettings {
  /** between the starts of two flushes while somebody waits for one */
  readonly visibleFlushMs: number;
  /** between the starts of two flushes while nobody waits */
  readonly maxCommitIntervalMs: number;
  /** changed entities that start a flush at once */
  readonly maxDirtyEntities: number;
  /** records put through while a flush is in the air, before the path waits for it */
  readonly maxUnflushedRecords: number;
}

export const FLUSH_SETTINGS: FlushSettings = {
  visibleFlushMs: 10,
  maxCommitIntervalMs: 50,
  maxDirtyEntities: 20_000,
  maxUnflushedRecords: 20_000,
};

const RETRY_MS = 1_000;

export interface FlushOptions {
  readonly engine: EmbeddedEngine;
  readonly lanes: readonly Lane[];
  readonly clock: Clock;
  readonly storeTime: StoreTime;
  readonly metrics: LoopMetrics;
  readonly settings: FlushSettings;
  /** a flush came to its end, well or not */
  readonly onEnded: () => void;
}

/**
 * When the path becomes durable. All workers are committed at one record boundary and the engine is asked to flush in the
 * same turn, so a batch on disk is one state of the whole path. Processing goes on while a flush is in the air.
 */
export class FlushControl {
  readonly #options: FlushOptions;
  #flushing: Promise<void> | undefined;
  #failure: unknown;
  #startedAt = Number.NEGATIVE_INFINITY;
  #visible = false;
  #unflushed = 0;

  constructor(options: FlushOptions) {
    this.#options = options;
  }

  /** somebody waits for what is in the tail: an answer, a card */
  somebodyWaits(): void {
    this.#visible = true;
  }

  /** Call at a record boundary after `records` more; starts a flush when it is time and waits only when too much is unflushed. */
  async turn(records: number): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#unflushed += records;
    if (this.#flushing !== undefined) {
      if (this.#unflushed > this.#options.settings.maxUnflushedRecords) await this.#flushing;
      return;
    }
    if (this.dueIn() === 0) await this.#start();
  }

  /** ms until a flush is to start; undefined when there is nothing to flush or one is in the air */
  dueIn(): number | undefined {
    if (this.#flushing !== undefined || !this.#pending()) return undefined;
    const { clock, lanes, settings } = this.#options;
    const interval = this.#visible ? settings.visibleFlushMs : settings.maxCommitIntervalMs;
    const left = Math.max(0, this.#startedAt + interval - clock.now());
    if (left === 0) return 0;
    let dirty = 0;
    for (const { owners } of lanes) for (const { worker } of owners) dirty += worker.dirtyEntities;
    return dirty >= settings.maxDirtyEntities ? 0 : left;
  }

  /** Resolves when everything put through so far is durable. */
  async all(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#pending()) return;
    await this.#start();
    await this.#flushing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #pending(): boolean {
    const { engine, lanes } = this.#options;
    return engine.dirty || lanes.some(({ owners }) => owners.some(({ worker }) => worker.changed));
  }

  /** Returns once the flush is in the air. */
  async #start(): Promise<void> {
    const { clock, lanes } = this.#options;
    for (const { owners } of lanes) for (const { worker } of owners) if (worker.hasLetters) await worker.putLetters();
    this.#startedAt = clock.now();
    this.#visible = false;
    this.#unflushed = 0;
    // Nothing is awaited between the first commit and the flush: the tail cannot grow in between.
    const commits: Array<Promise<{ readonly applied: boolean; readonly now: number }>> = [];
    for (const { owners } of lanes)
      for (const { worker } of owners) if (worker.changed) commits.push(worker.commit([]));
    this.#flushing = this.#finish(commits, this.#options.engine.flush()).catch((error: unknown) => {
      this.#failure = error;
    });
    void this.#flushing.then(() => {
      this.#flushing = undefined;
      this.#options.onEnded();
    });
  }

  async #finish(
    commits: ReadonlyArray<Promise<{ readonly applied: boolean; readonly now: number }>>,
    flushed: Promise<void>,
  ): Promise<void> {
    const { clock, storeTime, metrics } = this.#options;
    const [results] = await Promise.all([Promise.all(commits), this.#untilFlushed(flushed)]);
    for (const { applied, now } of results) {
      if (!applied) throw new Error('a commit was refused although this process owns the store');
      storeTime.observe(now);
    }
    metrics.count('flushes', 'path', '', 1);
    metrics.observe('flush_ms', 'path', clock.now() - this.#startedAt);
  }

  /** A full disk is waited out: nothing was answered or shown that is not on disk. */
  async #untilFlushed(first: Promise<void>): Promise<void> {
    for (let flushed = first; ; flushed = this.#options.engine.flush()) {
      try {
        return await flushed;
      } catch (error) {
        if (!isCoded(error) || !error.retriable) throw error;
        await this.#options.clock.sleep(RETRY_MS);
      }
    }
  }
}
