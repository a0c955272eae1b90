import type { AppendRecord } from '../broker.ts';
import { compress, LZ4 } from './codecs.ts';
import { crc32c } from './crc32c.ts';
import { STAMP_HEADER, stampLength, writeStamp } from './stamp-header.ts';

/** Who wrote a batch, and its place in what that producer wrote to the partition: the broker refuses gaps and drops repeats. */
export interface Sequence {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly first: number;
}

const HEADER_BYTES = 61;
/** A varint is at most five bytes; a record has seven of them, and its attributes. */
const RECORD_OVERHEAD_BYTES = 40;
const COMPRESS_FROM_BYTES = 256;

/** Used for one batch at a time, from the first byte to the packed copy, without a turn between. */
let scratch = Buffer.allocUnsafeSlow(1 << 18);

/** About what the record takes before packing; never less. */
export function recordBytes({ key, bytes, stamp }: AppendRecord): number {
  const stampBytes = stamp === undefined ? 0 : 40 + 3 * stamp.origin.length;
  return RECORD_OVERHEAD_BYTES + 3 * key.length + bytes.length + stampBytes;
}

/**
 * A RecordBatch of format 2, as every broker since 0.11 takes it: header, then the records packed as one. Written here and not
 * through kafkajs because its encoder makes a dozen buffers a record (15 us beside 2, in one run).
 */
export function writeBatch(records: readonly AppendRecord[], sequence: Sequence, now: number): Buffer {
  let room = 0;
  for (const record of records) room += recordBytes(record);
  if (room > scratch.length) scratch = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(room)));
  let end = 0;
  for (let i = 0; i < records.length; i++) end = writeRecord(records[i] as AppendRecord, i, end);
  const plain = scratch.subarray(0, end);
  const packed = end >= COMPRESS_FROM_BYTES ? compress(plain) : plain;
  const batch = Buffer.allocUnsafe(HEADER_BYTES + packed.length);
  packed.copy(batch, HEADER_BYTES);
  const time = BigInt(now);
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(packed === plain ? 0 : LZ4, 21);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(time, 27);
  batch.writeBigInt64BE(time, 35);
  batch.writeBigInt64BE(sequence.producerId, 43);
  batch.writeInt16BE(sequence.producerEpoch, 51);
  batch.writeInt32BE(sequence.first, 53);
  batch.writeInt32BE(records.length, 57);
  batch.writeUInt32BE(crc32c(batch, 21, batch.length), 17);
  return batch;
}

function writeRecord({ key, bytes, stamp }: AppendRecord, index: number, from: number): number {
  const keyBytes = textBytes(key);
  const stampBytes = stamp === undefined ? 0 : stampLength(stamp);
  const headers = stamp === undefined ? 1 : 3 + varintBytes(stampBytes) + stampBytes;
  const length =
    2 + varintBytes(index) + varintBytes(keyBytes) + keyBytes + varintBytes(bytes.length) + bytes.length + headers;
  let at = writeVarint(length, from);
  scratch[at++] = 0; // attributes
  scratch[at++] = 0; // milliseconds after the batch's time, which the broker replaces
  at = writeVarint(index, at);
  at = writeText(key, keyBytes, writeVarint(keyBytes, at));
  at = writeVarint(bytes.length, at);
  scratch.set(bytes, at);
  at += bytes.length;
  if (stamp === undefined) {
    scratch[at++] = 0;
    return at;
  }
  scratch[at++] = 2; // one header, as a varint
  scratch[at++] = 2; // whose name is one byte
  scratch[at++] = STAMP_HEADER;
  return writeStamp(stamp, scratch, writeVarint(stampBytes, at));
}

/** Keys are short and nearly always ASCII: a loop here is cheaper than a call into native code. */
function textBytes(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return Buffer.byteLength(text);
  return text.length;
}

function writeText(text: string, length: number, at: number): number {
  if (length !== text.length) return at + scratch.write(text, at);
  for (let i = 0; i < length; i++) scratch[at + i] = text.charCodeAt(i);
  return at + length;
}

function varintBytes(value: number): number {
  const zigzag = value * 2;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}

/** Lengths and indexes only, so never below zero. */
function writeVarint(value: number, from: number): number {
  let rest = value * 2;
  let at = from;
  while (rest >= 0x80) {
    scratch[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  scratch[at++] = rest;
  return at;
}
