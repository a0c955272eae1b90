import { expect, test } from 'vitest';
import { closeSilent, hear, smallestOpen, type Doors } from './doors.ts';

test('the smallest of the open doors counts, and a door never goes back', () => {
  const doors: Doors = {};
  expect(smallestOpen(doors)).toBeUndefined();
  expect(hear(doors, 'a', 5000)).toBe(true);
  expect(hear(doors, 'b', 3000)).toBe(true);
  expect(smallestOpen(doors)).toBe(3000);
  expect(hear(doors, 'b', 3000)).toBe(false);
  expect(hear(doors, 'a', 1000)).toBe(false);
  expect(doors).toEqual({ a: 5000, b: 3000 });
});

test('a door silent for ten seconds of the others’ time is closed', () => {
  const doors: Doors = { a: 10_000, b: 1000 };
  expect(closeSilent(doors)).toBe(0);
  hear(doors, 'a', 11_001);
  expect(closeSilent(doors)).toBe(1);
  expect(smallestOpen(doors)).toBe(11_001);
});
