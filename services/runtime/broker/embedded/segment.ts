import { join } from 'node:path';

/** A record in this many has its place remembered; reading starts there and steps over at most this many. */
const RECORDS_PER_MARK = 64;

/** Where a reader starts: a place in the log and what has been counted up to there. */
export interface Mark {
  /** byte in the whole log */
  readonly position: number;
  readonly order: number;
  /** next offset per partition */
  readonly offsets: Float64Array;
}

/**
 * One file of a log: the bytes [base, base + length) of it. It keeps a sparse index, about 0.6 bytes a record with eight
 * partitions: every 64th record's position and how many of each partition came before it.
 */
export class Segment {
  readonly start: Mark;
  length = 0;
  records = 0;
  firstAppendedAt = 0;
  lastAppendedAt = 0;
  #marks: Uint32Array;
  #markCount = 0;
  readonly #counts: Uint32Array;

  constructor(start: Mark) {
    this.start = start;
    this.#counts = new Uint32Array(start.offsets.length);
    this.#marks = new Uint32Array(16 * this.#width);
  }

  get base(): number {
    return this.start.position;
  }

  get end(): number {
    return this.start.position + this.length;
  }

  get #width(): number {
    return 1 + this.start.offsets.length;
  }

  /** counts a frame that was put behind the others */
  add(partition: number, size: number, appendedAt: number): void {
    if (this.records % RECORDS_PER_MARK === 0) this.#mark();
    if (this.records === 0) this.firstAppendedAt = appendedAt;
    this.#counts[partition]!++;
    this.records++;
    this.length += size;
    this.lastAppendedAt = appendedAt;
  }

  #mark(): void {
    const at = this.#markCount * this.#width;
    if (at + this.#width > this.#marks.length) {
      const larger = new Uint32Array(this.#marks.length * 2);
      larger.set(this.#marks);
      this.#marks = larger;
    }
    this.#marks[at] = this.length;
    this.#marks.set(this.#counts, at + 1);
    this.#markCount++;
  }

  /** the state behind the last record */
  get endMark(): Mark {
    const offsets = this.start.offsets.map((first, partition) => first + this.#counts[partition]!);
    return { position: this.end, order: this.start.order + this.records, offsets };
  }

  #markAt(index: number): Mark {
    if (this.#markCount === 0) return this.start;
    const at = index * this.#width;
    const { position, order, offsets } = this.start;
    return {
      position: position + this.#marks[at]!,
      order: order + index * RECORDS_PER_MARK,
      offsets: offsets.map((first, partition) => first + this.#marks[at + 1 + partition]!),
    };
  }

  /** the last mark at or before a place in the log's order */
  markBefore(order: number): Mark {
    const index = Math.floor((order - this.start.order) / RECORDS_PER_MARK);
    return this.#markAt(Math.max(0, Math.min(index, this.#markCount - 1)));
  }

  /** the last mark at or before a record of a partition */
  markBeforeOffset(partition: number, offset: number): Mark {
    const wanted = offset - this.start.offsets[partition]!;
    let low = 0;
    let high = this.#markCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#marks[middle * this.#width + 1 + partition]! <= wanted) low = middle;
      else high = middle - 1;
    }
    return this.#markAt(low);
  }

  /** what the state keeps of a segment that is full, so that opening does not read its file */
  encode(): Uint8Array {
    const { position, order, offsets } = this.start;
    const numbers = Float64Array.of(position, order, this.length, this.records, this.lastAppendedAt, ...offsets);
    const marks = this.#marks.subarray(0, this.#markCount * this.#width);
    return Buffer.concat([bytesOf(numbers), bytesOf(this.#counts), bytesOf(marks)]);
  }

  static decode(stored: Uint8Array, partitions: number): Segment {
    const copy = new Uint8Array(stored).buffer;
    const numbers = new Float64Array(copy, 0, 5 + partitions);
    const [position = 0, order = 0, length = 0, records = 0, lastAppendedAt = 0] = numbers;
    const segment = new Segment({ position, order, offsets: numbers.slice(5) });
    segment.length = length;
    segment.records = records;
    segment.lastAppendedAt = lastAppendedAt;
    segment.#counts.set(new Uint32Array(copy, numbers.byteLength, partitions));
    segment.#marks = new Uint32Array(copy, numbers.byteLength + 4 * partitions);
    segment.#markCount = segment.#marks.length / segment.#width;
    return segment;
  }
}

function bytesOf(array: Float64Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

const NAME = /^(\d{16})\.log$/;

/** The name holds the segment's first byte in the log, so names sort as the log goes. */
export function segmentFile(folder: string, base: number): string {
  return join(folder, `${String(base).padStart(16, '0')}.log`);
}

export function baseOfFile(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
