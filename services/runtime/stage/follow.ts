import type { LogName } from '@yujing/schemas';
import type { Broker, PartitionReader } from '../broker/broker.ts';
import { CodecError, type AnyDecoded, type Codec } from '../codec/index.ts';
import { StampFilter, type StampEntry } from './stamp-filter.ts';

export type FollowedRecord = AnyDecoded & {
  readonly key: string;
  readonly partition: number;
  readonly offset: number;
  readonly appendedAt: number;
  readonly bytes: Uint8Array;
};

/** What a poll found, and where the reader stands after it: store all three in one transaction. */
export interface Followed {
  readonly records: readonly FollowedRecord[];
  readonly position: number;
  readonly stamps: readonly StampEntry[];
  /** records that were said before */
  readonly repeated: number;
  /** offsets of records that no schema reads; the stage that owns the log puts them aside */
  readonly undecodable: readonly number[];
}

export interface FollowerOptions {
  readonly broker: Broker;
  readonly codec: Codec;
  readonly log: LogName;
  readonly partition: number;
  /** as the last `Followed` said; 0 and [] at the beginning */
  readonly position: number;
  readonly stamps: readonly StampEntry[];
}

export interface Follower {
  /** Up to `max` records of the log, without those said before; nothing new after a short wait gives none. */
  poll(max: number): Promise<Followed>;
  close(): Promise<void>;
}

/**
 * A reader for everything that is not a stage of the path: read model, live stream, deliver, learn, archive. Outputs of the
 * path may stand in a log twice; they pass here once.
 */
export async function createFollower(options: FollowerOptions): Promise<Follower> {
  const { broker, codec, log, partition } = options;
  const reader: PartitionReader = await broker.read(log, partition, options.position);
  const filter = new StampFilter(options.stamps);
  let position = options.position;
  return {
    async poll(max) {
      const records: FollowedRecord[] = [];
      const undecodable: number[] = [];
      let repeated = 0;
      for (const { key, offset, appendedAt, bytes, stamp } of await reader.poll(max)) {
        position = offset + 1;
        if (!filter.take(stamp)) {
          repeated++;
          continue;
        }
        const decoded = decode(codec, bytes);
        if (decoded === undefined) undecodable.push(offset);
        else records.push({ ...decoded, key, partition, offset, appendedAt, bytes });
      }
      return { records, position, stamps: filter.entries(), repeated, undecodable };
    },
    close: () => reader.close(),
  };
}

function decode(codec: Codec, bytes: Uint8Array): AnyDecoded | undefined {
  try {
    return codec.decode(bytes);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
