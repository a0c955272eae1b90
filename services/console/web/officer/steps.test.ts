import { expect, test } from 'vitest';
import type { QueuedCommand } from '../live/queue.ts';
import { stepsOf, withPending } from './steps.ts';

const none = { acked_at: null, en_route_at: null, on_site_at: null, met_at: null, outcome_at: null };
const tap = (step: string, change: Partial<QueuedCommand> = {}): QueuedCommand => ({
  command_id: `tap-${step}`,
  path: 'commands/response',
  case_id: 'c1',
  body: { action: step },
  client_at: 500,
  client_seq: 1,
  by_hand: true,
  label: `step.${step}`,
  step,
  state: 'stored',
  tries: 0,
  retry_at: 0,
  ...change,
});
const states = (steps: ReturnType<typeof stepsOf>): string => steps.map((step) => step.state).join(' ');

test('the first step is next on a new order, and each tap moves it on', () => {
  expect(states(stepsOf(none, 'c1', []))).toBe('next later later later later');
  expect(states(stepsOf({ ...none, acked_at: 1, en_route_at: 2 }, 'c1', []))).toBe('done done next later later');
});

test('a step that was passed over counts as done, without a time', () => {
  const steps = stepsOf({ ...none, acked_at: 1, on_site_at: 9 }, 'c1', []);
  expect(states(steps)).toBe('done done done next later');
  expect(steps[1]?.at).toBeNull();
});

test('a tap shows at once with the time of the device, marked until it is sent', () => {
  const queue = [tap('accept')];
  const view = withPending({ ...none }, 'c1', queue);
  expect(view.acked_at).toBe(500);
  expect(stepsOf(view, 'c1', queue)[0]).toEqual({ step: 'accept', state: 'done', at: 500, unsent: true });
  expect(stepsOf(view, 'c1', [tap('accept', { state: 'appended' })])[0]?.unsent).toBe(false);
});

test('the time of the server wins over the time of the device', () => {
  expect(withPending({ ...none, acked_at: 400 }, 'c1', [tap('accept')]).acked_at).toBe(400);
});

test('a step that is taken back is open again before the server has answered', () => {
  const undo = tap('en_route', { body: { action: 'undo', undo_of: 'x' } });
  const view = withPending({ ...none, acked_at: 1, en_route_at: 2 }, 'c1', [undo]);
  expect(states(stepsOf(view, 'c1', [undo]))).toBe('done next later later later');
});

test('commands of another case change nothing', () => {
  expect(withPending({ ...none }, 'c2', [tap('accept')])).toEqual(none);
});
