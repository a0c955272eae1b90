import { createHash } from 'node:crypto';

/** Next offset per partition of the `case` log: where a client has come to. */
export type Vector = readonly number[];

/** Short name of a log, so that an id from another log (a restored folder) is known as foreign. */
export function logMark(logId: string): string {
  return createHash('sha256').update(logId).digest('hex').slice(0, 8);
}

/** `<mark>.<offset>-<offset>...` in base 36: 8 partitions take about 40 characters. */
export function formatVector(mark: string, vector: Vector): string {
  return `${mark}.${vector.map((offset) => offset.toString(36)).join('-')}`;
}

const FORM = /^[0-9a-f]{8}\.([0-9a-z]{1,11}(?:-[0-9a-z]{1,11})*)$/;

/** undefined for what is no vector of this log. */
export function parseVector(text: string, mark: string, partitions: number): number[] | undefined {
  const found = FORM.exec(text);
  if (found === null || !text.startsWith(mark)) return undefined;
  const vector = (found[1] as string).split('-').map((part) => Number.parseInt(part, 36));
  return vector.length === partitions && vector.every(Number.isSafeInteger) ? vector : undefined;
}

/** true when everything before `other` is before `vector` too. */
export function covers(vector: Vector, other: Vector): boolean {
  return other.every((offset, partition) => (vector[partition] ?? 0) >= offset);
}

export function furthest(a: Vector, b: Vector): number[] {
  return a.map((offset, partition) => Math.max(offset, b[partition] ?? 0));
}
