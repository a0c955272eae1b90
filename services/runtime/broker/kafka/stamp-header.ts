import type { Stamp } from '../broker.ts';

/** Name of the one header of a record. */
export const STAMP_HEADER = 0x73; // s

/** `offset.index@origin`, all in ASCII. */
export function stampText({ offset, index, origin }: Stamp): string {
  return `${offset}.${index}@${origin}`;
}

const DOT = 0x2e;
const AT = 0x40;

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
  return byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : Number.NaN;
}

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false;
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false;
  return true;
}
