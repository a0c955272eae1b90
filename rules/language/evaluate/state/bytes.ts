/** Numbers from here on are written as doubles. */
const VARINT_LIMIT = 2 ** 52;
/** Entities of one commit stand in few blocks and go with them; an entity has a few hundred bytes. */
const BLOCK_BYTES = 65_536;
/** left in a block that is written on */
const LEAST_ROOM = 1_024;
const LOW_28 = 2 ** 28;

/** value of a lower hex digit by its code, 16 = none */
const HEX = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return digit < 0 ? 16 : digit;
});

// A value is a varint: even = twice the whole number, 1 = a double follows, 3 = a text follows.
const DOUBLE = 1;
const TEXT = 3;

/**
 * Writes entities: deterministic, compact, quick. One writer serves a codec. What `take` hands over is a view of a block that
 * is never written again: an array of its own for each entity costs more than the writing. So nobody keeps it for long.
 */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  #start = 0;
  #at = 0;

  begin(): void {
    if (this.#at + LEAST_ROOM > this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.#at = 0;
    }
    this.#start = this.#at;
  }

  take(): Uint8Array {
    const { buffer, byteOffset } = this.#bytes;
    const length = this.#at - this.#start;
    const taken = new Uint8Array(buffer, byteOffset + this.#start, length);
    this.#start = this.#at;
    return taken;
  }

  /** bytes of this entity so far */
  get written(): number {
    return this.#at - this.#start;
  }

  /** What was written from there on, as an array of its own. */
  copyFrom(written: number): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, this.#start + written, this.#at);
  }

  /** bytes that {@link copyFrom} gave */
  raw(bytes: Uint8Array): void {
    if (this.#at + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  byte(value: number): void {
    if (this.#at >= this.#bytes.length) this.#grow(1);
    this.#bytes[this.#at++] = value;
  }

  /** a whole number from 0 to 2^53 */
  whole(value: number): void {
    if (this.#at + 10 > this.#bytes.length) this.#grow(10);
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    if (value >= 0x80000000) {
      // Times and ids: one division for four bytes, the rest in small integers.
      rest = Math.floor(value / LOW_28);
      const low = value - rest * LOW_28;
      bytes[at++] = (low & 127) | 128;
      bytes[at++] = ((low >>> 7) & 127) | 128;
      bytes[at++] = ((low >>> 14) & 127) | 128;
      bytes[at++] = (low >>> 21) | 128;
    }
    while (rest >= 128) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#at = at;
  }

  /** any number */
  number(value: number): void {
    if (value >= 0 && value < VARINT_LIMIT && Number.isInteger(value) && !Object.is(value, -0)) {
      this.whole(value * 2);
      return;
    }
    this.whole(DOUBLE);
    if (this.#at + 8 > this.#bytes.length) this.#grow(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  numberOrText(value: number | string): void {
    if (typeof value === 'number') this.number(value);
    else {
      this.whole(TEXT);
      this.text(value);
    }
  }

  /** Tokens and names are ASCII, so the quick way is the usual one. */
  text(value: string): void {
    const { length } = value;
    if (this.#at + length + 10 > this.#bytes.length) this.#grow(length + 10);
    const start = this.#at;
    if (length < 64) this.#bytes[this.#at++] = length * 2;
    else this.whole(length * 2);
    const bytes = this.#bytes;
    // The position stays in a local: the field would be stored at every character.
    let at = this.#at;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 127) {
        this.#at = start;
        this.#wideText(value);
        return;
      }
      bytes[at++] = unit;
    }
    this.#at = at;
  }

  /** 32 hex digits in 16 bytes; anything else as text */
  id(value: string): void {
    if (this.#at + 17 > this.#bytes.length) this.#grow(17);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = 1;
    let isHex = value.length === 32;
    for (let i = 0; isHex && i < 32; i += 2) {
      const high = HEX[value.charCodeAt(i)] ?? 16;
      const low = HEX[value.charCodeAt(i + 1)] ?? 16;
      if ((high | low) > 15) isHex = false;
      bytes[at++] = (high << 4) | low;
    }
    if (isHex) {
      this.#at = at;
      return;
    }
    this.byte(0);
    this.text(value);
  }

  #wideText(value: string): void {
    const length = Buffer.byteLength(value);
    this.whole(length * 2 + 1);
    if (this.#at + length > this.#bytes.length) this.#grow(length);
    this.#at += this.#bytes.write(value, this.#at);
  }

  #grow(by: number): void {
    const written = this.#at - this.#start;
    const larger = Buffer.allocUnsafeSlow(Math.max(BLOCK_BYTES, 2 * (written + by)));
    this.#bytes.copy(larger, 0, this.#start, this.#at);
    this.#bytes = larger;
    this.#start = 0;
    this.#at = written;
  }
}

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** true when there is nothing more: an older version wrote fewer fields */
  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  whole(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  number(): number {
    return this.numberOrText() as number;
  }

  numberOrText(): number | string {
    const head = this.whole();
    if (head % 2 === 0) return head / 2;
    if (head === TEXT) return this.text();
    const value = this.#bytes.readDoubleLE(this.#at);
    this.#at += 8;
    return value;
  }

  text(): string {
    const head = this.whole();
    const length = Math.floor(head / 2);
    const start = this.#at;
    this.#at += length;
    return this.#bytes.toString(head % 2 === 0 ? 'latin1' : 'utf8', start, this.#at);
  }

  id(): string {
    if (this.byte() === 0) return this.text();
    const start = this.#at;
    this.#at += 16;
    return this.#bytes.toString('hex', start, this.#at);
  }
}
