import { expect, test } from 'vitest';
import { defaultPolicy, demoPrecincts, demoRoster } from '../index.ts';
import { precinctFor } from './precinct.ts';
import { SUBJECT, time } from '../story/records.ts';
import { Story } from '../story/story.ts';

const RED = {
  rule: 'fake_police.self_move',
  rule_stage: 'money',
  level: 'RED',
  feeds: ['call', 'transaction'],
} as const;

function red(at = '5:00'): Story {
  const story = new Story();
  story.warn(at, 'red', RED);
  return story;
}

function steps(story: Story): string[] {
  return story.of('Order').map(({ officer, issued_at }) => `${(issued_at - time(0)) / 1000} ${officer}`);
}

test('RED: each step counts from the delivery of the one before', () => {
  const story = red();
  story.deliver('5:05', 'sent');
  story.deliver('5:20', 'delivered');
  story.advance('6:20');
  expect(steps(story)).toEqual([
    '300 officer-3107',
    expect.stringMatching(/^380 officer-31(12|15)$/),
    '380 leader-qinghe',
  ]);
  story.deliver('6:30', 'sent');
  story.advance('7:30');
  expect(steps(story).at(-1)).toBe('450 desk-county-yunhe');
  story.deliver('7:31', 'sent');
  story.advance('8:31');
  expect(steps(story).at(-1)).toBe('511 desk-city');
  expect(story.of('Escalation').map(({ reason, to_officer }) => `${reason} ${to_officer === null}`)).toEqual(
    Array.from({ length: 4 }, () => 'not_acknowledged false'),
  );
  expect(story.snapshot()).toMatchObject({ status: 'escalated', officer: 'desk-city', acked_at: null });
});

test('without any delivery it counts from the issue, and says so', () => {
  const story = red();
  story.deliver('5:00', 'not_connected');
  story.advance('8:00');
  expect(steps(story).map((step) => step.split(' ')[0])).toEqual(['300', '360', '360', '420', '480']);
  expect(new Set(story.of('Escalation').map(({ reason }) => reason))).toEqual(new Set(['not_delivered']));
});

test('a second report of the same delivery moves nothing', () => {
  const story = red();
  story.deliver('5:05', 'sent');
  story.deliver('5:50', 'sent');
  story.advance('6:05');
  expect(story.of('Order')).toHaveLength(3);
});

test('a server may not claim that a device has shown it', () => {
  const story = red();
  const order = story.of('Order')[0];
  if (order === undefined) throw new Error('no order');
  const { order_id, case_id, step, officer } = order;
  const delivery = {
    order_id,
    case_id,
    step,
    officer,
    subject: SUBJECT,
    delivery_id: '0'.repeat(32),
    channel: 'sse',
  } as const;
  const rest = {
    status: 'delivered',
    device: null,
    attempt: 1,
    error_code: null,
    at: time('5:30'),
    reported_by: 'server',
  } as const;
  story.push('Delivery', { ...delivery, ...rest }, time('5:30'));
  expect(story.snapshot().delivered_at).toBeNull();
});

test('only an acknowledgement stops it; a read push does not', () => {
  const story = red();
  story.deliver('5:05', 'delivered');
  story.deliver('5:10', 'read');
  story.advance('6:05');
  expect(story.of('Order')).toHaveLength(3);
  story.respond('6:10', 'accept', { order_id: story.of('Order')[0]?.order_id, by: 'officer-3107' });
  story.respond('6:20', 'en_route');
  story.advance('20:00');
  expect(story.of('Order')).toHaveLength(3);
  expect(story.snapshot()).toMatchObject({ officer: 'officer-3107', status: 'en_route' });
});

test('ORANGE: leader after five minutes, county after fifteen', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  story.decide('5:30', { decision: 'confirm' });
  story.deliver('5:30', 'sent');
  story.advance('10:30');
  story.deliver('10:30', 'sent');
  story.advance('20:30');
  expect(steps(story)).toEqual(['330 officer-3107', '630 leader-qinghe', '1230 desk-county-yunhe']);
});

test('the last desk is called again a few times, then the ladder ends', () => {
  const story = red();
  story.advance('60:00');
  expect(story.of('Order').filter(({ officer }) => officer === 'desk-city')).toHaveLength(6);
  expect(story.counts.get('ladder_exhausted')).toBe(1);
  const [, city] = story.of('Order').filter(({ officer }) => officer === 'desk-city');
  expect(story.answer(story.respond('61:00', 'accept'))).toBe('applied');
  expect(city?.order_id).not.toBe(story.snapshot().order_id);
});

