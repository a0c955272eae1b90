import { BrokerError } from '../../errors/errors.ts';
import type { AppendRecord } from '../broker.ts';
import { BLOCK_BYTES, DiskBlocks, Window, type Block, type Extent } from './blocks.ts';
import { frameBound, writeFrame } from './frame.ts';
import { Segment, segmentFile, type Mark } from './segment.ts';

export interface LogOptions {
  readonly name: string;
  readonly id: string;
  readonly partitions: number;
  readonly folder: string;
  readonly segmentBytes: number;
  /** a file holds no more than this time, so that a quiet log too gives up what is old */
  readonly segmentMs: number;
  readonly keepBytes: number;
}

/** Bytes of one file that a flush has to write. */
export interface Piece {
  readonly path: string;
  /** position in the file */
  readonly at: number;
  readonly buffers: readonly Buffer[];
}

/** What one flush takes of a log: everything up to a boundary between two records. */
export interface LogFlush {
  readonly pieces: readonly Piece[];
  /** files that are full since the last flush */
  readonly sealed: readonly Segment[];
  readonly removed: readonly Segment[];
  readonly low: Mark;
  /** durable end before this flush */
  readonly from: Mark;
  /** start of the segment that is being written */
  readonly active: Mark;
  readonly end: Mark;
}

/**
 * One log: all partitions in one sequence of bytes, cut into files. `tail` is what the process sees, `durable` what everybody
 * else may see. Nothing here touches a file but reading; {@link takeFlush} hands the bytes over to whoever writes.
 */
export class EmbeddedLog {
  readonly name: string;
  readonly id: string;
  readonly partitions: number;
  readonly #options: LogOptions;
  readonly #window: Window;
  readonly #disk: DiskBlocks;
  #segments: Segment[];
  #active: Segment;
  #durable: Mark;
  #sealed: Segment[] = [];
  #removed: Segment[] = [];

  /** `segments` are what recovery found: at least one, the last is written on */
  constructor(options: LogOptions, segments: readonly Segment[]) {
    this.name = options.name;
    this.id = options.id;
    this.partitions = options.partitions;
    this.#options = options;
    this.#window = new Window(options.keepBytes, Math.min(options.segmentBytes, BLOCK_BYTES));
    this.#disk = new DiskBlocks(options.name);
    this.#segments = [...segments];
    this.#active = this.#segments[this.#segments.length - 1]!;
    this.#durable = this.#active.endMark;
  }

  /** about a microsecond: one copy into memory */
  append(partition: number, record: AppendRecord, appendedAt: number): void {
    if (!(partition >= 0 && partition < this.partitions)) throw this.#unknown(partition);
    const bound = frameBound(record);
    const fresh = this.#active.length > 0 && this.#isFull(bound, appendedAt);
    if (fresh) this.#roll();
    const block = this.#window.room(this.#active.end, bound, fresh);
    const end = writeFrame(block.bytes, block.used, partition, record, appendedAt);
    this.#active.add(partition, end - block.used, appendedAt);
    block.used = end;
  }

  #isFull(bound: number, now: number): boolean {
    const { length, firstAppendedAt } = this.#active;
    return length + bound > this.#options.segmentBytes || now - firstAppendedAt > this.#options.segmentMs;
  }

  #roll(): void {
    this.#sealed.push(this.#active);
    this.#active = new Segment(this.#active.endMark);
    this.#segments.push(this.#active);
  }

  #unknown(partition: number): BrokerError {
    return new BrokerError('partition_unknown', { log: this.name, partition, partitions: this.partitions });
  }

  /** number of records ever written, durable or not: the order the next one gets */
  get tailOrder(): number {
    return this.#active.start.order + this.#active.records;
  }

  get durable(): Mark {
    return this.#durable;
  }

  get tail(): Mark {
    return this.#active.endMark;
  }

  get low(): Mark {
    return this.#segments[0]!.start;
  }

  /** bytes that are kept, on disk or still in memory */
  get bytes(): number {
    return this.#active.end - this.low.position;
  }

  checkPartition(partition: number): void {
    if (!(partition >= 0 && partition < this.partitions)) throw this.#unknown(partition);
  }

  markOfOrder(order: number): Mark {
    return this.#lastSegment((segment) => segment.start.order <= order).markBefore(order);
  }

  markOfOffset(partition: number, offset: number): Mark {
    return this.#lastSegment((segment) => segment.start.offsets[partition]! <= offset).markBeforeOffset(
      partition,
      offset,
    );
  }

  #lastSegment(before: (segment: Segment) => boolean): Segment {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (before(this.#segments[middle]!)) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low]!;
  }

  /** the block with the frame at `position`, if it is in memory */
  blockAt(position: number): Block | undefined {
    return this.#window.find(position) ?? this.#disk.find(position);
  }

  loadBlockNow(position: number): Block {
    return this.#disk.loadNow(position, this.#extentOf(position));
  }

  loadBlock(position: number): Promise<Block> {
    return this.#disk.load(position, this.#extentOf(position));
  }

  #extentOf(position: number): Extent {
    const segment = this.#lastSegment((candidate) => candidate.base <= position);
    if (position < segment.base) throw new BrokerError('position_out_of_range', { log: this.name, position });
    const end = Math.min(segment.end, this.#durable.position);
    return { path: this.fileOf(segment), base: segment.base, length: end - segment.base };
  }

  fileOf(segment: Segment): string {
    return segmentFile(this.#options.folder, segment.base);
  }

  /** a flush would have something to do */
  get changed(): boolean {
    return this.#active.end > this.#durable.position || this.#sealed.length > 0 || this.#removed.length > 0;
  }

  /** Everything that is not durable yet. Synchronous, so it ends between two records. */
  takeFlush(): LogFlush {
    const from = this.#durable;
    const fresh = this.#segments.filter((segment) => segment.end > from.position);
    const pieces = fresh.map((segment) => {
      const first = Math.max(from.position, segment.base);
      return {
        path: this.fileOf(segment),
        at: first - segment.base,
        buffers: this.#window.slices(first, segment.end),
      };
    });
    const { start, endMark } = this.#active;
    const [sealed, removed] = [[...this.#sealed], [...this.#removed]];
    return { pieces, sealed, removed, low: this.low, from, active: start, end: endMark };
  }

  /** the flush is on disk */
  settle(flush: LogFlush): void {
    this.#durable = flush.end;
    this.#sealed = this.#sealed.filter((segment) => !flush.sealed.includes(segment));
    this.#removed = this.#removed.filter((segment) => !flush.removed.includes(segment));
    this.#window.forget(flush.end.position);
  }

  /** Gives up whole files whose newest record is older; answers how many. They go from the disk with the next flush. */
  expire(before: number): number {
    const { records, lastAppendedAt, end } = this.#active;
    const durable = this.#durable.position;
    if (records > 0 && lastAppendedAt < before && end <= durable) this.#roll();
    const kept = this.#segments.findIndex(
      (segment) => segment === this.#active || segment.lastAppendedAt >= before || segment.end > durable,
    );
    const removed = this.#segments.slice(0, kept);
    this.#segments = this.#segments.slice(kept);
    this.#sealed = this.#sealed.filter((segment) => !removed.includes(segment));
    this.#removed = [...this.#removed, ...removed];
    return kept;
  }
}
