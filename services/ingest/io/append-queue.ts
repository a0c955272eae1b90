import { setImmediate as nextTurn } from 'node:timers/promises';
import { isCoded, type AppendRecord, type Broker } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import type { DoorMetrics } from '../metrics.ts';

const FIRST_RETRY_MS = 20;
const LAST_RETRY_MS = 200;

type Group = Map<number, AppendRecord[]>;

interface Batch {
  /** one after the other; in the first one alone unless the queue keeps the order over all partitions */
  readonly groups: Group[];
  lastPartition: number;
  count: number;
  readonly durable: Promise<void>;
  settle: { resolve(): void; reject(error: unknown): void };
}

function emptyBatch(): Batch {
  let settle!: Batch['settle'];
  const durable = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Nobody may be waiting for a batch of ticks.
  durable.catch(() => undefined);
  return { groups: [new Map()], lastPartition: -1, count: 0, durable, settle };
}

/**
 * Writes to one log in the order of the calls. One append is under way at a time and the next batch gathers meanwhile, so
 * batches grow with the load; a partition missing in the broker's answer is sent again before anything newer goes out.
 * `keepsOrder`: in order over all partitions too, for `clock: door` over the embedded log. Groups are then sent ahead of the answers,
 * which that log allows: when it fails it refuses everything under way and writes what it had in its order first.
 */
export class AppendQueue {
  readonly #broker: Pick<Broker, 'append'>;
  readonly #log: LogName;
  readonly #metrics: DoorMetrics;
  readonly #keepsOrder: boolean;
  readonly #stop = new AbortController();
  #next = emptyBatch();
  #running: Promise<void> | undefined;
  #failure: unknown;
  #underWay: Batch | undefined;

  constructor(broker: Pick<Broker, 'append'>, log: LogName, metrics: DoorMetrics, keepsOrder = false) {
    this.#broker = broker;
    this.#log = log;
    this.#metrics = metrics;
    this.#keepsOrder = keepsOrder;
  }

  /** records not durable yet */
  get waiting(): number {
    return this.#next.count + (this.#underWay?.count ?? 0);
  }

  put(partition: number, record: AppendRecord): void {
    if (this.#failure !== undefined) throw this.#failure;
    const batch = this.#next;
    let group = batch.groups.at(-1) as Group;
    // A group is written partition by partition, so in one that returns to a partition the order would be lost.
    if (this.#keepsOrder && partition !== batch.lastPartition && group.has(partition)) {
      group = new Map();
      batch.groups.push(group);
    }
    const records = group.get(partition);
    if (records === undefined) group.set(partition, [record]);
    else records.push(record);
    batch.lastPartition = partition;
    batch.count += 1;
    this.#running ??= this.#run();
  }

  /** Resolves when everything put so far is durable. */
  flushed(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure as Error);
    if (this.#next.count > 0) return this.#next.durable;
    return this.#underWay?.durable ?? Promise.resolve();
  }

  /** Ends the retries: what is not durable by then is given up and its senders are told. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever writes in the same turn joins the batch.
    await nextTurn();
    while (this.#next.count > 0) {
      const batch = this.#next;
      this.#next = emptyBatch();
      this.#underWay = batch;
      try {
        await this.#appendAll(batch.groups);
        batch.settle.resolve();
        this.#metrics.count('feed_records_total', batch.count);
      } catch (error) {
        this.#failure = error;
        batch.settle.reject(error);
        this.#next.settle.reject(error);
        break;
      } finally {
        this.#underWay = undefined;
      }
    }
    this.#running = undefined;
  }

  async #appendAll(groups: readonly Group[]): Promise<void> {
    const answers: Array<Promise<ReadonlySet<number>>> = [];
    let isFailing = false;
    for (const group of groups) {
      // A turn each, because a remote broker puts what comes in one turn into one message.
      if (answers.length > 0) await nextTurn();
      if (isFailing) break;
      const answer = this.#try(group);
      answers.push(answer);
      // Looked at below, in order; here only: one that fails ends the sending ahead.
      const look = (written?: ReadonlySet<number>): void => void (isFailing ||= written?.size !== group.size);
      answer.then(look, () => look());
    }
    for (const [i, group] of groups.entries()) await this.#append(group, answers[i] ?? this.#try(group));
  }

  async #append(records: Group, first: Promise<ReadonlySet<number>>): Promise<void> {
    let answer = first;
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      const written = await answer;
      for (const partition of written) records.delete(partition);
      if (records.size === 0) return;
      if (this.#stop.signal.aborted) throw new Error('the door closed before the log took the records');
      this.#metrics.count('feed_appends_retried_total', 1);
      await this.#pause(wait);
      answer = this.#try(records);
    }
  }

  async #try(records: Group): Promise<ReadonlySet<number>> {
    try {
      return await this.#broker.append(this.#log, records);
    } catch (error) {
      if (isCoded(error) && error.retriable) return new Set();
      throw error;
    }
  }

  #pause(durationMs: number): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const timer = setTimeout(done, durationMs);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });
  }
}
