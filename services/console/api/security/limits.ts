import { Lru } from '../../live/lru.ts';

/** Tokens a second, and how many may be saved up. A phone that was offline sends its queue at once. */
export const LIMITS = {
  read: { perSecond: 30, burst: 200 },
  command: { perSecond: 10, burst: 100 },
  /** clear text: nobody calls on thirty people a minute */
  open: { perSecond: 0.5, burst: 20 },
  session: { perSecond: 5, burst: 50 },
  live: { perSecond: 20, burst: 1_000 },
} as const;
export type LimitName = keyof typeof LIMITS;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

const KEPT = 10_000;

/** Token buckets per user and kind of request; who is not signed in counts by address. */
export class Limiter {
  readonly #now: () => number;
  readonly #buckets = new Lru<string, Bucket>(KEPT);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** 0, or the seconds to wait */
  take(limit: LimitName, who: string): number {
    const { perSecond, burst } = LIMITS[limit];
    const now = this.#now();
    const key = `${limit} ${who}`;
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond);
    if (tokens < 1) {
      this.#buckets.set(key, { tokens, at: now });
      return Math.max(1, Math.ceil((1 - tokens) / perSecond));
    }
    this.#buckets.set(key, { tokens: tokens - 1, at: now });
    return 0;
  }
}
