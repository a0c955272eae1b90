/**
 * How far the server's clock is ahead of this one. A message is only ever late, never early, so of several
 * readings the largest is the nearest to the truth.
 */
export const READINGS = 8;

export function addReading(readings: readonly number[], server_now: number, own_now: number): number[] {
  return [...readings, server_now - own_now].slice(-READINGS);
}

export function offsetOf(readings: readonly number[]): number {
  return readings.length === 0 ? 0 : Math.max(...readings);
}
