import { BrokerError } from '../../errors/errors.ts';
import type { PartitionReader, StoredRecord } from '../broker.ts';
import { readBatch, scanBatches } from './batch-reader.ts';
import { StampReader } from './stamp-header.ts';

const POLL_MS = 250;
/** packed bytes above which a reader is left out of the fetches: back-pressure */
const BUDGET_BYTES = 1_500_000;

interface Chunk {
  readonly bytes: Buffer;
  readonly end: number;
  at: number;
}

/** What a reader wants of the one who fetches for it. */
export interface ReaderOwner {
  /** the reader has room again */
  wake(): void;
  remove(reader: KafkaReader): void;
}

/**
 * One partition from one position on. What was fetched waits here as the broker packed it, and is unpacked batch by batch when it is
 * polled. Offsets only grow: a fetch begins where the last complete batch ended.
 */
export class KafkaReader implements PartitionReader {
  readonly topic: string;
  readonly partition: number;
  /** offset of the next fetch */
  next: number;
  /** not fetched for before this instant (monotonic) */
  notBefore = 0;
  /** the broker says that there is no such position; not believed at once */
  outOfRangeSince: number | undefined;
  readonly #owner: ReaderOwner;
  readonly #stamps = new StampReader();
  #chunks: Chunk[] = [];
  #buffered = 0;
  #records: StoredRecord[] = [];
  #taken = 0;
  /** of the records polled */
  #position: number;
  /** the first one wanted: the batch that holds it may begin before */
  readonly #from: number;
  #high: number | undefined;
  #failure: unknown;
  #closed = false;
  #waiting: (() => void) | undefined;

  constructor(topic: string, partition: number, from: number, owner: ReaderOwner) {
    this.topic = topic;
    this.partition = partition;
    this.next = from;
    this.#position = from;
    this.#from = from;
    this.#owner = owner;
  }

  get hasRoom(): boolean {
    return !this.#closed && this.#failure === undefined && this.#buffered < BUDGET_BYTES;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Records of the partition that were not polled yet, as of the last fetch; undefined before the first. */
  behind(): number | undefined {
    return this.#high === undefined ? undefined : Math.max(0, this.#high - this.#position);
  }

  /** What a fetch brought, beginning at `next` or in the batch that holds it. */
  offer(records: Buffer, high: number): void {
    this.#high = high;
    const { next, end } = scanBatches(records);
    if (next === undefined || next <= this.next) return;
    this.next = next;
    this.#chunks.push({ bytes: records, at: 0, end });
    this.#buffered += end;
    this.#waiting?.();
  }

  fail(error: unknown): void {
    this.#failure ??= error;
    this.#waiting?.();
  }

  async poll(max: number): Promise<StoredRecord[]> {
    if (this.#closed) throw new BrokerError('closed');
    this.#unpack(max);
    if (this.#left === 0) {
      await this.#wait();
      if (!this.#closed) this.#unpack(max);
    }
    if (this.#left === 0) {
      if (this.#failure !== undefined && !this.#closed) throw this.#failure;
      return [];
    }
    const isAll = this.#taken === 0 && this.#left <= max;
    const records = isAll ? this.#records : this.#records.slice(this.#taken, this.#taken + max);
    this.#taken += records.length;
    if (this.#left === 0) {
      this.#records = [];
      this.#taken = 0;
    }
    this.#position = (records.at(-1) as StoredRecord).offset + 1;
    return records;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#chunks = [];
    this.#records = [];
    this.#taken = 0;
    this.#owner.remove(this);
    this.#waiting?.();
  }

  get #left(): number {
    return this.#records.length - this.#taken;
  }

  /** Whole batches, until there is what was asked for. */
  #unpack(wanted: number): void {
    while (this.#left < wanted) {
      const chunk = this.#chunks[0];
      if (chunk === undefined) return;
      const target = { partition: this.partition, from: this.#from, stamps: this.#stamps };
      chunk.at = readBatch(chunk.bytes, chunk.at, target, this.#records);
      if (chunk.at < chunk.end) continue;
      const hadRoom = this.hasRoom;
      this.#chunks.shift();
      this.#buffered -= chunk.end;
      if (!hadRoom && this.hasRoom) this.#owner.wake();
    }
  }

  #wait(): Promise<void> {
    if (this.#failure !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve();
      };
      const timer = setTimeout(done, POLL_MS);
      this.#waiting = done;
    });
  }
}
