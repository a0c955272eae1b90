import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { BrokerError, isCoded } from '../../errors/errors.ts';
import type { KafkaLog } from './options.ts';
import { runBatch, type UpstreamHandler } from './upstream-batch.ts';
import { TRIES, upstreamClient } from './upstream-client.ts';
import { UpstreamPositions } from './upstream-positions.ts';
import type { UpstreamOptions } from './upstream.ts';

const GROUP_TIMES = { sessionTimeout: 6_000, heartbeatInterval: 500, rebalanceTimeout: 15_000 };
const FETCH = { maxWaitTimeInMs: 200, maxBytesPerPartition: 1024 * 1024, maxBytes: 8 * 1024 * 1024 };
const PARTITIONS_AT_ONCE = 4;
/** Neither a fetch nor a heartbeat for so long: the broker is frozen, and kafkajs would stay with it. */
const SILENCE_MS = 30_000;
const DISCONNECT_MS = 12_000;
/** How often the broker is asked how much lies behind: also of a partition that does not move. */
const LAG_CHECK_MS = 5_000;
const STALL_MS = 60_000;

export interface LifeOptions extends UpstreamOptions {
  readonly log: KafkaLog;
  readonly handle: UpstreamHandler;
  readonly stopping: AbortSignal;
  progress(): void;
}

/** One consumer from its birth to its crash: none is ever mended, the next one is new. */
export class ConsumerLife {
  readonly #options: LifeOptions;
  readonly #consumer: Consumer;
  readonly #positions: UpstreamPositions;
  readonly #admin: ReturnType<ReturnType<typeof upstreamClient>['admin']>;
  readonly #ended: Promise<unknown>;
  #end!: (error: unknown) => void;
  readonly #movedAt = new Map<number, { next: number; at: number }>();
  #generation = 0;
  #progressAt = performance.now();
  #failure: unknown;

  constructor(options: LifeOptions) {
    this.#options = options;
    const { topic, group, fromBeginning = false } = options;
    const kafka = upstreamClient(options);
    this.#admin = kafka.admin();
    this.#consumer = kafka.consumer({
      groupId: group,
      ...GROUP_TIMES,
      ...FETCH,
      allowAutoTopicCreation: false,
      retry: { ...TRIES, restartOnFailure: async () => false },
    });
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#positions = new UpstreamPositions({
      admin: this.#admin,
      topic,
      group,
      fromBeginning,
      missed: (partition, count) => this.#missed(partition, count),
    });
  }

  /** Resolves with why it ended. */
  async run(): Promise<unknown> {
    const { stopping } = this.#options;
    const stop = (): void => this.#end(undefined);
    stopping.addEventListener('abort', stop);
    const watch = setInterval(() => {
      if (performance.now() - this.#progressAt > SILENCE_MS) this.#end(new BrokerError('connection_lost'));
    }, 1_000);
    const lag = setInterval(() => void this.#lag().catch(() => {}), LAG_CHECK_MS);
    try {
      this.#start().catch((error: unknown) => this.#end(error));
      const error = await this.#ended;
      return this.#failure ?? error;
    } finally {
      clearInterval(watch);
      clearInterval(lag);
      stopping.removeEventListener('abort', stop);
      const leave = Promise.allSettled([this.#consumer.disconnect(), this.#admin.disconnect()]);
      await Promise.race([leave, sleep(DISCONNECT_MS, undefined, { ref: false })]);
    }
  }

  async #start(): Promise<void> {
    const { topic } = this.#options;
    const { events } = this.#consumer;
    this.#consumer.on(events.CRASH, ({ payload }: ConsumerCrashEvent) => this.#end(payload.error));
    this.#consumer.on(events.FETCH, () => this.#alive());
    this.#consumer.on(events.HEARTBEAT, () => this.#alive());
    this.#consumer.on(events.GROUP_JOIN, (event: ConsumerGroupJoinEvent) => this.#joined(event));
    await this.#admin.connect();
    await this.#consumer.connect();
    // Positions are checked before anything is read, so this only says where kafkajs goes when retention overtakes it.
    await this.#consumer.subscribe({ topic, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.#batch(payload),
    });
  }

  #alive(): void {
    this.#progressAt = performance.now();
    this.#options.progress();
  }

  /** Called before the first fetch, and synchronously: what is paused here is not read before its position is known. */
  #joined({ payload }: ConsumerGroupJoinEvent): void {
    const { topic, group, log } = this.#options;
    const partitions = payload.memberAssignment[topic] ?? [];
    const generation = ++this.#generation;
    this.#alive();
    log('info', 'reads an upstream topic', { topic, group, partitions: partitions.length });
    if (partitions.length === 0) return;
    this.#consumer.pause([{ topic, partitions: [...partitions] }]);
    this.#begin(partitions, generation).catch((error: unknown) => {
      if (generation === this.#generation) this.#end(error);
    });
  }

  async #begin(partitions: readonly number[], generation: number): Promise<void> {
    const { topic } = this.#options;
    const begin = await this.#positions.begin(partitions);
    // Whoever reads a partition from now on says how much lies behind.
    for (const partition of this.#movedAt.keys()) if (!partitions.includes(partition)) this.#letGo(partition);
    if (generation !== this.#generation) return;
    const fresh = new Map<number, number>();
    for (const [partition, start] of begin) {
      if (start === null) continue;
      this.#consumer.seek({ topic, partition, offset: String(start) });
      fresh.set(partition, start);
    }
    while (!(await this.#positions.fix(this.#consumer, fresh))) {
      await sleep(100);
      if (generation !== this.#generation) return;
    }
    if (generation === this.#generation) this.#consumer.resume([{ topic, partitions: [...begin.keys()] }]);
  }

  async #batch(payload: EachBatchPayload): Promise<void> {
    const { handle, stopping, onLag, onRetry } = this.#options;
    const { partition } = payload.batch;
    // kafkajs would try again what is past help.
    if (this.#failure !== undefined) throw this.#failure;
    await this.#positions.checkGap(partition, Number(payload.batch.firstOffset() ?? 0));
    try {
      await runBatch({
        payload,
        handle,
        stopping,
        retried: () => onRetry?.(),
        committed: (at, next, behind) => {
          this.#alive();
          this.#positions.committed(at, next);
          onLag?.(at, behind);
        },
      });
    } catch (error) {
      if (!isCoded(error) || error.retriable) throw error;
      this.#failure = error;
      this.#end(error);
      throw error;
    }
  }

  #letGo(partition: number): void {
    this.#movedAt.delete(partition);
    this.#options.onLag?.(partition, 0);
  }

  /** kafkajs goes round for ever, and without a word, before a message that it can make nothing of. */
  async #lag(): Promise<void> {
    const { topic, log, onLag } = this.#options;
    const now = performance.now();
    for (const [partition, { next, behind }] of await this.#positions.behind()) {
      onLag?.(partition, behind);
      const moved = this.#movedAt.get(partition);
      if (moved === undefined || moved.next !== next || behind === 0) this.#movedAt.set(partition, { next, at: now });
      else if (now - moved.at > STALL_MS) {
        log('error', 'an upstream partition stands still', { topic, partition, offset: next, behind });
        moved.at = now;
      }
    }
  }

  #missed(partition: number, count: number): void {
    const { topic, log, onMissed } = this.#options;
    log('error', 'messages of an upstream topic were deleted before they were read', { topic, partition, count });
    onMissed?.(partition, count);
  }
}
