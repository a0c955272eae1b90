import type { CommitHead, OutboxRecord } from './store.ts';

/*
 * A commit's head as bytes, little endian: version u8; then strings and bytes each with a u32 length before them, numbers
 * as f64: id, position, stamps (count, then origin, offset, index), meta, outbox (count, then log, partition, key, bytes,
 * stamp). Own form and not JSON: `meta` and the outbox are bytes, and a partition's timers can be a megabyte.
 */
const VERSION = 1;

class Writer {
  #buffer = Buffer.allocUnsafe(1024);
  #at = 0;

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes));
    this.#buffer.copy(larger, 0, 0, this.#at);
    this.#buffer = larger;
  }

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.#at++] = value;
  }

  number(value: number): void {
    this.#room(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  bytes(value: Uint8Array): void {
    this.#room(4 + value.length);
    this.#at = this.#buffer.writeUInt32LE(value.length, this.#at);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  text(value: string): void {
    this.bytes(Buffer.from(value, 'utf8'));
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.number(items.length);
    items.forEach(write);
  }

  done(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }
}

class Reader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#at++);
  }

  number(): number {
    const value = this.#buffer.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }

  bytes(): Uint8Array {
    const start = this.#at + 4;
    this.#at = start + this.#buffer.readUInt32LE(this.#at);
    return Uint8Array.prototype.slice.call(this.#buffer, start, this.#at);
  }

  text(): string {
    return Buffer.from(this.bytes()).toString('utf8');
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: this.number() }, read);
  }
}

export function encodeHead(head: CommitHead): Uint8Array {
  const writer = new Writer();
  writer.byte(VERSION);
  writer.text(head.id);
  writer.number(head.position);
  writer.list(head.stamps, ([origin, offset, index]) => {
    writer.text(origin);
    writer.number(offset);
    writer.number(index);
  });
  writer.bytes(head.meta);
  writer.list(head.outbox, ({ log, partition, key, bytes, stamp }) => {
    writer.text(log);
    writer.number(partition);
    writer.text(key);
    writer.bytes(bytes);
    writer.text(stamp.origin);
    writer.number(stamp.offset);
    writer.number(stamp.index);
  });
  return writer.done();
}

export function decodeHead(bytes: Uint8Array): CommitHead {
  const reader = new Reader(bytes);
  const version = reader.byte();
  if (version !== VERSION) throw new RangeError(`head of version ${version}`);
  return {
    id: reader.text(),
    position: reader.number(),
    stamps: reader.list(() => [reader.text(), reader.number(), reader.number()] as const),
    meta: reader.bytes(),
    outbox: reader.list(() => readOutbox(reader)),
  };
}

function readOutbox(reader: Reader): OutboxRecord {
  const log = reader.text();
  const partition = reader.number();
  const key = reader.text();
  const bytes = reader.bytes();
  return {
    log,
    partition,
    key,
    bytes,
    stamp: { origin: reader.text(), offset: reader.number(), index: reader.number() },
  };
}
