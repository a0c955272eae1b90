import { CodecError, type CodecErrorCode } from './codec-error.ts';
import { OP, WIDTH, type Program } from './program.ts';

/*
 * avsc trusts the counts it reads: six bytes that promise 30 million strings hold the process for 1.4 s and take 290 MB. So
 * before avsc sees a message, this scan walks it with the schema in hand. It allocates nothing but the error, and every step
 * either moves forward in the bytes or ends, so its time is bounded by the length of the message.
 */

/** avsc's own limit, one short of Number.MAX_SAFE_INTEGER. */
const MAX_LONG = 9_007_199_254_740_990;

class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  position = 0;
  end = 0;
  program: Program = { code: new Int32Array(0), paths: [] };

  fail(code: CodecErrorCode, pc: number): never {
    throw new CodecError(code, this.program.paths[pc / WIDTH] ?? '');
  }

  /** Zigzag varint. Halved while it is summed, so that it is exact to 2^53; beyond that it is merely large. */
  varint(pc: number, maxBytes: number): number {
    const { bytes, end } = this;
    let position = this.position;
    if (position >= end) this.fail('truncated', pc);
    let byte = bytes[position++] as number;
    const isNegative = (byte & 1) === 1;
    let half = (byte & 0x7f) >> 1;
    let factor = 64;
    for (let left = maxBytes - 1; byte >= 0x80; left--) {
      if (left === 0) this.fail('bad_value', pc);
      if (position >= end) this.fail('truncated', pc);
      byte = bytes[position++] as number;
      half += (byte & 0x7f) * factor;
      factor *= 128;
    }
    this.position = position;
    return isNegative ? -half - 1 : half;
  }

  /** A varint that is mostly one byte: indexes of unions and symbols, lengths, small counts. */
  small(pc: number): number {
    const byte = this.position < this.end ? (this.bytes[this.position] as number) : 0x80;
    if (byte >= 0x80) return this.varint(pc, 10);
    this.position++;
    return (byte & 1) === 0 ? byte >> 1 : -((byte + 1) >> 1);
  }

  string(pc: number, maxLength: number): void {
    const length = this.small(pc);
    if (length < 0) this.fail('bad_value', pc);
    if (length > maxLength) this.fail('string_too_long', pc);
    this.position += length;
    if (this.position > this.end) this.fail('truncated', pc);
  }

  skip(pc: number, length: number): void {
    this.position += length;
    if (this.position > this.end) this.fail('truncated', pc);
  }

  boolean(pc: number): void {
    if (this.position >= this.end) this.fail('truncated', pc);
    if ((this.bytes[this.position++] as number) > 1) this.fail('bad_value', pc);
  }

  int(pc: number): void {
    const value = this.varint(pc, 5);
    if (value < -0x80000000 || value > 0x7fffffff) this.fail('bad_value', pc);
  }

  long(pc: number): void {
    const value = this.varint(pc, 10);
    if (value > MAX_LONG || value < -MAX_LONG) this.fail('bad_value', pc);
  }

  /** Arrays come in blocks; a negative count is followed by the block's size in bytes. The last block is empty. */
  array(pc: number, maxItems: number, bodyEnd: number): void {
    let total = 0;
    for (;;) {
      let count = this.small(pc);
      if (count === 0) return;
      let blockEnd = -1;
      if (count < 0) {
        count = -count;
        const size = this.small(pc);
        if (size < 0) this.fail('bad_value', pc);
        if (size > this.end - this.position) this.fail('truncated', pc);
        blockEnd = this.position + size;
      }
      total += count;
      if (total > maxItems) this.fail('too_many_items', pc);
      // Every item takes at least a byte, so a count beyond the bytes left is a lie.
      if (count > this.end - this.position) this.fail('truncated', pc);
      for (let i = 0; i < count; i++) this.run(pc + WIDTH, bodyEnd);
      if (blockEnd >= 0 && blockEnd !== this.position) this.fail('bad_value', pc);
    }
  }

  run(from: number, to: number): void {
    const code = this.program.code;
    let pc = from;
    while (pc < to) {
      const a = code[pc + 1] as number;
      switch (code[pc] as number) {
        case OP.optional: {
          const branch = this.small(pc);
          if (branch === 0) {
            pc = code[pc + 2] as number;
            continue;
          }
          if (branch !== 1) this.fail('bad_value', pc);
          break;
        }
        case OP.string:
          this.string(pc, a);
          break;
        case OP.enumeration: {
          const index = this.small(pc);
          if (index < 0 || index >= a) this.fail('bad_value', pc);
          break;
        }
        case OP.int:
          this.int(pc);
          break;
        case OP.long:
          this.long(pc);
          break;
        case OP.boolean:
          this.boolean(pc);
          break;
        case OP.double:
          this.skip(pc, 8);
          break;
        default: {
          const bodyEnd = code[pc + 2] as number;
          this.array(pc, a, bodyEnd);
          pc = bodyEnd;
          continue;
        }
      }
      pc += WIDTH;
    }
  }
}

// One cursor for the whole thread: the scan is synchronous and not re-entered.
const cursor = new Cursor();

/** Walks bytes[start..] with a program. @throws CodecError when they are not exactly one record within its bounds */
export function scan(program: Program, bytes: Uint8Array, start: number): void {
  cursor.bytes = bytes;
  cursor.position = start;
  cursor.end = bytes.length;
  cursor.program = program;
  cursor.run(0, program.code.length);
  if (cursor.position !== cursor.end) throw new CodecError('trailing_bytes', `${cursor.end - cursor.position}`);
}
