import { expect, test } from 'vitest';
import { RefusedIds } from './refused-ids.ts';

test('remembers for a while, up to a number, the newest last', () => {
  let now = 0;
  const reasons = new Map<number, string>();
  const refused = new RefusedIds(reasons, () => now, 100, 3);
  for (const id of [1, 2, 3, 1, 4]) refused.add(id, `reason ${id}`);
  expect([1, 2, 3, 4].map((id) => refused.has(id))).toEqual([true, false, true, true]);
  expect([...reasons.keys()].sort()).toEqual([1, 3, 4]);
  now = 100;
  expect(refused.has(1)).toBe(false);
  expect(reasons.has(1)).toBe(false);
});
