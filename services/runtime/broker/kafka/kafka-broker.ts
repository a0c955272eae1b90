import { setTimeout as sleep } from 'node:timers/promises';
import { LOG_NAMES, MAX_MESSAGE_BYTES, type LogName } from '@yujing/schemas';
import { BrokerError } from '../../errors/errors.ts';
import type { DeadLetters } from '../../stage/ports.ts';
import type { AppendRecord, AssignmentListener, Broker, OffsetRange, PartitionReader } from '../broker.ts';
import { KafkaDeadLetters } from './dead-letters.ts';
import { Fetcher } from './fetcher.ts';
import { Membership } from './membership.ts';
import { Network } from './network.ts';
import type { KafkaOptions } from './options.ts';
import { Ranges } from './ranges.ts';
import { Sender } from './sender.ts';
import { topicOf, type LogEntry } from './topics.ts';

export interface KafkaHealth {
  /** a broker answered within the last seconds */
  readonly reachable: boolean;
  /** epoch milliseconds of the last answer of any broker */
  readonly lastProgressAt: number;
}

const REACHABLE_MS = 10_000;
const PING_AFTER_MS = 2_000;
const BELIEVE_TIMES = 6;
const BELIEVE_AGAIN_MS = 500;

/** The logs on a Kafka cluster. See README. */
export class KafkaBroker implements Broker {
  readonly deadLetters: DeadLetters;
  readonly #options: KafkaOptions;
  readonly #logs: ReadonlyMap<LogName, LogEntry>;
  readonly #topics: readonly string[];
  readonly #control: Network;
  readonly #ranges: Ranges;
  readonly #appends: Network;
  readonly #sender: Sender;
  readonly #fetchers: Array<{ fetcher: Fetcher; network: Network }> = [];
  readonly #members = new Set<{ group: string; log: LogName; membership: Membership }>();
  #closed = false;

  /** Both networks know who leads what. `appends` is for appending alone: an answer there waits for all replicas. */
  constructor(options: KafkaOptions, control: Network, appends: Network, logs: ReadonlyMap<LogName, LogEntry>) {
    this.#options = options;
    this.#control = control;
    this.#logs = logs;
    this.#topics = LOG_NAMES.map((log) => topicOf(options.installation, log));
    this.#ranges = new Ranges(control);
    const letters = topicOf(options.installation, 'dead-letters');
    this.#appends = appends;
    this.#sender = new Sender({ ...options, network: this.#appends });
    this.deadLetters = new KafkaDeadLetters(this.#sender, letters);
  }

  partitions(log: LogName): number {
    return this.#entry(log).partitions;
  }

  logId(log: LogName): string {
    return this.#entry(log).log_id;
  }

  async range(log: LogName, partition: number): Promise<OffsetRange> {
    return this.#ranges.range(this.#topic(log, partition), partition);
  }

  async append(log: LogName, batches: ReadonlyMap<number, readonly AppendRecord[]>): Promise<ReadonlySet<number>> {
    for (const [partition, records] of batches) {
      this.#topic(log, partition);
      for (const { bytes, key } of records) {
        if (bytes.length <= MAX_MESSAGE_BYTES && key.length <= 4_096) continue;
        throw new BrokerError('record_too_large', { log, partition, size: bytes.length });
      }
    }
    return this.#sender.append(topicOf(this.#options.installation, log), batches);
  }

  async read(log: LogName, partition: number, from: number): Promise<PartitionReader> {
    const topic = this.#topic(log, partition);
    await this.#check(log, partition, from);
    const found = this.#fetchers.find(({ fetcher }) => !fetcher.reads(topic, partition));
    if (found !== undefined) return found.fetcher.open(topic, partition, from);
    const network = new Network(this.#options, this.#topics);
    const fetcher = new Fetcher(network, this.#options.metrics);
    this.#fetchers.push({ fetcher, network });
    // Opened before who leads is known: another call in the same turn must see that the partition is taken.
    const reader = fetcher.open(topic, partition, from);
    return reader;
  }

  async join(group: string, log: LogName, listener: AssignmentListener): Promise<{ leave(): Promise<void> }> {
    if (this.#closed) throw new BrokerError('closed');
    const { installation, metrics, log: say } = this.#options;
    const topic = topicOf(installation, log);
    const network = new Network(this.#options, [topic]);
    const membership = new Membership({
      network,
      group: `${installation}.${group}`,
      topic,
      partitions: this.partitions(log),
      listener,
      metrics,
      log: say,
    });
    const member = { group, log, membership };
    this.#members.add(member);
    return {
      leave: async () => {
        if (this.#members.delete(member)) await membership.leave(this.#control);
      },
    };
  }

  /** Writes positions as the group's offsets, now and then: for lag in ordinary Kafka tools. Nobody starts from them. */
  hint(group: string, log: LogName, positions: ReadonlyMap<number, number>): void {
    for (const member of this.#members) {
      if (member.group === group && member.log === log) member.membership.hint(positions);
    }
  }

  /** From the answers that came for other reasons; asks by itself only when nothing came lately. */
  health(): KafkaHealth {
    const networks = [this.#control, this.#appends, ...this.#fetchers.map(({ network }) => network)];
    const silentMs = performance.now() - Math.max(...networks.map(({ lastAnswerAt }) => lastAnswerAt));
    if (silentMs > PING_AFTER_MS && !this.#closed) void this.#control.refresh().catch(() => {});
    return { reachable: silentMs < REACHABLE_MS, lastProgressAt: Date.now() - silentMs };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#members].map(({ membership }) => membership.leave(this.#control)));
    this.#members.clear();
    this.#sender.close();
    await Promise.all(this.#fetchers.map(({ fetcher }) => fetcher.close()));
    this.#appends.close();
    this.#control.close();
  }

  /** Rule 8: a position that is not in the log is said, never mended. */
  async #check(log: LogName, partition: number, position: number): Promise<void> {
    for (let time = 0; ; time++) {
      const { low, high } = await this.range(log, partition);
      if (position >= low && position <= high) return;
      // A leader that was frozen and woke may not know yet that its log ends too early; one that says "too late" is right.
      if (position < low || time >= BELIEVE_TIMES) {
        throw new BrokerError('position_out_of_range', { log, partition, position, low, high });
      }
      await this.#control.refresh().catch(() => {});
      await sleep(BELIEVE_AGAIN_MS);
    }
  }

  #topic(log: LogName, partition: number): string {
    if (this.#closed) throw new BrokerError('closed');
    const { partitions } = this.#entry(log);
    if (!Number.isInteger(partition) || partition < 0 || partition >= partitions) {
      throw new BrokerError('partition_unknown', { log, partition });
    }
    return topicOf(this.#options.installation, log);
  }

  #entry(log: LogName): LogEntry {
    const entry = this.#logs.get(log);
    if (entry === undefined) throw new BrokerError('topic_missing', { log });
    return entry;
  }
}
