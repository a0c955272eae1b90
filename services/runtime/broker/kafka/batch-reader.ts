import type { Stamp, StoredRecord } from '../broker.ts';
import { decompress } from './codecs.ts';
import { STAMP_HEADER, type StampReader } from './stamp-header.ts';

const HEADER_BYTES = 61;
const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const CONTROL = 0x20;

/** How far the complete batches of an answer go; the last one may be cut off by the limit of the fetch. */
export interface Scanned {
  /** offset after the last record of a complete batch; undefined when there is none */
  readonly next: number | undefined;
  /** end of the last complete batch */
  readonly end: number;
}

export function scanBatches(bytes: Buffer): Scanned {
  let at = 0;
  let next: number | undefined;
  while (at + HEADER_BYTES <= bytes.length) {
    const end = at + 12 + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    next = readOffset(bytes, at) + bytes.readInt32BE(at + 23) + 1;
    at = end;
  }
  return { next, end: at };
}

/** Reads the batch at `at` into `records`, from offset `from` on; returns where the next batch begins. */
export function readBatch(
  bytes: Buffer,
  at: number,
  target: { readonly partition: number; readonly from: number; readonly stamps: StampReader },
  records: StoredRecord[],
): number {
  const end = at + 12 + bytes.readInt32BE(at + 8);
  const magic = bytes.readInt8(at + 16);
  if (magic !== 2) throw new RangeError(`batch of format ${magic}`);
  const attributes = bytes.readInt16BE(at + 21);
  const base = readOffset(bytes, at);
  const isBefore = base + bytes.readInt32BE(at + 23) < target.from;
  // Control batches end transactions; none of our logs has any, but another tool may have put one there.
  if (isBefore || (attributes & CONTROL) !== 0) return end;
  // LogAppendTime: the broker wrote one time into the header, and none into the records.
  const appendedAt = readOffset(bytes, (attributes & LOG_APPEND_TIME) !== 0 ? at + 35 : at + 27);
  const plain = decompress(attributes & CODEC_MASK, bytes.subarray(at + HEADER_BYTES, end));
  new RecordReader(plain, base, appendedAt, target).readAll(bytes.readInt32BE(at + 57), records);
  return end;
}

class RecordReader {
  readonly #bytes: Buffer;
  readonly #base: number;
  readonly #appendedAt: number;
  readonly #target: { readonly partition: number; readonly from: number; readonly stamps: StampReader };
  #at = 0;

  constructor(
    bytes: Buffer,
    base: number,
    appendedAt: number,
    target: { readonly partition: number; readonly from: number; readonly stamps: StampReader },
  ) {
    this.#bytes = bytes;
    this.#base = base;
    this.#appendedAt = appendedAt;
    this.#target = target;
  }

  readAll(count: number, records: StoredRecord[]): void {
    const { partition, from } = this.#target;
    for (let i = 0; i < count; i++) {
      const length = this.#varint();
      const end = this.#at + length;
      this.#at++; // attributes
      this.#skipVarint(); // time
      const offset = this.#base + this.#varint();
      if (offset >= from) {
        const key = this.#text();
        const bytes = this.#value();
        records.push({ partition, offset, appendedAt: this.#appendedAt, key, bytes, stamp: this.#stamp() });
      }
      this.#at = end;
    }
  }

  #text(): string {
    const length = this.#varint();
    if (length <= 0) return '';
    const from = this.#at;
    this.#at += length;
    return this.#bytes.toString('utf8', from, this.#at);
  }

  #value(): Uint8Array {
    const length = this.#varint();
    const from = this.#at;
    if (length > 0) this.#at += length;
    return this.#bytes.subarray(from, this.#at);
  }

  #stamp(): Stamp | undefined {
    for (let left = this.#varint(); left > 0; left--) {
      const nameLength = this.#varint();
      const isStamp = nameLength === 1 && this.#bytes[this.#at] === STAMP_HEADER;
      this.#at += nameLength;
      const length = this.#varint();
      const from = this.#at;
      this.#at += Math.max(0, length);
      if (isStamp) return this.#target.stamps.read(this.#bytes, from, this.#at);
    }
    return undefined;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  #skipVarint(): void {
    while (this.#bytes[this.#at++]! >= 0x80);
  }
}

/** Offsets and times stay far below 2^53. */
export function readOffset(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}
