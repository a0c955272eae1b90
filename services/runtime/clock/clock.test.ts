import { expect, test } from 'vitest';
import { ManualClock, systemClock } from './clock.ts';

test('the system clock never goes backwards', () => {
  const times = [10, 20, 5, 15, 30];
  const clock = systemClock(() => times.shift() ?? 0);
  expect([clock.now(), clock.now(), clock.now(), clock.now(), clock.now()]).toEqual([10, 20, 20, 20, 30]);
});

test('a sleep of the system clock ends, or is aborted with the reason given', async () => {
  const clock = systemClock();
  const before = performance.now();
  await clock.sleep(5);
  expect(performance.now() - before).toBeGreaterThanOrEqual(4);
  await expect(clock.sleep(60_000, AbortSignal.abort(new Error('stopping')))).rejects.toThrow('stopping');
  const controller = new AbortController();
  const sleeping = clock.sleep(60_000, controller.signal);
  controller.abort(new Error('later'));
  await expect(sleeping).rejects.toThrow('later');
});

test('the manual clock wakes sleepers in the order of their times, at their times', async () => {
  const clock = new ManualClock(1000);
  const woken: Array<[string, number]> = [];
  const sleep = (name: string, ms: number): Promise<void> =>
    clock.sleep(ms).then(() => void woken.push([name, clock.now()]));
  const all = [sleep('late', 50), sleep('early', 10).then(() => sleep('again', 10))];
  await clock.advance(30);
  expect(woken).toEqual([
    ['early', 1010],
    ['again', 1020],
  ]);
  expect([clock.now(), clock.sleepers]).toEqual([1030, 1]);
  await clock.advance(30);
  await Promise.all(all);
  expect(woken[2]).toEqual(['late', 1050]);
  await expect(clock.set(0)).rejects.toThrow(RangeError);
});

test('an aborted sleep of the manual clock leaves nothing behind', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const sleeping = clock.sleep(10, controller.signal);
  controller.abort(new Error('stop'));
  await expect(sleeping).rejects.toThrow('stop');
  expect(clock.sleepers).toBe(0);
});
