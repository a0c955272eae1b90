/** A hostile sender could make up a name per event; nobody reads more than these. */
const MAX_NAMES = 64;
const MAX_NAME_LENGTH = 64;
const REST = '(others)';

/** Counts the fields that the door does not know, by name: a sender who misspells one sees it in the answer. */
export class IgnoredFields {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const short = name.length > MAX_NAME_LENGTH ? `${name.slice(0, MAX_NAME_LENGTH)}...` : name;
    const known = this.#counts.has(short) || this.#counts.size < MAX_NAMES;
    const key = known ? short : REST;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  get total(): number {
    let total = 0;
    for (const count of this.#counts.values()) total += count;
    return total;
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
