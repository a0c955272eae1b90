import type { LogName } from '@yujing/schemas';
import { BrokerError } from '../../errors/errors.ts';
import type {
  AppendRecord,
  AssignmentListener,
  Broker,
  OffsetRange,
  PartitionReader,
  StoredRecord,
} from '../broker.ts';
import { Cursor } from './cursor.ts';
import type { MergedRecord } from './engine.ts';
import { frameBound } from './frame.ts';
import type { Groups } from './group.ts';
import type { EmbeddedLog } from './log.ts';
import type { Mark } from './segment.ts';
import type { Waiters } from './waiters.ts';

/** How far a face of the engine looks, and when its appends are done. */
export interface FaceOptions {
  readonly log: (name: LogName) => EmbeddedLog;
  /** end of what this face may read */
  readonly horizon: (log: EmbeddedLog) => Mark;
  readonly groups: Groups;
  readonly waiters: Waiters;
  /** @throws BrokerError `closed` */
  readonly checkOpen: () => void;
  readonly appendNow: (log: LogName, partition: number, record: AppendRecord) => void;
  /** resolves when what was appended may be answered for */
  readonly appended: () => Promise<void>;
}

/** An empty poll answers after this long; a record that comes wakes it at once. */
const PATIENCE_MS = 200;

/** The `Broker` of one side: the stages inside, or everybody outside. */
export class Face implements Broker {
  readonly #options: FaceOptions;

  constructor(options: FaceOptions) {
    this.#options = options;
  }

  partitions(log: LogName): number {
    return this.#options.log(log).partitions;
  }

  logId(log: LogName): string {
    return this.#options.log(log).id;
  }

  async range(log: LogName, partition: number): Promise<OffsetRange> {
    this.#options.checkOpen();
    return this.#range(this.#options.log(log), partition);
  }

  #range(log: EmbeddedLog, partition: number): OffsetRange {
    log.checkPartition(partition);
    return { low: log.low.offsets[partition]!, high: this.#options.horizon(log).offsets[partition]! };
  }

  async append(log: LogName, batches: ReadonlyMap<number, readonly AppendRecord[]>): Promise<ReadonlySet<number>> {
    // All is checked first: a refused append leaves nothing behind.
    let count = 0;
    for (const [partition, records] of batches) {
      this.#options.log(log).checkPartition(partition);
      records.forEach(frameBound);
      count += records.length;
    }
    for (const [partition, records] of batches) {
      for (const record of records) this.#options.appendNow(log, partition, record);
    }
    if (count > 0) await this.#options.appended();
    return new Set(batches.keys());
  }

  async read(log: LogName, partition: number, from: number): Promise<PartitionReader> {
    this.#options.checkOpen();
    const embedded = this.#options.log(log);
    const { low, high } = this.#range(embedded, partition);
    if (!(from >= low && from <= high)) {
      throw new BrokerError('position_out_of_range', { log, partition, position: from, low, high });
    }
    return new FaceReader(this.#options, embedded, partition, from);
  }

  join(group: string, log: LogName, listener: AssignmentListener): Promise<{ leave(): Promise<void> }> {
    return this.#options.groups.join(`${group} ${log}`, this.partitions(log), listener);
  }

  /** the engine is closed by whoever opened it */
  async close(): Promise<void> {}
}

class FaceReader implements PartitionReader {
  readonly #options: FaceOptions;
  readonly #log: EmbeddedLog;
  readonly #partition: number;
  readonly #from: number;
  readonly #cursor: Cursor;
  #closed = false;

  constructor(options: FaceOptions, log: EmbeddedLog, partition: number, from: number) {
    this.#options = options;
    this.#log = log;
    this.#partition = partition;
    this.#from = from;
    this.#cursor = new Cursor(log, log.markOfOffset(partition, from), partition);
  }

  async poll(max: number): Promise<StoredRecord[]> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      if (this.#closed) throw new BrokerError('closed', { log: this.#log.name, partition: this.#partition });
      this.#options.checkOpen();
      const records = await this.#next(max);
      const patience = until - performance.now();
      if (records.length > 0 || patience <= 0 || this.#closed) return records;
      await this.#options.waiters.wait(patience);
      if (this.#closed) return [];
    }
  }

  async #next(max: number): Promise<StoredRecord[]> {
    const records: MergedRecord[] = [];
    const { order } = this.#options.horizon(this.#log);
    while (!this.#cursor.read(records, max, order, this.#from)) await this.#cursor.load();
    return records;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#options.waiters.wake();
  }
}
