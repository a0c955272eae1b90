import { readOffset } from './batch-reader.ts';
import type { Protocol } from './kafkajs.ts';

export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** offset that the next record will get, as far as all replicas in step have it */
  readonly high: number;
  /** batches as the broker keeps them; the last one may be cut off */
  readonly records: Buffer;
}

/** The version whose answer is read below. */
export const FETCH_VERSION = 11;

/**
 * Reads the frame of an answer and leaves the records packed: they are unpacked when they are polled. kafkajs would unpack all of
 * it at once, into several objects a record, and give up the whole answer when one partition has an error.
 */
export function withPackedRecords(protocol: Protocol): Protocol {
  return { ...protocol, response: { decode: decodeAnswer, parse: (answer) => answer } };
}

/** throttle INT32, error INT16, session INT32, then topics: name, partitions */
function decodeAnswer(raw: Buffer): FetchedPartition[] {
  const all: FetchedPartition[] = [];
  let at = 10;
  const topics = raw.readInt32BE(at);
  at += 4;
  for (let t = 0; t < topics; t++) {
    const nameLength = raw.readInt16BE(at);
    const topic = raw.toString('latin1', at + 2, at + 2 + nameLength);
    at += 2 + nameLength;
    const partitions = raw.readInt32BE(at);
    at += 4;
    for (let p = 0; p < partitions; p++) {
      const partition = raw.readInt32BE(at);
      const errorCode = raw.readInt16BE(at + 4);
      const high = readOffset(raw, at + 6);
      // The last stable offset, the log's start, and the transactions that were given up: none of ours has any.
      const aborted = Math.max(0, raw.readInt32BE(at + 30));
      at += 34 + 16 * aborted + 4;
      const length = Math.max(0, raw.readInt32BE(at));
      at += 4;
      all.push({ topic, partition, errorCode, high, records: raw.subarray(at, at + length) });
      at += length;
    }
  }
  return all;
}
