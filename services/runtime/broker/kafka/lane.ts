import type { AppendRecord } from '../broker.ts';
import { recordBytes, writeBatch } from './batch-writer.ts';

/** The records of one append call for one partition. */
export interface Segment {
  readonly records: readonly AppendRecord[];
  readonly since: number;
  /** the caller has its answer; records that have not left yet stay behind */
  isSettled: boolean;
  taken: number;
  written(): void;
  /** not written, or not known: the caller sends it again */
  missed(): void;
  failed(error: unknown): void;
}

export interface Producer {
  readonly id: bigint;
  readonly epoch: number;
}

interface Batch {
  readonly records: readonly AppendRecord[];
  /** segments with records in it, and whether these are their last ones */
  readonly parts: ReadonlyArray<{ readonly segment: Segment; readonly isLast: boolean }>;
  bytes: Buffer | undefined;
}

export const LANE_LIMITS = {
  /** of a batch before packing: below what every topic of ours takes */
  batchBytes: 1_000_000,
  batchRecords: 5_000,
  /** a call waits this long for a partition that answers to nobody: others of the same call should not wait longer */
  troubledMs: 1_000,
  patienceMs: 6_000,
} as const;

const SEQUENCE_END = 2 ** 31;

/**
 * What goes to one partition, in the order of the calls. One batch is under way at a time, under one sequence number, and is
 * sent again as it is until its fate is known: written, or refused for good. So nothing overtakes it, and a repeat of a request
 * whose answer was lost is dropped by the broker. When the broker says that the sequence is broken, the lane goes on under a new
 * producer, with the same batch first.
 *
 * Two calls for the same partition are written in call order. If the first one was told "missing", the second one may be
 * written all the same: each caller has one append under way per partition, so two calls are two callers, and two origins.
 */
export class Lane {
  readonly topic: string;
  readonly partition: number;
  /** part of a request that is under way */
  isSending = false;
  notBefore = 0;
  #queue: Segment[] = [];
  #batch: Batch | undefined;
  #producer: Producer | undefined;
  #sequence = 0;
  #troubledSince: number | undefined;

  constructor(topic: string, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  get producer(): Producer | undefined {
    return this.#producer;
  }

  /** calls that wait, and a batch whose fate is open */
  get isIdle(): boolean {
    return this.#batch === undefined && this.#queue.length === 0;
  }

  put(segment: Segment): void {
    this.#queue.push(segment);
  }

  isReady(now: number): boolean {
    return !this.isSending && !this.isIdle && this.notBefore <= now;
  }

  /** The batch to send now: the one whose fate is open, else the next. undefined: whoever waited has left. */
  batch(producer: Producer, now: number): Buffer | undefined {
    if (this.#producer !== undefined) producer = this.#producer;
    else {
      this.#producer = producer;
      this.#sequence = 0;
    }
    this.#batch ??= this.#take();
    if (this.#batch === undefined) return undefined;
    const sequence = { producerId: producer.id, producerEpoch: producer.epoch, first: this.#sequence };
    this.#batch.bytes ??= writeBatch(this.#batch.records, sequence, now);
    return this.#batch.bytes;
  }

  /** @returns number of records */
  written(): number {
    const { records, parts } = this.#end();
    this.#troubledSince = undefined;
    this.#sequence = (this.#sequence + records.length) % SEQUENCE_END;
    for (const { segment, isLast } of parts) if (isLast) segment.written();
    return records.length;
  }

  /** The same batch goes again, after a while. */
  again(now: number, afterMs: number): void {
    this.notBefore = now + afterMs;
    this.#troubledSince ??= now;
  }

  /** The broker lost or refuses the sequence: again as a new producer. */
  newSequence(now: number): void {
    this.#producer = undefined;
    if (this.#batch !== undefined) this.#batch.bytes = undefined;
    this.again(now, 0);
  }

  /** The broker will never take this batch. */
  refused(error: unknown): void {
    const { parts } = this.#end();
    for (const { segment } of parts) segment.failed(error);
  }

  /** Answers whoever has waited long enough. A batch under way goes on; what has not left is dropped. */
  sweep(now: number): void {
    const patience = this.#troubledSince === undefined ? LANE_LIMITS.patienceMs : LANE_LIMITS.troubledMs;
    const isDue = (segment: Segment): boolean => !segment.isSettled && now - segment.since >= patience;
    for (const { segment } of this.#batch?.parts ?? []) if (isDue(segment)) segment.missed();
    let left = false;
    for (const segment of this.#queue) {
      if (isDue(segment)) segment.missed();
      left ||= segment.isSettled;
    }
    if (left) this.#queue = this.#queue.filter(({ isSettled }) => !isSettled);
    if (this.isIdle) this.#troubledSince = undefined;
  }

  close(error: unknown): void {
    for (const { segment } of this.#batch?.parts ?? []) segment.failed(error);
    for (const segment of this.#queue.splice(0)) segment.failed(error);
    this.#batch = undefined;
  }

  #end(): Batch {
    const batch = this.#batch;
    if (batch === undefined) throw new Error('an answer for a batch that is not under way');
    this.#batch = undefined;
    return batch;
  }

  #take(): Batch | undefined {
    const records: AppendRecord[] = [];
    const parts: Array<{ segment: Segment; isLast: boolean }> = [];
    let bytes = 0;
    let done = 0;
    for (const segment of this.#queue) {
      if (!segment.isSettled) {
        const before = records.length;
        while (segment.taken < segment.records.length) {
          const record = segment.records[segment.taken] as AppendRecord;
          bytes += recordBytes(record);
          if (records.length > 0 && (bytes > LANE_LIMITS.batchBytes || records.length >= LANE_LIMITS.batchRecords))
            break;
          records.push(record);
          segment.taken++;
        }
        const isLast = segment.taken === segment.records.length;
        if (records.length > before) parts.push({ segment, isLast });
        if (!isLast) break;
      }
      done++;
    }
    this.#queue.splice(0, done);
    return records.length === 0 ? undefined : { records, parts, bytes: undefined };
  }
}
