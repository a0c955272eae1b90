import type { Clock } from '../clock/clock.ts';

/** The store's clock between two answers of the store: one clock for all owners, and it never goes backwards. */
export class StoreTime {
  readonly #clock: Clock;
  #observed = 0;
  #observedAt = 0;
  #last = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  observe(now: number): void {
    this.#observed = now;
    this.#observedAt = this.#clock.now();
  }

  /** how far the machine's clock is behind the store's, as the newest answer showed; negative: ahead */
  get skewMs(): number {
    return this.#observedAt === 0 ? 0 : this.#observed - this.#observedAt;
  }

  now(): number {
    this.#last = Math.max(this.#last, this.#observed + (this.#clock.now() - this.#observedAt));
    return this.#last;
  }
}
