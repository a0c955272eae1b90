import { expect, test } from 'vitest';
import { PartitionTimers, timerKeys, type TimerRange } from './timers.ts';

/** a small deterministic source of numbers */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % below;
  };
}

class Kept {
  readonly stored = new Map<string, Uint8Array>();
  written = 0;

  take(timers: PartitionTimers): void {
    for (const [key, bytes] of timers.takeChanges()) {
      if (bytes === null) this.stored.delete(key);
      else {
        this.stored.set(key, bytes);
        this.written += bytes.length;
      }
    }
  }

  open(range: TimerRange): PartitionTimers {
    return new PartitionTimers(
      range,
      timerKeys(range).map((key) => this.stored.get(key)),
    );
  }
}

test('deadlines come by (deadline, key), stay until they are cleared, and the limit holds', () => {
  const timers = new PartitionTimers();
  timers.set('people', 'b', 20);
  timers.set('people', 'a', 20);
  timers.set('people', 'c', 10);
  timers.set('other', 'z', 1);
  expect(timers.due('people', 20, 10).map(({ key }) => key)).toEqual(['c', 'a', 'b']);
  expect(timers.due('people', 20, 2).map(({ key }) => key)).toEqual(['c', 'a']);
  expect(timers.next('people')).toBe(10);
  timers.set('people', 'c', undefined);
  timers.set('people', 'a', 30);
  expect(timers.due('people', 25, 10)).toEqual([expect.objectContaining({ key: 'b', at: 20 })]);
  expect(timers.scopes()).toEqual(['other', 'people']);
  expect(timers.next('nobody')).toBeUndefined();
});

test('a new owner has the same deadlines, and the layout does not depend on when commits were', () => {
  const draw = numbers(7);
  const seldom = new PartitionTimers();
  let often = new PartitionTimers();
  const keptSeldom = new Kept();
  const keptOften = new Kept();
  const truth = new Map<string, number>();
  for (let step = 0; step < 20_000; step++) {
    const key = `k${draw(300)}`;
    const at = draw(4) === 0 ? undefined : draw(1_000);
    if (at === undefined) truth.delete(key);
    else truth.set(key, at);
    for (const timers of [seldom, often]) timers.set('s', key, at);
    if (step % 97 !== 0) continue;
    keptOften.take(often);
    often = keptOften.open(often.range);
  }
  keptSeldom.take(seldom);
  keptOften.take(often);
  expect([...keptOften.stored].sort()).toEqual([...keptSeldom.stored].sort());
  const want = [...truth].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([key]) => key);
  expect(often.due('s', 1_000, 1_000).map(({ key }) => key)).toEqual(want);
  expect(timerKeys(often.range).length).toBe(keptOften.stored.size);
});

test('what is stored stays in proportion to the deadlines there are, and so does what a commit writes', () => {
  const timers = new PartitionTimers();
  const kept = new Kept();
  for (let key = 0; key < 5_000; key++) timers.set('s', `still ${key}`, 1_000_000 + key);
  kept.take(timers);
  kept.written = 0;
  const commits = 2_000;
  for (let commit = 0; commit < commits; commit++) {
    for (let change = 0; change < 5; change++) timers.set('s', `busy ${change}`, commit);
    kept.take(timers);
  }
  const bytes = [...kept.stored.values()].reduce((sum, { length }) => sum + length, 0);
  expect(bytes).toBeLessThan(3 * 5_000 * 40);
  expect(kept.written / commits).toBeLessThan(16_384);
});
