/** Time as a port: the run loop takes it from here, stages never see it. */
export interface Clock {
  /** epoch milliseconds, never smaller than an answer given before */
  now(): number;
  /** @throws the signal's reason when it is aborted before the time is over */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. When it is set back, time stands still here until it has caught up. */
export function systemClock(read: () => number = Date.now): Clock {
  let last = 0;
  return {
    now() {
      last = Math.max(last, read());
      return last;
    },
    sleep: (durationMs, signal) =>
      sleepUntil(signal, (wake) => {
        const timer = setTimeout(wake, durationMs);
        return () => clearTimeout(timer);
      }),
  };
}

function sleepUntil(signal: AbortSignal | undefined, start: (wake: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = start(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that a test moves by hand. */
export class ManualClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(startMs = 0) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
    return sleepUntil(signal, (wake) => {
      const sleeper = { at: this.#now + durationMs, wake };
      this.#sleepers.push(sleeper);
      return () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      };
    });
  }

  /** how many sleeps are under way */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  /** Moves on to `now + durationMs`, waking who sleeps in the order of their times; what a woken one starts to sleep counts too. */
  async advance(durationMs: number): Promise<void> {
    await this.set(this.#now + durationMs);
  }

  async set(epochMs: number): Promise<void> {
    if (epochMs < this.#now) throw new RangeError('time does not go backwards');
    for (;;) {
      const next = this.#sleepers.filter((sleeper) => sleeper.at <= epochMs).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      // Whoever was woken runs before the next one: that is what a real clock would give.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = epochMs;
  }
}
