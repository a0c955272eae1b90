import { expect, test } from 'vitest';
import { ToldTimes } from './told-times.ts';

test('a slot never hears of an earlier time; slots on other servers have clocks of their own', () => {
  const times = new ToldTimes();
  expect([100, 105, 90, 104, 106].map((now) => times.tell('one', now))).toEqual([100, 105, 105, 105, 106]);
  expect(times.tell('other', 50)).toBe(50);
});
