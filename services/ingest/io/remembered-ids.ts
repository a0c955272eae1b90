import type { ClassicLevel } from 'classic-level';
import type { DoorMetrics } from '../metrics.ts';
import { IdSet } from './id-set.ts';

export type DoorLevel = ClassicLevel<string, Uint8Array>;

const HOUR_MS = 3_600_000;
const ID_BYTES = 8;
const PREFIX = 'i:';
const AFTER_PREFIX = 'i;';

function hourKey(hour: number): string {
  return `${PREFIX}${hour.toString(16).padStart(8, '0')}`;
}

/** First 64 bits of an event id: two strangers meet once in some 10^12 events, and then one of them is a repeat too many. */
function halves(eventId: string): [high: number, low: number] {
  return [Number.parseInt(eventId.slice(0, 8), 16), Number.parseInt(eventId.slice(8, 16), 16)];
}

/**
 * The event ids of the last hours, so that a repeat is counted and not written again. An id counts once its record is durable;
 * a crash in between lets a repeat through, and profile drops that one.
 */
export class RememberedIds {
  readonly #level: DoorLevel;
  readonly #hours = new Map<number, IdSet>();
  readonly #rememberedHours: number;
  readonly #maxIds: number;
  readonly #metrics: DoorMetrics;
  #sequence = 0;

  private constructor(level: DoorLevel, rememberedMs: number, maxIds: number, metrics: DoorMetrics) {
    this.#level = level;
    this.#rememberedHours = Math.ceil(rememberedMs / HOUR_MS);
    this.#maxIds = maxIds;
    this.#metrics = metrics;
  }

  static async open(
    level: DoorLevel,
    options: { readonly rememberedMs: number; readonly maxIds: number; readonly metrics: DoorMetrics },
  ): Promise<RememberedIds> {
    const ids = new RememberedIds(level, options.rememberedMs, options.maxIds, options.metrics);
    for await (const [key, value] of level.iterator({ gte: PREFIX, lt: AFTER_PREFIX })) ids.#load(key, value);
    return ids;
  }

  has(eventId: string): boolean {
    const [high, low] = halves(eventId);
    for (const ids of this.#hours.values()) if (ids.has(high, low)) return true;
    return false;
  }

  /** Takes over ids whose records are durable. The write is not synced: it outlives the process, and repeats are dropped twice. */
  async add(eventIds: readonly string[], at: number): Promise<void> {
    if (eventIds.length === 0) return;
    const hour = Math.floor(at / HOUR_MS);
    const ids = this.#hour(hour);
    const bytes = Buffer.allocUnsafe(eventIds.length * ID_BYTES);
    for (const [i, eventId] of eventIds.entries()) {
      const [high, low] = halves(eventId);
      ids.add(high, low);
      bytes.writeUInt32BE(high, i * ID_BYTES);
      bytes.writeUInt32BE(low, i * ID_BYTES + 4);
    }
    const forgotten = this.#forget(hour);
    await this.#level.put(`${hourKey(hour)}:${(this.#sequence++).toString(16).padStart(8, '0')}`, bytes);
    for (const old of forgotten) await this.#level.clear({ gte: hourKey(old), lt: hourKey(old + 1) });
  }

  #load(key: string, value: Uint8Array): void {
    const [, hour = '0', sequence = '0'] = key.split(':');
    const ids = this.#hour(Number.parseInt(hour, 16));
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    for (let at = 0; at + ID_BYTES <= bytes.length; at += ID_BYTES) {
      ids.add(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4));
    }
    this.#sequence = Math.max(this.#sequence, Number.parseInt(sequence, 16) + 1);
  }

  #hour(hour: number): IdSet {
    let ids = this.#hours.get(hour);
    if (ids === undefined) {
      ids = new IdSet();
      this.#hours.set(hour, ids);
    }
    return ids;
  }

  /** Hours that are over, and the oldest ones while there are too many ids. */
  #forget(newest: number): number[] {
    const hours = [...this.#hours.keys()].sort((a, b) => a - b);
    const gone = hours.filter((hour) => hour < newest - this.#rememberedHours);
    let total = 0;
    for (const hour of hours.reverse()) {
      const size = this.#hours.get(hour)?.size ?? 0;
      total += size;
      if (total <= this.#maxIds || hour === newest || gone.includes(hour)) continue;
      gone.push(hour);
      this.#metrics.count('event_ids_forgotten_total', size);
    }
    for (const hour of gone) this.#hours.delete(hour);
    return gone;
  }
}
