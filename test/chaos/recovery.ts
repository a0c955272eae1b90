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

export interface Recovery {
  /** 0: nobody noticed */
  readonly ms: number;
  /** arrivals that were late by themselves, long after everything had come in time again: the machine's doing, and counted */
  readonly strays: number;
}

/** What was sent shortly before a disturbance may be held up by it too. */
const BEFORE_MS = 5_000;
/** Over is over when what is sent for so long comes in time. */
const CALM_MS = 5_000;

/**
 * How long a disturbance was felt: from its beginning until the last arrival that it made late. `until` is where the next
 * disturbance begins.
 */
export function recoveryOf(arrivals: readonly Arrival[], disturbedAt: number, until: number, lateMs: number): Recovery {
  const late = arrivals
    .map(({ sentAt, seenAt = Number.POSITIVE_INFINITY }) => ({ sentAt, seenAt }))
    .filter(({ sentAt, seenAt }) => seenAt - sentAt > lateMs && seenAt > disturbedAt)
    .filter(({ sentAt }) => sentAt >= disturbedAt - BEFORE_MS && sentAt < until)
    .sort((a, b) => a.sentAt - b.sentAt);
  let ms = 0;
  let strays = 0;
  for (const { sentAt, seenAt } of late) {
    // What never came is no stray, whenever it was sent.
    if (Number.isFinite(seenAt) && sentAt > disturbedAt + ms + CALM_MS) strays++;
    else ms = Math.max(ms, seenAt - disturbedAt);
  }
  return { ms, strays };
}

/** Nearest rank: with a handful of values p99 is the largest. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
