import type { Outgoing } from './events.ts';
import type { Vector } from './vector.ts';

/** An event on its way, with its text made once for all clients. */
export interface RingEntry {
  readonly partition: number;
  readonly offset: number;
  readonly audience: Outgoing['audience'];
  readonly kind: string;
  readonly json: string;
  /** where a client stands after it */
  readonly after: Vector;
}

/** The newest events, for clients that come back soon. */
export class Ring {
  readonly #entries: (RingEntry | undefined)[];
  readonly #floor: number[];
  #next = 0;

  /** `floor`: the ring holds every event from these offsets on. */
  constructor(limit: number, floor: Vector) {
    this.#entries = Array.from({ length: limit });
    this.#floor = [...floor];
  }

  push(entry: RingEntry): void {
    const place = this.#next % this.#entries.length;
    const oldest = this.#entries[place];
    if (oldest !== undefined) {
      this.#floor[oldest.partition] = Math.max(this.#floor[oldest.partition] ?? 0, oldest.offset + 1);
    }
    this.#entries[place] = entry;
    this.#next += 1;
  }

  get floor(): Vector {
    return this.#floor;
  }

  /** What a client that stands at `vector` has not seen, oldest first. */
  *since(vector: Vector): Generator<RingEntry> {
    const size = this.#entries.length;
    for (let i = Math.max(0, this.#next - size); i < this.#next; i++) {
      const entry = this.#entries[i % size];
      if (entry !== undefined && entry.offset >= (vector[entry.partition] ?? 0)) yield entry;
    }
  }
}