test('declined: the next one is called at once', () => {
  const story = red();
  story.respond('5:20', 'decline', { reason: 'wrong_area' });
  expect(steps(story)).toEqual([
    '300 officer-3107',
    expect.stringMatching(/^320 officer-31(12|15)$/),
    '320 leader-qinghe',
  ]);
  expect(story.of('Escalation').map(({ reason }) => reason)).toEqual(['declined', 'declined']);
  expect(
    story.answer(story.respond('5:30', 'accept', { order_id: story.of('Order')[0]?.order_id, by: 'officer-3107' })),
  ).toBe('wrong_state');
});

test('whoever was called may take it until somebody has, and the card says who that is', () => {
  const waiting = (story: Story): string[] => story.snapshot().waiting_orders.map(({ officer }) => officer);
  const story = red();
  expect(waiting(story)).toEqual(['officer-3107']);
  story.advance('6:00');
  const called = ['officer-3107', expect.stringMatching(/^officer-31(12|15)$/), 'leader-qinghe'];
  expect(waiting(story)).toEqual(called);
  const [first] = story.snapshot().waiting_orders;
  const late = story.respond('6:20', 'accept', { order_id: first?.order_id, by: 'officer-3107' });
  expect(story.answer(late)).toBe('applied');
  expect(waiting(story)).toEqual([]);
  // He does not move: who was called after him may take it, and so may those who stood by.
  story.advance('8:20');
  expect(waiting(story)).toEqual([...called.slice(1), 'desk-county-yunhe']);
  story.respond('8:30', 'en_route', { order_id: first?.order_id, by: 'officer-3107' });
  story.outcome('9:00', 'T1');
  expect(waiting(story)).toEqual([]);
  const declined = red();
  declined.respond('5:20', 'decline', { reason: 'busy' });
  expect(waiting(declined)).toEqual(called.slice(1));
});

test('acknowledged without movement: the next one is called; a later movement counts again', () => {
  const story = red();
  story.deliver('5:00', 'sent');
  story.respond('5:20', 'accept');
  story.advance('7:20');
  expect(story.of('Escalation')).toMatchObject([{ reason: 'no_movement' }, { reason: 'no_movement' }]);
  expect(story.snapshot()).toMatchObject({ status: 'acked', officer: 'officer-3107' });
  const second = story.of('Order')[1];
  story.respond('7:30', 'accept', { order_id: second?.order_id, by: second?.officer });
  expect(story.snapshot()).toMatchObject({ officer: second?.officer, acked_at: time('5:20') });
  story.respond('7:40', 'en_route', { order_id: story.of('Order')[0]?.order_id, by: 'officer-3107' });
  expect(story.snapshot()).toMatchObject({ officer: 'officer-3107', status: 'en_route' });
});

test('who accepts second stands by', () => {
  const story = red();
  story.advance('6:00');
  const [first, second] = story.of('Order');
  story.respond('6:10', 'accept', { order_id: first?.order_id, by: first?.officer });
  expect(story.answer(story.respond('6:12', 'accept', { order_id: second?.order_id, by: second?.officer }))).toBe(
    'wrong_state',
  );
});

test('nobody on duty: tried again each minute, and the case says it is approved', () => {
  const roster = { ...demoRoster(), precincts: {}, counties: {}, city: null };
  const story = new Story({ roster });
  story.warn('5:00', 'red', RED);
  expect(story.snapshot()).toMatchObject({ status: 'approved', order_id: null });
  story.advance('8:00');
  expect(story.of('Order')).toEqual([]);
  expect(story.counts.get('nobody_on_duty')).toBe(4);
  const none = new Story({ roster: null });
  none.warn('5:00', 'red', RED);
  expect(none.snapshot().status).toBe('approved');
});

test('an empty rung is written down and passed over', () => {
  const demo = demoRoster();
  const shifts = [{ from: '00:00', to: '00:00', officers: ['officer-3107'], reserve: [], leader: null }];
  const story = new Story({ roster: { ...demo, precincts: { qinghe: { shifts } } } });
  story.warn('5:00', 'red', RED);
  story.advance('6:00');
  expect(story.of('Escalation').map(({ to_officer, reason, step }) => [to_officer, reason, step])).toEqual([
    [null, 'off_duty', 2],
    [null, 'off_duty', 3],
    ['desk-county-yunhe', 'not_delivered', 4],
  ]);
});

