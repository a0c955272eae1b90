import { BrokerError } from '../../errors/errors.ts';
import { withPackedRecords, type FetchedPartition } from './fetch-answer.ts';
import type { Network } from './network.ts';
import { NO_KAFKA_METRICS, type KafkaMetrics } from './options.ts';
import { CODE, codeName } from './protocol-errors.ts';
import { KafkaReader, type ReaderOwner } from './reader.ts';

/** how long the broker keeps a fetch that finds nothing; a reader that has room again waits no longer than that */
const MAX_WAIT_MS = 200;
const ANSWER_MS = 4_000;
const AGAIN_MS = 250;
/** above the largest batch of a topic, or a reader could stand before one for ever */
const PARTITION_BYTES = 1_200_000;
const REQUEST_BYTES = 8_000_000;
/**
 * A leader that was frozen and woke believes for a moment that it still leads, with a log that ends too early. Only when the answer
 * stays the same for this long, with who leads asked anew each time, is the position really out of the log.
 */
const BELIEVE_MS = 3_000;

export type FetcherNetwork = Pick<Network, 'leader' | 'refresh' | 'call' | 'watch' | 'close'>;

/**
 * Reads for all its readers: one fetch under way per leader, with every partition it leads whose reader has room. It has
 * connections of its own, since a broker answers a connection's requests in order and a fetch may wait.
 */
export class Fetcher implements ReaderOwner {
  readonly #network: FetcherNetwork;
  readonly #metrics: KafkaMetrics;
  readonly #readers = new Set<KafkaReader>();
  readonly #busyNodes = new Set<number>();
  readonly #fetching = new Set<KafkaReader>();
  #recovering = false;
  #later: NodeJS.Timeout | undefined;
  #turn = 0;
  #closed = false;

  constructor(network: FetcherNetwork, metrics: KafkaMetrics = NO_KAFKA_METRICS) {
    this.#network = network;
    this.#metrics = metrics;
  }

  /** Two readers of one partition would take from each other: they go to two fetchers. */
  reads(topic: string, partition: number): boolean {
    for (const reader of this.#readers) if (reader.topic === topic && reader.partition === partition) return true;
    return false;
  }

  open(topic: string, partition: number, from: number): KafkaReader {
    this.#network.watch(topic);
    const reader = new KafkaReader(topic, partition, from, this);
    this.#readers.add(reader);
    this.wake();
    return reader;
  }

  remove(reader: KafkaReader): void {
    this.#readers.delete(reader);
  }

  wake(): void {
    if (this.#closed) return;
    const now = performance.now();
    const byNode = new Map<number, KafkaReader[]>();
    let leaderless = false;
    for (const reader of this.#readers) {
      if (!reader.hasRoom || this.#fetching.has(reader)) continue;
      if (reader.notBefore > now) {
        this.#wakeLater(reader.notBefore - now);
        continue;
      }
      const node = this.#network.leader(reader.topic, reader.partition);
      if (node === undefined) {
        reader.notBefore = now + AGAIN_MS;
        this.#wakeLater(AGAIN_MS);
        leaderless = true;
      } else if (!this.#busyNodes.has(node)) {
        const readers = byNode.get(node);
        if (readers === undefined) byNode.set(node, [reader]);
        else readers.push(reader);
      }
    }
    if (leaderless) void this.#recover();
    for (const [node, readers] of byNode) void this.#fetch(node, readers);
  }

  #wakeLater(afterMs: number): void {
    this.#later ??= setTimeout(() => {
      this.#later = undefined;
      this.wake();
    }, afterMs + 1);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#later);
    await Promise.all([...this.#readers].map((reader) => reader.close()));
    this.#network.close();
  }

  async #fetch(node: number, readers: KafkaReader[]): Promise<void> {
    this.#busyNodes.add(node);
    for (const reader of readers) this.#fetching.add(reader);
    let failed = false;
    try {
      const answer = await this.#network.call<FetchedPartition[]>(
        node,
        'Fetch',
        this.#request(readers),
        MAX_WAIT_MS + ANSWER_MS,
        withPackedRecords,
      );
      for (const fetched of answer) {
        const { topic, partition } = fetched;
        const reader = readers.find((one) => one.partition === partition && one.topic === topic);
        if (reader !== undefined && !reader.isClosed && !this.#take(reader, fetched)) failed = true;
      }
    } catch {
      for (const reader of readers) this.#postpone(reader, 'connection_lost');
      failed = true;
    } finally {
      this.#busyNodes.delete(node);
      for (const reader of readers) this.#fetching.delete(reader);
      if (failed) void this.#recover();
      this.wake();
    }
  }

  /** Partitions begin with another one each time: the answer's limit must not always cut off the same ones. */
  #request(readers: readonly KafkaReader[]): object {
    const turn = this.#turn++ % readers.length;
    const topics: Array<{ topic: string; partitions: object[] }> = [];
    for (const { topic, partition, next } of [...readers.slice(turn), ...readers.slice(0, turn)]) {
      const entry = { partition, fetchOffset: String(next), maxBytes: PARTITION_BYTES };
      const last = topics.at(-1);
      if (last?.topic === topic) last.partitions.push(entry);
      else topics.push({ topic, partitions: [entry] });
    }
    const limits = { maxWaitTime: MAX_WAIT_MS, minBytes: 1, maxBytes: REQUEST_BYTES };
    return { replicaId: -1, isolationLevel: 0, rackId: '', topics, ...limits };
  }

  /** False: who leads has to be asked. */
  #take(reader: KafkaReader, { errorCode, high, records }: FetchedPartition): boolean {
    if (errorCode === CODE.none) {
      reader.outOfRangeSince = undefined;
      reader.offer(records, high);
      this.#metrics.count('kafka_fetched_bytes_total', {}, records.length);
      return true;
    }
    this.#postpone(reader, codeName(errorCode));
    if (errorCode !== CODE.offset_out_of_range) {
      reader.outOfRangeSince = undefined;
      return false;
    }
    const now = performance.now();
    reader.outOfRangeSince ??= now;
    if (now - reader.outOfRangeSince >= BELIEVE_MS) {
      const { topic, partition, next } = reader;
      reader.fail(new BrokerError('position_out_of_range', { topic, partition, position: next }));
    }
    return false;
  }

  #postpone(reader: KafkaReader, reason: string): void {
    this.#metrics.count('kafka_fetch_errors_total', { reason }, 1);
    reader.notBefore = performance.now() + AGAIN_MS;
  }

  async #recover(): Promise<void> {
    if (this.#recovering) return;
    this.#recovering = true;
    await this.#network.refresh().catch(() => {});
    this.#recovering = false;
    this.wake();
  }
}
