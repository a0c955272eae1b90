import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { DataFolderError } from '../../errors/errors.ts';
import { HEADER_BYTES, MAX_FRAME_BYTES, checkFrame, frameSize } from './frame.ts';

/** Whole, checked frames of a log: the bytes [start, start + used). Frames never cross blocks. */
export interface Block {
  readonly start: number;
  readonly bytes: Buffer;
  used: number;
}

export const BLOCK_BYTES = 1 << 20;
const BLOCKS_KEPT = 8;

/** The newest bytes of a log in memory: all that is not on disk yet, and before that as much as a reader likely wants again. */
export class Window {
  #blocks: Block[] = [];
  readonly #keepBytes: number;
  readonly #blockBytes: number;

  constructor(keepBytes: number, blockBytes: number) {
    this.#keepBytes = keepBytes;
    this.#blockBytes = blockBytes;
  }

  /** a block that begins or goes on at `position` and has room for `bound` more bytes */
  room(position: number, bound: number, fresh: boolean): Block {
    const last = this.#blocks[this.#blocks.length - 1];
    if (!fresh && last !== undefined && last.bytes.length - last.used >= bound) return last;
    const block = { start: position, bytes: Buffer.allocUnsafeSlow(Math.max(this.#blockBytes, bound)), used: 0 };
    this.#blocks.push(block);
    return block;
  }

  find(position: number): Block | undefined {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#blocks[middle]!.start <= position) low = middle;
      else high = middle - 1;
    }
    const block = this.#blocks[low];
    return block !== undefined && holds(block, position) ? block : undefined;
  }

  /** views of the bytes [from, to), in order */
  slices(from: number, to: number): Buffer[] {
    const slices: Buffer[] = [];
    for (const { start, bytes, used } of this.#blocks) {
      const first = Math.max(from, start);
      const last = Math.min(to, start + used);
      if (first < last) slices.push(bytes.subarray(first - start, last - start));
    }
    return slices;
  }

  /** forgets the oldest blocks beyond the bound, but nothing that is not durable */
  forget(durable: number): void {
    let total = 0;
    for (const block of this.#blocks) total += block.bytes.length;
    let forgotten = 0;
    // The last block stays: the next records go into it.
    for (const block of this.#blocks.slice(0, -1)) {
      if (total <= this.#keepBytes || block.start + block.used > durable) break;
      total -= block.bytes.length;
      forgotten++;
    }
    if (forgotten > 0) this.#blocks = this.#blocks.slice(forgotten);
  }
}

function holds(block: Block, position: number): boolean {
  return position >= block.start && position < block.start + block.used;
}

/** Where in a file a block is read from. */
export interface Extent {
  readonly path: string;
  /** position of the file's first byte in the log */
  readonly base: number;
  /** committed length of the file */
  readonly length: number;
}

/** The last few blocks read from the files; readers that go along together share them. */
export class DiskBlocks {
  readonly #log: string;
  #blocks: Block[] = [];

  constructor(log: string) {
    this.#log = log;
  }

  find(position: number): Block | undefined {
    return this.#blocks.find((block) => holds(block, position));
  }

  loadNow(position: number, extent: Extent): Block {
    const file = openSync(extent.path, 'r');
    try {
      const read = (bytes: number): Buffer => {
        const buffer = Buffer.allocUnsafeSlow(bytes);
        return buffer.subarray(0, readSync(file, buffer, 0, bytes, position - extent.base));
      };
      const first = read(wanted(position, extent, BLOCK_BYTES));
      const more = missing(first);
      return this.#keep(position, extent, more === 0 ? first : read(wanted(position, extent, more)));
    } finally {
      closeSync(file);
    }
  }

  async load(position: number, extent: Extent): Promise<Block> {
    const file = await open(extent.path, 'r');
    try {
      const read = async (bytes: number): Promise<Buffer> => {
        const buffer = Buffer.allocUnsafeSlow(bytes);
        return buffer.subarray(0, (await file.read(buffer, 0, bytes, position - extent.base)).bytesRead);
      };
      const first = await read(wanted(position, extent, BLOCK_BYTES));
      const more = missing(first);
      return this.#keep(position, extent, more === 0 ? first : await read(wanted(position, extent, more)));
    } finally {
      await file.close();
    }
  }

  #keep(position: number, { path, base }: Extent, bytes: Buffer): Block {
    let used = 0;
    for (;;) {
      const size = checkFrame(bytes, used, bytes.length);
      if (typeof size !== 'number') break;
      used += size;
    }
    if (used === 0) throw new DataFolderError('log_corrupt', { log: this.#log, file: path, position: position - base });
    const block = { start: position, bytes, used };
    this.#blocks = [block, ...this.#blocks.slice(0, BLOCKS_KEPT - 1)];
    return block;
  }
}

function wanted(position: number, { base, length }: Extent, bytes: number): number {
  return Math.min(bytes, base + length - position);
}

/** size of the first frame when the block is too small for it, else 0 */
function missing(bytes: Buffer): number {
  const size = bytes.length >= HEADER_BYTES ? frameSize(bytes, 0) : 0;
  return size > bytes.length && size <= MAX_FRAME_BYTES ? size : 0;
}
