/** Magic of the frames that Java's library puts around blocks; version and compatible version follow, then blocks by length. */
const FRAMED = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const FRAME_HEAD = 16;
/** More than any broker takes in one batch, and far from what would hurt. */
const MAX_BYTES = 64 * 1024 * 1024;

class Input {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('snappy: the input ends too early');
    return byte;
  }

  little(bytes: number): number {
    let value = 0;
    for (let i = 0; i < bytes; i++) value += this.byte() * 2 ** (8 * i);
    return value;
  }

  varint(): number {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError('snappy: the length is too long');
  }

  take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError('snappy: the input ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function unpackBlock(block: Buffer): Buffer {
  const input = new Input(block);
  const length = input.varint();
  if (length > MAX_BYTES) throw new RangeError('snappy: the block is too large');
  const output = Buffer.allocUnsafe(length);
  let end = 0;
  while (!input.isAtEnd) {
    const tag = input.byte();
    const kind = tag & 3;
    if (kind === 0) {
      const short = tag >> 2;
      const literal = input.take((short < 60 ? short : input.little(short - 59)) + 1);
      if (end + literal.length > length) throw new RangeError('snappy: more than was promised');
      end += literal.copy(output, end);
      continue;
    }
    const count = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const back = kind === 1 ? ((tag >> 5) << 8) | input.byte() : input.little(kind === 2 ? 2 : 4);
    if (back === 0 || back > end || end + count > length) throw new RangeError('snappy: a copy from nowhere');
    // Byte by byte: a copy may overlap itself, which repeats a pattern.
    for (let i = 0; i < count; i++, end++) output[end] = output[end - back] as number;
  }
  if (end !== length) throw new RangeError('snappy: less than was promised');
  return output;
}

/** Unpacks what producers of Kafka write: one raw block, or the frames of Java's library. */
export function unpackSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, FRAMED.length).equals(FRAMED)) return unpackBlock(bytes);
  const blocks: Buffer[] = [];
  let total = 0;
  for (let at = FRAME_HEAD; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const block = unpackBlock(bytes.subarray(at + 4, at + 4 + length));
    total += block.length;
    if (total > MAX_BYTES) throw new RangeError('snappy: the batch is too large');
    blocks.push(block);
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}
