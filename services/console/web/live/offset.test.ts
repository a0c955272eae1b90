import { expect, test } from 'vitest';
import { addReading, offsetOf, READINGS } from './offset.ts';

test('the reading that was least delayed counts', () => {
  let readings: number[] = [];
  expect(offsetOf(readings)).toBe(0);
  for (const delay of [900, 40, 300]) readings = addReading(readings, 10_000, 5_000 + delay);
  expect(offsetOf(readings)).toBe(4_960);
});

test('old readings are forgotten, so that a corrected clock is followed', () => {
  let readings = addReading([], 100_000, 0);
  for (let count = 0; count < READINGS; count += 1) readings = addReading(readings, 5_000, 5_000);
  expect(offsetOf(readings)).toBe(0);
});
