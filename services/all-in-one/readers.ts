import { openLearn, type Learn } from '@yujing/learn';
import type { Broker, Codec, Store } from '@yujing/runtime';

export interface ReaderOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly codec: Codec;
  readonly now: () => number;
  /** what failed and is tried again; never a value of a record */
  readonly failed: (part: string, error: unknown) => void;
}

/** The readers of the durable `case` log that act: what an order became, and what an outcome taught. */
export interface Readers {
  readonly learn: Learn;
  close(): Promise<void>;
}

export async function startReaders({ broker, codec, failed }: ReaderOptions): Promise<Readers> {
  const learn = openLearn({ broker, codec, failed: (error) => failed('learn', error) });
  await learn.ready;
  return { learn, close: () => learn.close() };
}
