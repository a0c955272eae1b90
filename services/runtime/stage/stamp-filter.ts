import { isNewer, type Stamp } from '../broker/broker.ts';

export type StampEntry = readonly [origin: string, offset: number, index: number];

/** Rule 3 for readers that are no stage: the newest (offset, index) taken per origin, to be stored with what was read. */
export class StampFilter {
  readonly #seen = new Map<string, readonly [number, number]>();

  constructor(entries: readonly StampEntry[] = []) {
    for (const [origin, offset, index] of entries) this.#seen.set(origin, [offset, index]);
  }

  /** true when the record is to be read; a record without stamp passes and is told apart by its content */
  take(stamp: Stamp | undefined): boolean {
    if (stamp === undefined) return true;
    if (!isNewer(this.#seen, stamp)) return false;
    this.#seen.set(stamp.origin, [stamp.offset, stamp.index]);
    return true;
  }

  entries(): StampEntry[] {
    return [...this.#seen].map(([origin, [offset, index]]) => [origin, offset, index]);
  }
}
