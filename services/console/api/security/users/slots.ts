/**
 * Node's four threads for slow work also write the logs to disk. Two hashes at a time leave half of them free, so that
 * somebody who tries passwords does not hold up a warning.
 */
const AT_ONCE = 2;
const WAITING = 32;

/** More is waiting than can be done soon. */
export class SlotsFull extends Error {
  override readonly name = 'SlotsFull';
}

/** Runs a few at once and lets a few more wait. */
export class Slots {
  #running = 0;
  readonly #waiting: Array<() => void> = [];

  /** @throws SlotsFull */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING) throw new SlotsFull();
      // Whoever ends hands his place over, so nobody who comes in between takes it.
      await new Promise<void>((start) => this.#waiting.push(start));
    } else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