test('hand-over: somebody of the other precinct must accept', () => {
  const story = red();
  story.respond('5:20', 'accept');
  const order_id = story.snapshot().order_id as string;
  const to = (to_precinct: string, by = 'officer-3107') =>
    story.answer(story.command('HandOver', '6:00', { order_id, to_precinct, reason: 'person_elsewhere', by }));
  expect(to('nowhere')).toBe('unknown_precinct');
  expect(to('qinghe')).toBe('value_out_of_range');
  expect(to('linhu', 'officer-3112')).toBe('not_your_order');
  expect(to('linhu')).toBe('applied');
  expect(story.snapshot()).toMatchObject({ status: 'handed_over', precinct: 'linhu', officer: 'officer-3207' });
  expect(to('shitang')).toBe('wrong_state');
  story.deliver('6:01', 'sent');
  story.advance('7:01');
  expect(story.of('Order').at(-1)?.officer).toBe('leader-linhu');
  story.respond('7:05', 'accept');
  expect(story.snapshot()).toMatchObject({ status: 'acked', officer: 'leader-linhu' });
});

test('an outcome that is late is told to the leader once, and nobody else is sent', () => {
  const story = red();
  story.respond('5:20', 'accept');
  story.respond('5:30', 'en_route');
  story.respond('9:00', 'with_person');
  expect(story.snapshot().outcome_due_at).toBe(time('39:00'));
  story.advance('60:00');
  expect(story.of('Escalation')).toMatchObject([{ reason: 'outcome_late', to_officer: 'leader-qinghe' }]);
  expect(story.snapshot()).toMatchObject({ status: 'contacted', officer: 'officer-3107' });
  story.advance('120:00');
  expect(story.of('Escalation')).toHaveLength(1);
});

test('a Due is only a nudge: early, late and repeated ones change nothing', () => {
  const story = red();
  const [[key, at] = ['', 0]] = story.timers;
  story.due(key, at, time('5:30'));
  expect(story.of('Order')).toHaveLength(1);
  story.respond('5:40', 'accept');
  story.respond('5:45', 'en_route');
  const written = story.written.length;
  story.due(key, at, time('6:00') - 1);
  story.due(key, at, time('6:00') - 1);
  expect(story.written).toHaveLength(written);
  expect(story.counts.get('dues_idle')).toBe(3);
});

test('one deadline is set per person', () => {
  const story = red();
  expect(story.timers.size).toBe(1);
  story.respond('5:20', 'accept');
  expect([...story.timers.values()]).toEqual([time('6:00')]);
});

test('RED goes where the person was last seen, lower levels to the home', () => {
  const documents = { policy: defaultPolicy(), precincts: demoPrecincts() };
  const home = { kind: 'home', adcode: '990101', station_code: 'qinghe', at: null, certainty: 0.9 } as const;
  const cell = { kind: 'last_cell', adcode: '99010206', station_code: null, at: time(-600), certainty: 0.7 } as const;
  const branch = { kind: 'branch', adcode: null, station_code: 'shitang', at: time(-60), certainty: 0.9 } as const;
  expect(precinctFor([cell, home], 'RED', time(0), documents)).toBe('linhu');
  expect(precinctFor([cell, home], 'ORANGE', time(0), documents)).toBe('qinghe');
  expect(precinctFor([branch, cell, home], 'ORANGE', time(0), documents)).toBe('shitang');
  expect(precinctFor([{ ...cell, at: time(-10_000) }, home], 'RED', time(0), documents)).toBe('qinghe');
  expect(precinctFor([], 'RED', time(0), documents)).toBe('qinghe');
  expect(precinctFor([{ ...home, station_code: null, adcode: '120000' }], 'RED', time(0), documents)).toBe('qinghe');
});

test('orders of one case share a number that people can say', () => {
  const story = red();
  story.advance('8:00');
  const numbers = new Set(story.of('Order').map(({ order_no }) => order_no));
  expect(numbers.size).toBe(1);
  expect([...numbers][0]).toBeGreaterThanOrEqual(1000);
  expect([...numbers][0]).toBeLessThanOrEqual(9999);
});
