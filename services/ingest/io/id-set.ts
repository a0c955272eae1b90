const LOAD = 0.6;
const FIRST_CAPACITY = 1024;

/** A set of 64-bit names in flat arrays, 13 to 27 bytes each: a Map takes five times as much and ends at 16.7 million. */
export class IdSet {
  #capacity = FIRST_CAPACITY;
  #high = new Uint32Array(FIRST_CAPACITY);
  #low = new Uint32Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(high: number, low: number): boolean {
    const slot = this.#find(high, low);
    return this.#high[slot] !== 0 || this.#low[slot] !== 0;
  }

  add(high: number, low: number): void {
    if (this.#size >= this.#capacity * LOAD) this.#grow();
    const slot = this.#find(high, low);
    if (this.#high[slot] === 0 && this.#low[slot] === 0) this.#size += 1;
    this.#high[slot] = high;
    this.#low[slot] = low;
  }

  /** Slot of the name, or the empty one where it belongs. The names are hashes, so their bits spread by themselves. */
  #find(high: number, low: number): number {
    const mask = this.#capacity - 1;
    let slot = low & mask;
    for (;;) {
      const isEmpty = this.#high[slot] === 0 && this.#low[slot] === 0;
      if (isEmpty || (this.#high[slot] === high && this.#low[slot] === low)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const high = this.#high;
    const low = this.#low;
    this.#capacity *= 2;
    this.#high = new Uint32Array(this.#capacity);
    this.#low = new Uint32Array(this.#capacity);
    this.#size = 0;
    for (let slot = 0; slot < high.length; slot++) {
      if (high[slot] !== 0 || low[slot] !== 0) this.add(high[slot] as number, low[slot] as number);
    }
  }
}
