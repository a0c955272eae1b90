import { MAX_MESSAGE_BYTES } from '@yujing/schemas';
import { BrokerError } from '../../errors/errors.ts';
import type { AppendRecord } from '../broker.ts';
import { crc32 } from './crc32.ts';
import type { MergedRecord } from './engine.ts';

/*
 * A record in a log file, little endian:
 *   0  u32  length of what follows the CRC
 *   4  u32  CRC-32 of what follows
 *   8  u8   flags: 1 = has a stamp, 2 = key or origin is not ASCII
 *   9  u16  partition
 *  11  u48  appended at, epoch ms
 *  17  u16  length of the key, then the key
 *           with a stamp: u16 length of the origin, the origin, u48 offset, u32 index
 *           the rest: the record's bytes
 */
export const HEADER_BYTES = 8;
const FIXED_BYTES = 11;
const STAMP_BYTES = 12;
const HAS_STAMP = 1;
const NOT_ASCII = 2;
const MAX_STRING_BYTES = 65_535;
const TWO_32 = 2 ** 32;

/** No frame is longer, so a length beyond it is damage and not a length. */
export const MAX_FRAME_BYTES = HEADER_BYTES + FIXED_BYTES + STAMP_BYTES + 2 * MAX_STRING_BYTES + MAX_MESSAGE_BYTES;

/** Upper bound of the frame's size: a UTF-16 unit is at most three bytes of UTF-8. @throws BrokerError `record_too_large` */
export function frameBound(record: AppendRecord): number {
  const strings = 3 * (record.key.length + (record.stamp?.origin.length ?? 0));
  if (record.bytes.length > MAX_MESSAGE_BYTES || strings > MAX_STRING_BYTES) {
    throw new BrokerError('record_too_large', { bytes: record.bytes.length, allowed: MAX_MESSAGE_BYTES });
  }
  return HEADER_BYTES + FIXED_BYTES + STAMP_BYTES + strings + record.bytes.length;
}

function writeU48(buffer: Buffer, value: number, at: number): void {
  buffer.writeUInt32LE(value % TWO_32, at);
  buffer.writeUInt16LE(Math.floor(value / TWO_32), at + 4);
}

function readU48(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + buffer.readUInt16LE(at + 4) * TWO_32;
}

/** Writes the text at `at`; answers its length, or -1 when it is not ASCII. Keys are hex: a loop beats a native call. */
function writeAscii(buffer: Buffer, text: string, at: number): number {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return -1;
    buffer[at + i] = unit;
  }
  return text.length;
}

function writeText(buffer: Buffer, text: string, at: number): { readonly length: number; readonly ascii: boolean } {
  const length = writeAscii(buffer, text, at);
  return length >= 0 ? { length, ascii: true } : { length: buffer.write(text, at, 'utf8'), ascii: false };
}

/** Writes one frame; there must be room for {@link frameBound}. Answers the position behind it. */
export function writeFrame(
  buffer: Buffer,
  start: number,
  partition: number,
  record: AppendRecord,
  appendedAt: number,
): number {
  const { stamp } = record;
  let at = start + HEADER_BYTES + FIXED_BYTES;
  const key = writeText(buffer, record.key, at);
  buffer.writeUInt16LE(key.length, at - 2);
  at += key.length;
  let flags = key.ascii ? 0 : NOT_ASCII;
  if (stamp !== undefined) {
    const origin = writeText(buffer, stamp.origin, at + 2);
    buffer.writeUInt16LE(origin.length, at);
    at += 2 + origin.length;
    writeU48(buffer, stamp.offset, at);
    buffer.writeUInt32LE(stamp.index, at + 6);
    at += 10;
    flags |= origin.ascii ? HAS_STAMP : HAS_STAMP | NOT_ASCII;
  }
  buffer.set(record.bytes, at);
  at += record.bytes.length;
  buffer[start + 8] = flags;
  buffer.writeUInt16LE(partition, start + 9);
  writeU48(buffer, appendedAt, start + 11);
  buffer.writeUInt32LE(at - start - HEADER_BYTES, start);
  buffer.writeUInt32LE(crc32(buffer, start + HEADER_BYTES, at), start + 4);
  return at;
}

/** Size of the frame with its header; meaningful only for checked frames. */
export function frameSize(buffer: Buffer, at: number): number {
  return HEADER_BYTES + buffer.readUInt32LE(at);
}

export function framePartition(buffer: Buffer, at: number): number {
  return buffer.readUInt16LE(at + 9);
}

export function frameAppendedAt(buffer: Buffer, at: number): number {
  return readU48(buffer, at + 11);
}

/** Size of the whole, undamaged frame at `at`; `cut` = it goes on behind `end`; `broken` = no frame of ours. */
export function checkFrame(buffer: Buffer, at: number, end: number): number | 'cut' | 'broken' {
  if (at + HEADER_BYTES > end) return 'cut';
  const size = frameSize(buffer, at);
  if (size < HEADER_BYTES + FIXED_BYTES || size > MAX_FRAME_BYTES) return 'broken';
  if (at + size > end) return 'cut';
  return crc32(buffer, at + HEADER_BYTES, at + size) === buffer.readUInt32LE(at + 4) ? size : 'broken';
}

/** The record of a checked frame. Its bytes are a view: nobody may write into them. */
export function readFrame(buffer: Buffer, start: number, offset: number, order: number): MergedRecord {
  const flags = buffer[start + 8]!;
  const encoding = flags & NOT_ASCII ? 'utf8' : 'latin1';
  const end = start + frameSize(buffer, start);
  let at = start + HEADER_BYTES + FIXED_BYTES;
  const keyEnd = at + buffer.readUInt16LE(at - 2);
  const key = buffer.toString(encoding, at, keyEnd);
  at = keyEnd;
  let stamp: MergedRecord['stamp'];
  if (flags & HAS_STAMP) {
    const originEnd = at + 2 + buffer.readUInt16LE(at);
    const origin = buffer.toString(encoding, at + 2, originEnd);
    stamp = { origin, offset: readU48(buffer, originEnd), index: buffer.readUInt32LE(originEnd + 6) };
    at = originEnd + 10;
  }
  const bytes = buffer.subarray(at, end);
  return {
    key,
    bytes,
    stamp,
    partition: framePartition(buffer, start),
    offset,
    order,
    appendedAt: frameAppendedAt(buffer, start),
  };
}
