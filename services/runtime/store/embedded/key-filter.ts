const FIRST_PLACES = 1 << 12;
/** of the places, taken before the table doubles */
const MOST_TAKEN = 0.6;

/**
 * Tells of a key that it was never added. It keeps a 32-bit hash a key (about 10 bytes of memory each), so "perhaps" is wrong
 * for one absent key in 400 when there are ten million, and "never" is never wrong.
 */
export class KeyFilter {
  /** open addressing; 0 = free */
  #places = new Uint32Array(FIRST_PLACES);
  #taken = 0;

  get size(): number {
    return this.#taken;
  }

  /** `seed` tells keys of different slots apart: {@link seedOf} */
  add(seed: number, key: string): void {
    if (!insert(this.#places, hashOf(seed, key))) return;
    this.#taken++;
    if (this.#taken > this.#places.length * MOST_TAKEN) this.#grow();
  }

  mayHold(seed: number, key: string): boolean {
    const hash = hashOf(seed, key);
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const found = places[at];
      if (found === hash) return true;
      if (found === 0) return false;
    }
  }

  #grow(): void {
    const larger = new Uint32Array(this.#places.length * 2);
    for (const hash of this.#places) if (hash !== 0) insert(larger, hash);
    this.#places = larger;
  }
}

export function seedOf(slot: string): number {
  return hashOf(0, slot);
}

/** false: it was there */
function insert(places: Uint32Array, hash: number): boolean {
  const mask = places.length - 1;
  let at = hash & mask;
  while (places[at] !== 0) {
    if (places[at] === hash) return false;
    at = (at + 1) & mask;
  }
  places[at] = hash;
  return true;
}

/** FNV-1a over the UTF-16 units, then murmur's last step, because the table looks at the low bits. Never 0. */
function hashOf(seed: number, key: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return hash >>> 0 || 1;
}
