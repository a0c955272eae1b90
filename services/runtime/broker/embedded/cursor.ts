import type { Block } from './blocks.ts';
import type { MergedRecord } from './engine.ts';
import { framePartition, frameSize, readFrame } from './frame.ts';
import type { EmbeddedLog } from './log.ts';
import type { Mark } from './segment.ts';

/** Walks over a log, frame by frame, from a mark. One partition, or all. */
export class Cursor {
  readonly #log: EmbeddedLog;
  readonly #partition: number | undefined;
  readonly #offsets: Float64Array;
  #position: number;
  #order: number;
  #block: Block | undefined;

  constructor(log: EmbeddedLog, mark: Mark, partition?: number) {
    this.#log = log;
    this.#partition = partition;
    this.#offsets = mark.offsets.slice();
    this.#position = mark.position;
    this.#order = mark.order;
  }

  /** place in the whole log of the next frame */
  get order(): number {
    return this.#order;
  }

  /** next offset of a partition */
  offset(partition: number): number {
    return this.#offsets[partition]!;
  }

  get position(): number {
    return this.#position;
  }

  /**
   * Reads on into `records` until it holds `max` or the place `limit` is reached. Records before `from` (an offset for one
   * partition, else an order) are stepped over. false = a block is needed first: see {@link load} and {@link loadNow}.
   */
  read(records: MergedRecord[], max: number, limit: number, from: number): boolean {
    while (this.#order < limit && records.length < max) {
      const block = this.#current();
      if (block === undefined) return false;
      const at = this.#position - block.start;
      const partition = framePartition(block.bytes, at);
      const offset = this.#offsets[partition]!;
      const wanted =
        this.#partition === undefined ? this.#order >= from : partition === this.#partition && offset >= from;
      if (wanted) records.push(readFrame(block.bytes, at, offset, this.#order));
      this.#offsets[partition] = offset + 1;
      this.#order++;
      this.#position += frameSize(block.bytes, at);
    }
    return true;
  }

  #current(): Block | undefined {
    const block = this.#block;
    if (block !== undefined && this.#position >= block.start && this.#position < block.start + block.used) return block;
    this.#block = this.#log.blockAt(this.#position);
    return this.#block;
  }

  loadNow(): void {
    this.#block = this.#log.loadBlockNow(this.#position);
  }

  async load(): Promise<void> {
    this.#block = await this.#log.loadBlock(this.#position);
  }
}
