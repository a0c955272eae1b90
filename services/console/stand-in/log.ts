import {
  createLocalCodec,
  partitionOf,
  type AppendRecord,
  type Broker,
  type Stamp,
  type StoredRecord,
} from '@yujing/runtime';
import type { RecordType, RecordTypes } from '@yujing/schemas';

/** A log in memory: tests say what stands in it, and when it fails. */
export class StandInBroker implements Broker {
  readonly codec = createLocalCodec();
  readonly #partitions: number;
  readonly #records: StoredRecord[][];
  readonly #waiting = new Set<() => void>();
  /** the next appends fail: 'throw' = nothing is known, 'silent' = the answer leaves the partition out */
  failing: 'throw' | 'silent' | undefined;
  id: string;

  constructor(partitions = 4, id = 'log-1') {
    this.#partitions = partitions;
    this.#records = Array.from({ length: partitions }, () => []);
    this.id = id;
  }

  partitions(): number {
    return this.#partitions;
  }

  logId(): string {
    return this.id;
  }

  /** A record as a stage would write it. */
  put<T extends RecordType>(type: T, value: RecordTypes[T], stamp?: Stamp): StoredRecord {
    const key = (value as unknown as { readonly subject: string }).subject;
    const partition = partitionOf(key, this.#partitions);
    const records = this.#records[partition] as StoredRecord[];
    const bytes = this.codec.encode(type, value);
    const record = {
      key,
      bytes,
      partition,
      offset: records.length,
      appendedAt: 0,
      ...(stamp === undefined ? {} : { stamp }),
    };
    records.push(record);
    for (const wake of this.#waiting) wake();
    return record;
  }

  /** everything appended, decoded, in order of the partitions */
  all(): { readonly type: RecordType; readonly value: RecordTypes[RecordType] }[] {
    return this.#records.flat().map(({ bytes }) => this.codec.decode(bytes));
  }

  of<T extends RecordType>(type: T): RecordTypes[T][] {
    return this.all().flatMap((record) => (record.type === type ? [record.value as RecordTypes[T]] : []));
  }

  async range(_log: string, partition: number): Promise<{ low: number; high: number }> {
    return { low: 0, high: this.#records[partition]?.length ?? 0 };
  }

  async append(_log: string, batches: ReadonlyMap<number, readonly AppendRecord[]>): Promise<ReadonlySet<number>> {
    if (this.failing === 'throw') throw Object.assign(new Error('disk'), { retriable: true });
    if (this.failing === 'silent') return new Set();
    for (const [partition, added] of batches) {
      const records = this.#records[partition] as StoredRecord[];
      for (const record of added) records.push({ ...record, partition, offset: records.length, appendedAt: 0 });
    }
    for (const wake of this.#waiting) wake();
    return new Set(batches.keys());
  }

  async read(_log: string, partition: number, from: number) {
    const records = this.#records[partition] as StoredRecord[];
    let next = from;
    let closed = false;
    return {
      poll: async (max: number): Promise<StoredRecord[]> => {
        if (next >= records.length && !closed) await this.#news(20);
        const found = records.slice(next, next + max);
        next += found.length;
        return found;
      },
      close: async () => {
        closed = true;
      },
    };
  }

  #news(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.#waiting.add(done);
    });
  }

  async join(): Promise<{ leave(): Promise<void> }> {
    return { leave: async () => {} };
  }

  async close(): Promise<void> {}
}
