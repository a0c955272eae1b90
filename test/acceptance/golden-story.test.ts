import { DEMO_PEOPLE } from '@yujing/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR, Installation, START, type Summary } from './installation.ts';

/** The golden story of the domain notes (D9) and its variants: from HTTP events over the API and the live stream. */
const town = new Installation();

beforeAll(() => town.open(), 60_000);
afterAll(() => town.close());

test('the golden story: from the call of 0:00 to the label of 14:00', async () => {
  const { officer, analyst } = town;
  const clock = town.tell('fake_police');
  const begin = analyst.live.length;
  await clock.to('2:59');
  expect(await town.queue()).toEqual([]);
  await clock.to('4:59');
  expect((await town.queue()).filter(({ level }) => level !== 'BLUE')).toEqual([]);
  await clock.to('5:00');
  const [orange] = await town.queue();
  expect(orange).toMatchObject({ level: 'ORANGE', review_state: 'waiting' });
  expect(town.orders(begin)).toEqual([]);
  expect(await town.cards()).toEqual([]);

  await clock.to('6:10');
  const order = await officer.seen(({ kind, officer: to }) => kind === 'order' && to === 'officer-3107');
  expect(order).toMatchObject({ level: 'RED', scam_type: 'fake_police', issued_at: clock.at('6:10') });
  const case_id = order.case_id as string;
  const order_id = order.order_id as string;
  expect(case_id).toBe(orange?.case_id);
  expect(await town.cards()).toMatchObject([{ case_id, level: 'RED', money_at_risk_minor: 49_000_000 }]);

  const say = async (time: string, action: string): Promise<void> => {
    await clock.to(time);
    expect(await town.command(officer, 'response', { case_id, order_id, action })).toMatchObject({ kind: 'applied' });
  };
  await clock.to('6:20');
  const reported = await officer.json('POST', '/api/deliveries', {
    order_id,
    status: 'delivered',
    device: 'test-phone',
  });
  expect(reported.status).toBe(200);
  await say('6:40', 'accept');
  await say('6:55', 'en_route');
  await clock.to('7:30');
  await officer.seen((event) => event.kind === 'case' && (event.case as Summary).money_state === 'held');
  expect(await town.cards()).toMatchObject([{ money_moving_minor: 48_000_000, money_state: 'held', level: 'RED' }]);
  expect(new Set(town.orders(begin).map(({ order_id: id }) => id)).size).toBe(1);
  await say('9:50', 'on_site');
  await say('10:20', 'with_person');
  await clock.to('14:00');
  const money = { money_stopped_minor: 48_000_000, currency: 'CNY' };
  const found = { believed: 'yes', scam_type_actual: 'fake_police', modes_actual: ['number_forged', 'screen_share'] };
  const outcome = { case_id, order_id, outcome_code: 'T1', ...money, ...found };
  expect(await town.command(officer, 'outcome', outcome)).toMatchObject({ kind: 'applied' });
  await analyst.seen(({ kind, case_id: id, label }) => kind === 'label' && id === case_id && label === 'label_true');

  const closed = await town.view(case_id);
  expect(closed).toMatchObject({
    call_answered_at: clock.at('0:00'),
    call_ended_at: clock.at('10:40'),
    first_warning_at: clock.at('5:00'),
    red_at: clock.at('6:10'),
    delivered_at: clock.at('6:20'),
    acked_at: clock.at('6:40'),
    en_route_at: clock.at('6:55'),
    on_site_at: clock.at('9:50'),
    contacted_at: clock.at('10:20'),
    outcome_at: clock.at('14:00'),
    outcome_code: 'T1',
  });
  const due = closed.follow_ups.map(({ due_at }) => due_at - clock.at('14:00'));
  expect(due).toEqual(expect.arrayContaining([24 * HOUR, 72 * HOUR]));

  const board = await town.board(START - HOUR, START + HOUR);
  const clocks = Object.fromEntries(board.clocks.map(({ from, p50_ms }) => [from, p50_ms]));
  expect(clocks).toEqual({ red: 250_000, first: 320_000, call: 620_000 });
  expect(Object.fromEntries(board.funnel.map(({ step, count }) => [step, count]))).toEqual({
    warned: 1,
    reviewed: 1,
    dispatched: 1,
    acknowledged: 1,
    contacted: 1,
    met: 1,
    saved: 1,
  });
  expect(board.saved_minor).toBe(48_000_000);
  const rule = board.precision.find(({ label_true }) => label_true > 0);
  expect(rule).toMatchObject({ label_true: 1, label_false: 0 });
  expect(rule?.low).toBeGreaterThan(0);
}, 60_000);

test('a real police call without a sign of money is no RED', async () => {
  const begin = town.analyst.live.length;
  await town.tell('real_police_call', { who: DEMO_PEOPLE[1] }).to('20:00');
  expect((await town.queue()).filter(({ level }) => level === 'RED')).toEqual([]);
  expect(town.orders(begin, ({ level }) => level === 'RED')).toEqual([]);
}, 30_000);

test('the call that ends at 4:50 is no ORANGE', async () => {
  const before = (await town.queue()).length;
  await town.tell('call_ends_early', { who: DEMO_PEOPLE[2] }).to('20:00');
  expect((await town.queue()).filter(({ level }) => level !== 'BLUE')).toHaveLength(before);
}, 30_000);

test('an end of call that is told four minutes late takes the ORANGE back', async () => {
  const clock = town.tell('late_ended', { who: DEMO_PEOPLE[2] });
  await clock.to('5:00');
  const orange = (await town.queue()).find(({ level }) => level === 'ORANGE');
  expect(orange).toBeDefined();
  await clock.to('8:51');
  expect((await town.view(orange!.case_id)).level).not.toBe('ORANGE');
  expect((await town.queue()).find(({ case_id }) => case_id === orange!.case_id)?.level ?? 'none').not.toBe('ORANGE');
}, 30_000);

test('duplicate feeds make one card', async () => {
  const { officer, analyst } = town;
  const begin = analyst.live.length;
  await town.tell('duplicate_feeds').to('8:00');
  const orders = town.orders(begin, ({ officer: to }) => to === 'officer-3107');
  expect(new Set(orders.map(({ case_id }) => case_id)).size).toBe(1);
  const { case_id, order_id } = orders[0]!;
  expect((await town.view(case_id)).money_at_risk_minor).toBe(49_000_000);
  await town.command(officer, 'response', { case_id, order_id, action: 'accept' });
  await town.command(officer, 'outcome', { case_id, order_id, outcome_code: 'T1' });
}, 30_000);

test('answers given offline from 6:30 to 12:00 are merged by the time they were given', async () => {
  const { officer, analyst } = town;
  const clock = town.tell('officer_offline');
  const begin = analyst.live.length;
  await clock.to('6:10');
  const { case_id, order_id } = await town.order(begin, ({ officer: to }) => to === 'officer-3107');
  await clock.to('12:00');
  const steps = [
    ['accept', '6:40'],
    ['en_route', '6:55'],
    ['on_site', '9:50'],
    ['with_person', '10:20'],
  ] as const;
  for (const [index, [action, time]] of steps.entries()) {
    const body = { case_id, order_id, action, client_at: clock.at(time), client_seq: index + 1 };
    expect(await town.command(officer, 'response', body)).toMatchObject({ kind: 'applied' });
  }
  expect(await town.view(case_id)).toMatchObject({
    acked_at: clock.at('6:40'),
    en_route_at: clock.at('6:55'),
    on_site_at: clock.at('9:50'),
    contacted_at: clock.at('10:20'),
  });
}, 30_000);
