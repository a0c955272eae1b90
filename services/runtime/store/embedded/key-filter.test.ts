import { expect, test } from 'vitest';
import { KeyFilter, seedOf } from './key-filter.ts';

test('what was added is never denied, what was not is hardly ever affirmed', () => {
  const filter = new KeyFilter();
  const [one, other] = [seedOf('profile/a/0'), seedOf('profile/a/1')];
  for (let i = 0; i < 50_000; i++) filter.add(one, `t1_${i}`);
  for (let i = 0; i < 50_000; i++) filter.add(one, `t1_${i}`);
  expect(filter.size).toBeGreaterThan(49_990);
  let wrong = 0;
  for (let i = 0; i < 50_000; i++) {
    expect(filter.mayHold(one, `t1_${i}`)).toBe(true);
    if (filter.mayHold(other, `t1_${i}`)) wrong++;
    if (filter.mayHold(one, `t2_${i}`)) wrong++;
  }
  expect(wrong).toBeLessThan(20);
});

test('the empty key and wide letters are keys', () => {
  const filter = new KeyFilter();
  const seed = seedOf('');
  for (const key of ['', '\0', '境外']) {
    expect(filter.mayHold(seed, key)).toBe(false);
    filter.add(seed, key);
    expect(filter.mayHold(seed, key)).toBe(true);
  }
});
