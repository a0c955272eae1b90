import { expect, test } from 'vitest';
import { covers, formatVector, logMark, parseVector } from './vector.ts';

test('a vector is short, and read back only for its own log', () => {
  const mark = logMark('log-1');
  const vector = [0, 35, 36, 123_456_789, 0, 1, 2, 3];
  const id = formatVector(mark, vector);
  expect(id).toBe(`${mark}.0-z-10-21i3v9-0-1-2-3`);
  expect(parseVector(id, mark, 8)).toEqual(vector);
  expect(parseVector(id, logMark('log-2'), 8)).toBeUndefined();
  expect(parseVector(id, mark, 4)).toBeUndefined();
  for (const wrong of [
    '',
    mark,
    `${mark}.`,
    `${mark}.1-`,
    `${mark}.1-x-!`,
    `${mark}.${'z'.repeat(400)}`,
    '\n',
    `${id} `,
  ]) {
    expect(parseVector(wrong, mark, 8), wrong).toBeUndefined();
  }
});

test('one place covers another when no partition is behind', () => {
  expect(covers([3, 3], [3, 2])).toBe(true);
  expect(covers([3, 3], [4, 0])).toBe(false);
});
