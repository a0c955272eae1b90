import { BrokerError, fromPortable, type PortableError } from '../../errors/errors.ts';
import type { PartitionReader, StoredRecord } from '../broker.ts';
import { Waiters } from '../embedded/waiters.ts';
import { unpackRecords, type Batch } from './batch.ts';

const PATIENCE_MS = 200;

interface Received {
  readonly batch: Batch;
  readonly records: readonly StoredRecord[];
  taken: number;
}

export interface RemoteReaderOptions {
  /** so many bytes were taken: the other side may send as many again */
  readonly credit: (bytes: number) => void;
  readonly stop: () => void;
}

/** A reader whose records are pushed by the other thread; what is not taken stays bounded by the credit. */
export class RemoteReader implements PartitionReader {
  readonly #options: RemoteReaderOptions;
  readonly #waiters = new Waiters();
  #received: Received[] = [];
  #failure: Error | undefined;
  #closed = false;

  constructor(options: RemoteReaderOptions) {
    this.#options = options;
  }

  push(first: number, batch: Batch): void {
    if (this.#closed) return;
    this.#received.push({ batch, records: unpackRecords(batch, first), taken: 0 });
    this.#waiters.wake();
  }

  fail(error: PortableError): void {
    this.#failure = fromPortable(error);
    this.#waiters.wake();
  }

  async poll(max: number): Promise<StoredRecord[]> {
    if (this.#closed) throw new BrokerError('closed');
    if (this.#received.length === 0 && this.#failure === undefined) await this.#waiters.wait(PATIENCE_MS);
    const records = this.#take(max);
    // What came before the failure is still handed out.
    if (records.length === 0 && this.#failure !== undefined) throw this.#failure;
    return records;
  }

  #take(max: number): StoredRecord[] {
    const taken: StoredRecord[] = [];
    for (let first = this.#received[0]; first !== undefined && taken.length < max; first = this.#received[0]) {
      const some = first.records.slice(first.taken, first.taken + max - taken.length);
      taken.push(...some);
      first.taken += some.length;
      if (first.taken < first.records.length) break;
      this.#received.shift();
      this.#options.credit(first.batch.end);
    }
    return taken;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#received = [];
    this.#options.stop();
    this.#waiters.wake();
  }
}
