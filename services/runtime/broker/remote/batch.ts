import type { AppendRecord, StoredRecord } from '../broker.ts';
import { frameBound, framePartition, frameSize, readFrame, writeFrame } from '../embedded/frame.ts';

/** Records as the frames of the log files, in a buffer of their own that is given away and not copied. */
export interface Batch {
  readonly buffer: ArrayBuffer;
  /** bytes used */
  readonly end: number;
}

export interface Addressed {
  readonly partition: number;
  readonly record: AppendRecord;
  readonly appendedAt: number;
}

/** @throws BrokerError `record_too_large` */
export function pack(records: readonly Addressed[]): Batch {
  let bound = 0;
  for (const { record } of records) bound += frameBound(record);
  const buffer = new ArrayBuffer(bound);
  const bytes = Buffer.from(buffer);
  let end = 0;
  for (const { partition, record, appendedAt } of records) end = writeFrame(bytes, end, partition, record, appendedAt);
  return { buffer, end };
}

export function unpackAppends({ buffer, end }: Batch): Map<number, AppendRecord[]> {
  const bytes = Buffer.from(buffer);
  const batches = new Map<number, AppendRecord[]>();
  for (let at = 0; at < end; at += frameSize(bytes, at)) {
    const partition = framePartition(bytes, at);
    const records = batches.get(partition);
    const record = readFrame(bytes, at, 0, 0);
    if (records === undefined) batches.set(partition, [record]);
    else records.push(record);
  }
  return batches;
}

/** Records of one partition that follow each other; `first` is the offset of the first. */
export function unpackRecords({ buffer, end }: Batch, first: number): StoredRecord[] {
  const bytes = Buffer.from(buffer);
  const records: StoredRecord[] = [];
  for (let at = 0, offset = first; at < end; at += frameSize(bytes, at), offset++) {
    const { key, bytes: value, stamp, partition, appendedAt } = readFrame(bytes, at, offset, 0);
    records.push({ key, bytes: value, stamp, partition, offset, appendedAt });
  }
  return records;
}
