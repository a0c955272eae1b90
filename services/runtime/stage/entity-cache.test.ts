import { expect, test } from 'vitest';
import { EntityCache, type CachedEntity } from './entity-cache.ts';

test('changed entities stay whatever the bound, clean ones go, the recently used last', () => {
  const cache = new EntityCache<{ n: number }>(3);
  for (let key = 0; key < 6; key++) cache.loaded(`k${key}`, { n: key });
  cache.change(cache.find('k0') as CachedEntity<{ n: number }>);
  cache.sweep();
  expect(cache.size).toBe(3);
  expect(cache.has('k0')).toBe(true);
  cache.loaded('k9', { n: 9 });
  const kept = cache.find('k9') as CachedEntity<{ n: number }>;
  cache.sweep();
  expect(cache.size).toBe(3);
  expect(cache.find('k9')).toBe(kept);
});

test('a change is handed over once, and the entity may go after that', () => {
  const cache = new EntityCache<{ n: number }>(0);
  cache.loaded('a', { n: 1 });
  const slot = cache.find('a') as CachedEntity<{ n: number }>;
  cache.change(slot);
  cache.change(slot);
  expect(cache.dirtyCount).toBe(1);
  expect(cache.takeDirty()).toEqual([slot]);
  expect(cache.takeDirty()).toEqual([]);
  cache.sweep();
  expect(cache.size).toBe(0);
});

test('an injected eviction decides', () => {
  const cache = new EntityCache<number>(1, { evicts: ({ key }) => key !== 'stays' });
  for (const key of ['stays', 'goes', 'goes too']) cache.loaded(key, 1);
  cache.sweep();
  expect([cache.has('stays'), cache.size]).toEqual([true, 1]);
});
