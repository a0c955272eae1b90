import type { Stamp } from '../broker.ts';

/** Name of the one header of a record. */
export const STAMP_HEADER = 0x73; // s

const DOT = 0x2e;
const AT = 0x40;
const ZERO = 0x30;

/** Outputs come in runs of one origin. */
let lastOrigin = '';
let lastOriginBytes: Uint8Array = new Uint8Array();

function originBytes(origin: string): Uint8Array {
  if (origin !== lastOrigin) {
    lastOriginBytes = Buffer.from(origin, 'latin1');
    lastOrigin = origin;
  }
  return lastOriginBytes;
}

/** Bytes of the header's value: `offset.index@origin`, all in ASCII. */
export function stampLength({ offset, index, origin }: Stamp): number {
  return digits(offset) + 1 + digits(index) + 1 + origin.length;
}

export function writeStamp({ offset, index, origin }: Stamp, target: Uint8Array, from: number): number {
  let at = writeNumber(offset, target, from);
  target[at++] = DOT;
  at = writeNumber(index, target, at);
  target[at++] = AT;
  const bytes = originBytes(origin);
  target.set(bytes, at);
  return at + bytes.length;
}

function digits(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 10; rest /= 10) count++;
  return count;
}

function writeNumber(value: number, target: Uint8Array, from: number): number {
  const end = from + digits(value);
  let rest = value;
  for (let at = end - 1; at >= from; at--) {
    const tens = Math.floor(rest / 10);
    target[at] = ZERO + (rest - 10 * tens);
    rest = tens;
  }
  return end;
}

interface Known {
  readonly bytes: Uint8Array;
  readonly origin: string;
}

/**
 * Reads stamps. A log holds the outputs of a few origins (partitions of the stage before), so their names are kept: one that
 * was met before is compared and costs no new string.
 */
export class StampReader {
  readonly #known = new Map<number, Known>();

  /** @returns undefined when the header is none of ours */
  read(bytes: Uint8Array, from: number, to: number): Stamp | undefined {
    let at = from;
    let offset = 0;
    for (; at < to && bytes[at] !== DOT; at++) offset = offset * 10 + digit(bytes[at]!);
    let index = 0;
    for (at++; at < to && bytes[at] !== AT; at++) index = index * 10 + digit(bytes[at]!);
    if (at >= to || Number.isNaN(offset + index)) return undefined;
    return { origin: this.#origin(bytes, at + 1, to), offset, index };
  }

  #origin(bytes: Uint8Array, from: number, to: number): string {
    let hash = to - from;
    for (let i = from; i < to; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0;
    const known = this.#known.get(hash);
    if (known !== undefined && isSame(known.bytes, bytes, from, to)) return known.origin;
    const copy = Buffer.from(bytes.subarray(from, to));
    const origin = copy.toString('latin1');
    if (this.#known.size >= 4_096) this.#known.clear();
    this.#known.set(hash, { bytes: copy, origin });
    return origin;
  }
}

function digit(byte: number): number {
  return byte >= ZERO && byte <= ZERO + 9 ? byte - ZERO : Number.NaN;
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
