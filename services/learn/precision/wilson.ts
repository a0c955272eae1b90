export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** two-sided 95 % */
const Z = 1.959963984540054;

/**
 * Wilson's interval of a share: it stays inside 0 and 1 and is honest for few cases, where the textbook one is not. null
 * without any case.
 */
export function wilson(successes: number, total: number): Interval | null {
  if (!(total > 0) || successes < 0 || successes > total) return null;
  const share = successes / total;
  const z2 = Z * Z;
  const centre = share + z2 / (2 * total);
  const spread = Z * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total));
  const scale = 1 + z2 / total;
  // Exactly 0 and 1 at the ends, where rounding would leave a trace.
  const low = successes === 0 ? 0 : (centre - spread) / scale;
  const high = successes === total ? 1 : (centre + spread) / scale;
  return { low, high };
}
