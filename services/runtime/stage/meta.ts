import { canonicalJson } from './canonical.ts';
import type { TimerRange } from './timers.ts';
import type { Adopted } from './rules.ts';

/** The part of a commit that is neither entity nor position: what was adopted, where the timers are, the partition's own state. */
export interface Meta {
  /** of the stretch that the position stands in; 0 = nothing was processed yet, the log will say */
  readonly behaviour: number;
  readonly adopted: Readonly<Record<string, Adopted>>;
  readonly timers: TimerRange;
  readonly state: unknown;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function encodeMeta(meta: Meta): Uint8Array {
  return encoder.encode(canonicalJson(meta));
}

export function decodeMeta(bytes: Uint8Array): Meta {
  return JSON.parse(decoder.decode(bytes)) as Meta;
}
