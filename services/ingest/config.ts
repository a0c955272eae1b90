import type { LatenessBounds } from './event/lateness.ts';

/** Everything about the door that an installation may set. */
export interface DoorSettings {
  /** id of this ingest instance, in every record and tick */
  readonly door: string;
  /** longest body, in bytes */
  readonly bodyBytes: number;
  /** longest line of an NDJSON body, in bytes */
  readonly itemBytes: number;
  /** most events of one body */
  readonly items: number;
  /** most events that wait for the log; beyond it the door answers 503 */
  readonly queued: number;
  /** how long an answer waits for the log */
  readonly answerTimeoutMs: number;
  /** events a key may send a second, and how many at once after a quiet time */
  readonly rate: { readonly perSecond: number; readonly burst: number };
  readonly lateness: LatenessBounds;
  /** most event ids kept in memory; beyond it the oldest hour is forgotten early */
  readonly rememberedIds: number;
  readonly deadLetters: { readonly maxBytes: number; readonly keptDays: number };
  /** with `clock: door`: the longest gap between two events that is filled with a tick a second */
  readonly tickGapSeconds: number;
  /** 12x numbers are mobile numbers (samples, tests, the demo's town) */
  readonly inventedMobiles: boolean;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

export const DOOR_DEFAULTS: DoorSettings = {
  door: 'door-1',
  bodyBytes: 4 * 1024 * 1024,
  itemBytes: 64 * 1024,
  items: 10_000,
  queued: 50_000,
  answerTimeoutMs: 15 * SECOND_MS,
  rate: { perSecond: 50_000, burst: 100_000 },
  lateness: { onTimeMs: 30 * SECOND_MS, usefulMs: 30 * MINUTE_MS, rememberedMs: 24 * HOUR_MS, aheadMs: 5 * MINUTE_MS },
  rememberedIds: 8_000_000,
  deadLetters: { maxBytes: 256 * 1024 * 1024, keptDays: 30 },
  tickGapSeconds: 900,
  inventedMobiles: false,
};
