import type { LogName } from '@yujing/schemas';

/** Where an output of a pure stage came from: the log read (its id, drawn when the log was made), partition and stage;
 * the offset of the input record and the index of the output among that input's outputs. Newer = larger (offset, index). */
export interface Stamp {
  /** `<log id>/<partition>/<stage>` */
  readonly origin: string;
  readonly offset: number;
  readonly index: number;
}

export interface AppendRecord {
  /** the log's key (a token); decides the partition through {@link partitionOf} */
  readonly key: string;
  /** wire bytes of the codec: 5-byte header and Avro */
  readonly bytes: Uint8Array;
  /** only on outputs of a pure stage */
  readonly stamp?: Stamp | undefined;
}

export interface StoredRecord extends AppendRecord {
  readonly partition: number;
  readonly offset: number;
  /** epoch milliseconds, set by the broker when it wrote the record (LogAppendTime) */
  readonly appendedAt: number;
}

/** Reads one partition in order. `poll` resolves with what is there (at most `max`), or with [] after a short wait. */
export interface PartitionReader {
  poll(max: number): Promise<StoredRecord[]>;
  /** records that stand in the log after the last one given, as far as the reader has heard; undefined: it has not */
  behind?(): number | undefined;
  close(): Promise<void>;
}

export interface OffsetRange {
  /** first offset kept */
  readonly low: number;
  /** offset the next record will get */
  readonly high: number;
}

/** What a group member is told. The listener must not process a partition after `revoked`. */
export interface AssignmentListener {
  assigned(partition: number): void;
  /** the next owner waits for a promise given here, as long as the broker can make it wait */
  revoked(partition: number): void | Promise<void>;
}

/**
 * The log. Small on purpose: append, and consume from a position. Implementations: `embedded/` (local disk) and `kafka/`.
 * One conformance suite holds both: test/conformance/broker.
 */
export interface Broker {
  /** number of partitions, fixed for the life of the log */
  partitions(log: LogName): number;
  /** drawn when the log was created; part of every stamp's origin */
  logId(log: LogName): string;
  range(log: LogName, partition: number): Promise<OffsetRange>;
  /**
   * Appends each partition's records in the order given. The answer names the partitions that are written and durable; a
   * partition that is missing in the answer was perhaps written, perhaps not: send it again, in order, before anything newer.
   * @throws BrokerError (retriable) when nothing is known of any partition
   */
  append(log: LogName, batches: ReadonlyMap<number, readonly AppendRecord[]>): Promise<ReadonlySet<number>>;
  /** @throws BrokerError `position_out_of_range` when `from` is below low or above high: never a silent reset */
  read(log: LogName, partition: number, from: number): Promise<PartitionReader>;
  /** Joins the group of a stage; every partition of the log has at most one live owner, as far as the broker knows. */
  join(group: string, log: LogName, listener: AssignmentListener): Promise<{ leave(): Promise<void> }>;
  close(): Promise<void>;
}

/** FNV-1a over UTF-16 code units; the same in every process and for ever, since entities live with their partition. */
export function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) {
    hash ^= key.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % partitions;
}

/** true when `stamp` was not seen before: `seen` holds the newest (offset, index) per origin. */
export function isNewer(seen: ReadonlyMap<string, readonly [offset: number, index: number]>, stamp: Stamp): boolean {
  const last = seen.get(stamp.origin);
  return last === undefined || stamp.offset > last[0] || (stamp.offset === last[0] && stamp.index > last[1]);
}
