import { expect, test } from 'vitest';
import {
  add,
  appended,
  failed,
  hurried,
  nextToSend,
  reloaded,
  settled,
  unsent,
  untouched,
  type QueuedCommand,
} from './queue.ts';

const command = (id: string, change: Partial<QueuedCommand> = {}): QueuedCommand => ({
  command_id: id,
  path: 'commands/response',
  case_id: 'case-1',
  body: {},
  client_at: 1,
  client_seq: 1,
  by_hand: true,
  label: 'step.accept',
  step: 'accept',
  state: 'stored',
  tries: 0,
  retry_at: 0,
  ...change,
});

test('commands go in the order they were tapped', () => {
  const queue = add(add([], command('a')), command('b'));
  expect(nextToSend(queue, 0)).toEqual({ send: queue[0] });
  expect(nextToSend(appended(queue, 'a'), 0)).toEqual({ send: queue[1] });
});

test('nothing overtakes a command that waits for its retry, each wait is longer than the last', () => {
  let queue = failed(add(add([], command('a')), command('b')), 'a', 100);
  expect(nextToSend(queue, 500)).toEqual({ wait_until: 1_100 });
  queue = failed(queue, 'a', 1_100);
  expect(nextToSend(queue, 1_100)).toEqual({ wait_until: 3_100 });
  for (let count = 0; count < 9; count += 1) queue = failed(queue, 'a', 0);
  expect(nextToSend(queue, 0)).toEqual({ wait_until: 15_000 });
  expect(nextToSend(hurried(queue), 0)).toMatchObject({ send: { command_id: 'a' } });
});

test('a report of the device never holds up a person, and goes out while his command waits', () => {
  const queue = add(add([], command('r', { by_hand: false })), command('a'));
  expect(nextToSend(queue, 0)).toMatchObject({ send: { command_id: 'a' } });
  expect(nextToSend(failed(queue, 'a', 0), 10)).toMatchObject({ send: { command_id: 'r' } });
  expect(appended(queue, 'r').map((entry) => entry.command_id)).toEqual(['a']);
});

test('a repeat of an id is the same command', () => {
  expect(add(add([], command('a')), command('a', { client_seq: 9 }))).toHaveLength(1);
});

test('appended is not applied: it stays until the stream settles it', () => {
  const queue = appended(add([], command('a')), 'a');
  expect(queue).toMatchObject([{ state: 'appended' }]);
  expect(unsent(queue)).toEqual([]);
  expect(nextToSend(queue, 0)).toBeNull();
  expect(reloaded(queue)).toEqual([]);
  expect(settled(queue, 'a')).toEqual([]);
});

test('only a tap that never left can vanish', () => {
  const queue = add([], command('a'));
  expect(untouched(queue, 'a')).toBe(true);
  expect(untouched(failed(queue, 'a', 0), 'a')).toBe(false);
  expect(untouched(appended(queue, 'a'), 'a')).toBe(false);
});
