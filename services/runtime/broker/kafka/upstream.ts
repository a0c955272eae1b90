import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerError, isCoded } from '../../errors/errors.ts';
import { NO_LOG, type KafkaLog, type KafkaOptions } from './options.ts';
import type { UpstreamHandler } from './upstream-batch.ts';
import { ConsumerLife } from './upstream-consumer.ts';

export type { UpstreamBatch, UpstreamHandler, UpstreamRecord } from './upstream-batch.ts';

export interface UpstreamOptions extends Pick<KafkaOptions, 'brokers' | 'clientId' | 'tls' | 'sasl'> {
  readonly topic: string;
  /** its committed offsets are where reading goes on */
  readonly group: string;
  /** where a group begins that has never read the topic; false: with what comes from now on */
  readonly fromBeginning?: boolean | undefined;
  readonly log?: KafkaLog | undefined;
  /** messages that lie behind what is committed */
  readonly onLag?: ((partition: number, behind: number) => void) | undefined;
  /** messages that the topic's retention deleted before they were read */
  readonly onMissed?: ((partition: number, count: number) => void) | undefined;
  /** a handler refused a batch, which is given to it again */
  readonly onRetry?: (() => void) | undefined;
}

/** A topic of somebody else, read at least once and in order of its partitions. */
export interface Upstream {
  /**
   * Reads until closed. Whatever passes is met by trying again, for ever: nothing is skipped.
   * @throws BrokerError upstream_compression, upstream_position, and what a handler throws that is coded and not retriable
   */
  run(handle: UpstreamHandler): Promise<void>;
  health(): { readonly reachable: boolean; readonly lastProgressAt: number };
  /** Lets the batch under way end, commits it and leaves the group. */
  close(): Promise<void>;
}

const FIRST_BACKOFF_MS = 200;
const LAST_BACKOFF_MS = 2_000;

export function openUpstream(options: UpstreamOptions): Upstream {
  return new TopicReader(options);
}

class TopicReader implements Upstream {
  readonly #options: UpstreamOptions;
  readonly #log: KafkaLog;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #reachable = false;
  #lastProgressAt = 0;
  #complaint = '';

  constructor(options: UpstreamOptions) {
    this.#options = options;
    this.#log = options.log ?? NO_LOG;
  }

  run(handle: UpstreamHandler): Promise<void> {
    this.#running ??= this.#run(handle);
    return this.#running;
  }

  health(): { readonly reachable: boolean; readonly lastProgressAt: number } {
    return { reachable: this.#reachable, lastProgressAt: this.#lastProgressAt };
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running?.catch(() => {});
  }

  async #run(handle: UpstreamHandler): Promise<void> {
    const { signal } = this.#stopping;
    for (let wait = FIRST_BACKOFF_MS; !signal.aborted; wait = Math.min(wait * 2, LAST_BACKOFF_MS)) {
      const startedAt = this.#lastProgressAt;
      const life = new ConsumerLife({
        ...this.#options,
        log: this.#log,
        handle,
        stopping: signal,
        progress: () => this.#progress(),
      });
      const error = await life.run();
      this.#reachable = false;
      if (signal.aborted) return;
      const fatal = fatalOf(error, this.#options.topic);
      if (fatal !== undefined) throw fatal;
      this.#complain(error);
      if (this.#lastProgressAt > startedAt) wait = FIRST_BACKOFF_MS;
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }

  #progress(): void {
    this.#reachable = true;
    this.#lastProgressAt = performance.now();
    this.#complaint = '';
  }

  #complain(error: unknown): void {
    const reason = reasonOf(error);
    if (this.#complaint === reason) return;
    this.#complaint = reason;
    this.#log('warn', 'an upstream topic is not read at the moment', { topic: this.#options.topic, reason });
  }
}

const CODEC = /^(snappy|lz4|zstd)/i;

/** What no new consumer would change. */
function fatalOf(error: unknown, topic: string): Error | undefined {
  if (isCoded(error)) return error.retriable ? undefined : error;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const codec = cause.name === 'KafkaJSNotImplemented' ? CODEC.exec(cause.message)?.[1] : undefined;
    if (codec !== undefined) return new BrokerError('upstream_compression', { topic, codec: codec.toLowerCase() });
  }
  return undefined;
}

/** From a closed list, for a log line: no text of an error. */
function reasonOf(error: unknown): string {
  if (isCoded(error)) return error.code;
  if (!(error instanceof Error)) return 'unknown';
  const { type } = error as { readonly type?: string };
  if (type !== undefined) return type.toLowerCase();
  return error.cause instanceof Error ? reasonOf(error.cause) : error.name;
}
