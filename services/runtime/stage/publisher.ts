import type { LogName } from '@yujing/schemas';
import type { AppendRecord, Broker } from '../broker/broker.ts';
import type { Clock } from '../clock/clock.ts';
import { isCoded } from '../errors/errors.ts';
import type { OutboxRecord } from '../store/store.ts';
import type { LoopMetrics } from './ports.ts';

export interface PublisherSettings {
  /** records of one partition in one append */
  readonly batchRecords: number;
  /** records on their way above which {@link Publisher.room} waits */
  readonly queueRecords: number;
  readonly firstBackoffMs: number;
  readonly lastBackoffMs: number;
}

export const PUBLISHER_SETTINGS: PublisherSettings = {
  batchRecords: 500,
  queueRecords: 5_000,
  firstBackoffMs: 20,
  lastBackoffMs: 200,
};

export interface PublisherOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly stage: string;
  readonly metrics: LoopMetrics;
  readonly settings: PublisherSettings;
}

/** Sends the outputs of one partition. */
export interface Publisher {
  readonly unacknowledged: number;
  enqueue(log: LogName, partition: number, record: AppendRecord): void;
  /** everything that is not acknowledged, in its order */
  outbox(): readonly OutboxRecord[];
  /** resolves when everything is acknowledged */
  idle(): Promise<void>;
  /** resolves when there is room for more: back-pressure on reading */
  room(): Promise<void>;
  /** Forgets everything; answers that come later are not listened to. */
  close(): void;
}

interface Queue {
  readonly log: LogName;
  readonly partition: number;
  records: AppendRecord[];
  /** appends in a row whose answer did not name this partition */
  failures: number;
  /** instant before which it is not tried again */
  notBefore: number;
}

interface Waiter {
  readonly atMost: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Rule 7. One queue per log and partition, one append in flight, and a record leaves its queue only when its partition is
 * named in the answer: whatever else happened it is sent again, in order, before anything newer.
 */
export class OrderedPublisher implements Publisher {
  readonly #options: PublisherOptions;
  readonly #queues = new Map<string, Queue>();
  #waiters: Waiter[] = [];
  #unacknowledged = 0;
  #pumping = false;
  #closed = false;
  #failure: unknown;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  get unacknowledged(): number {
    return this.#unacknowledged;
  }

  enqueue(log: LogName, partition: number, record: AppendRecord): void {
    const name = `${log} ${partition}`;
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      queue = { log, partition, records: [], failures: 0, notBefore: 0 };
      this.#queues.set(name, queue);
    }
    queue.records.push(record);
    this.#unacknowledged++;
    if (!this.#pumping) {
      this.#pumping = true;
      void this.#pump();
    }
  }

  outbox(): readonly OutboxRecord[] {
    const outbox: OutboxRecord[] = [];
    for (const { log, partition, records } of this.#queues.values()) {
      for (const { key, bytes, stamp } of records) {
        if (stamp !== undefined) outbox.push({ log, partition, key, bytes, stamp });
      }
    }
    return outbox;
  }

  idle(): Promise<void> {
    return this.#atMost(0);
  }

  room(): Promise<void> {
    return this.#atMost(this.#options.settings.queueRecords);
  }

  close(): void {
    this.#closed = true;
    this.#queues.clear();
    this.#unacknowledged = 0;
    // Whoever waits here belongs to the memory that is being dropped with this publisher.
    this.#waiters = [];
  }

  #atMost(records: number): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#unacknowledged <= records) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiters.push({ atMost: records, resolve, reject }));
  }

  async #pump(): Promise<void> {
    // The records of one turn go together.
    await Promise.resolve();
    try {
      while (this.#unacknowledged > 0 && !this.#closed) {
        const now = this.#options.clock.now();
        const ready = [...this.#queues.values()].filter(
          ({ records, notBefore }) => records.length > 0 && notBefore <= now,
        );
        if (ready.length > 0) await this.#send(ready);
        else await this.#options.clock.sleep(this.#backoff(now));
      }
    } catch (error) {
      this.#failure = error;
      for (const { reject } of this.#waiters.splice(0)) reject(error);
    } finally {
      this.#pumping = false;
    }
  }

  #backoff(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { records, notBefore } of this.#queues.values())
      if (records.length > 0) next = Math.min(next, notBefore);
    return Math.max(1, next - now);
  }

  async #send(ready: readonly Queue[]): Promise<void> {
    const { broker, clock, metrics, stage, settings } = this.#options;
    const log = (ready[0] as Queue).log;
    const sent = ready.filter((queue) => queue.log === log);
    const batches = new Map(
      sent.map((queue) => [queue.partition, queue.records.slice(0, settings.batchRecords)] as const),
    );
    const written = await this.#append(broker, log, batches);
    if (this.#closed) return;
    for (const queue of sent) {
      const batch = batches.get(queue.partition) as readonly AppendRecord[];
      if (written.has(queue.partition)) {
        queue.records = queue.records.slice(batch.length);
        queue.failures = 0;
        this.#unacknowledged -= batch.length;
      } else {
        const { firstBackoffMs, lastBackoffMs } = settings;
        queue.notBefore = clock.now() + Math.min(lastBackoffMs, firstBackoffMs * 2 ** queue.failures++);
        metrics.count('appends_repeated', stage, log, 1);
      }
    }
    // Queues take turns: the next append begins with another log.
    for (const queue of sent) {
      const name = `${queue.log} ${queue.partition}`;
      this.#queues.delete(name);
      this.#queues.set(name, queue);
    }
    this.#answerWaiters();
  }

  async #append(
    broker: Broker,
    log: LogName,
    batches: ReadonlyMap<number, readonly AppendRecord[]>,
  ): Promise<ReadonlySet<number>> {
    try {
      return await broker.append(log, batches);
    } catch (error) {
      if (!isCoded(error) || !error.retriable) throw error;
      return new Set();
    }
  }

  #answerWaiters(): void {
    const waiting = this.#waiters;
    this.#waiters = waiting.filter(({ atMost }) => this.#unacknowledged > atMost);
    for (const waiter of waiting) if (this.#unacknowledged <= waiter.atMost) waiter.resolve();
  }
}
