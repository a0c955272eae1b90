/** Something that was asked from outside, and when its effect could be seen. Times in ms of one clock. */
export interface Arrival {
  readonly sentAt: number;
  /** undefined: never */
  readonly seenAt: number | undefined;
}

export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What was sent shortly before a disturbance may be held up by it too. */
const BEFORE_MS = 5_000;

/**
 * How long a disturbance was felt: from its beginning until the last arrival that it made late. 0: nobody noticed. `until` is
 * where the next disturbance begins.
 */
export function recoveryMs(arrivals: readonly Arrival[], disturbedAt: number, until: number, lateMs: number): number {
  let recovered = 0;
  for (const { sentAt, seenAt } of arrivals) {
    if (sentAt < disturbedAt - BEFORE_MS || sentAt >= until) continue;
    const seen = seenAt ?? Number.POSITIVE_INFINITY;
    if (seen - sentAt > lateMs && seen > disturbedAt) recovered = Math.max(recovered, seen - disturbedAt);
  }
  return recovered;
}

/** Nearest rank: with a handful of values p99 is the largest. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
