import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { seedOf } from './key-filter.ts';
import { State } from './state.ts';

test('opened again it knows what it holds, and denies the rest once all keys were seen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-state-'));
  const slots = ['profile/a/0', 'profile/a/01', 'detect/b/0'];
  const keys = Array.from({ length: 1_500 }, (_, i) => `t1_${i}`);
  try {
    const first = await State.open(folder, false);
    const entities = new Map(slots.map((slot) => [slot, new Map(keys.map((key) => [key, Uint8Array.of(1)]))] as const));
    await first.write({ records: [], heads: new Map(), entities });
    await first.close();

    const state = await State.open(folder, false);
    const unknown = seedOf('detect/b/1');
    // Before the end of the scan it may deny nothing; afterwards a stranger.
    await vi.waitFor(() => expect(state.neverHeld(unknown, 't1_0')).toBe(true));
    for (const slot of slots) for (const key of keys) expect(state.neverHeld(seedOf(slot), key)).toBe(false);
    expect((await state.entities('profile/a/01', ['t1_1499', 't1_1500'])).map((bytes) => bytes?.length)).toEqual([
      1,
      undefined,
    ]);
    state.willHold(unknown, 't1_0');
    expect(state.neverHeld(unknown, 't1_0')).toBe(false);
    await state.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
