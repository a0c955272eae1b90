import { expect, test } from 'vitest';
import { Segment, baseOfFile, segmentFile, type Mark } from './segment.ts';

const START: Mark = { position: 1000, order: 500, offsets: Float64Array.of(200, 250, 50) };

function filled(records: number): { segment: Segment; placed: Mark[] } {
  const segment = new Segment(START);
  const placed: Mark[] = [];
  for (let n = 0; n < records; n++) {
    placed.push(segment.endMark);
    segment.add((n * n) % 3, 20 + (n % 7), n);
  }
  return { segment, placed };
}

test('a mark is never behind what is looked for, and at most 63 records before it', () => {
  const { segment, placed } = filled(1000);
  for (const [n, place] of placed.entries()) {
    const mark = segment.markBefore(500 + n);
    expect(mark).toEqual(placed[mark.order - 500]);
    expect(place.order - mark.order).toBeLessThan(64);
    expect(place.order - mark.order).toBeGreaterThanOrEqual(0);
    const partition = (n * n) % 3;
    const near = segment.markBeforeOffset(partition, place.offsets[partition]!);
    expect(near).toEqual(placed[near.order - 500]);
    expect(near.offsets[partition]).toBeLessThanOrEqual(place.offsets[partition]!);
    expect(place.order - near.order).toBeLessThan(64);
  }
});

test('an empty segment is its own mark', () => {
  const segment = new Segment(START);
  expect([segment.markBefore(500), segment.markBeforeOffset(2, 50), segment.endMark]).toEqual([START, START, START]);
});

test('a segment is the same after it was stored, under a byte a record', () => {
  const { segment } = filled(1000);
  const stored = segment.encode();
  expect(stored.length).toBeLessThan(1000);
  const again = Segment.decode(Buffer.concat([Buffer.alloc(3), stored]).subarray(3), 3);
  expect([again.base, again.length, again.records, again.lastAppendedAt, again.end]).toEqual([
    segment.base,
    segment.length,
    segment.records,
    segment.lastAppendedAt,
    segment.end,
  ]);
  for (const order of [500, 563, 564, 1400]) expect(again.markBefore(order)).toEqual(segment.markBefore(order));
  expect(again.endMark).toEqual(segment.endMark);
});

test('file names sort as the log goes and say where a file begins', () => {
  const names = [0, 67_108_864, 2 ** 45].map((base) => segmentFile('.', base));
  expect(names.toSorted()).toEqual(names);
  expect(names.map(baseOfFile)).toEqual([0, 67_108_864, 2 ** 45]);
  expect(baseOfFile('lock')).toBeUndefined();
});
