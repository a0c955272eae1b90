const SECOND_MS = 1000;

/** Lets through `perSecond` on average and `burst` at once. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
    this.#at = now;
  }

  /** 0 when taken, else the seconds after which it may be tried again. A body larger than the burst waits for a full bucket. */
  take(count: number, now: number): number {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / SECOND_MS) * this.#perSecond);
    this.#at = now;
    const needed = Math.min(count, this.#burst);
    if (this.#left >= needed) {
      this.#left -= needed;
      return 0;
    }
    return Math.max(1, Math.ceil((needed - this.#left) / this.#perSecond));
  }
}
