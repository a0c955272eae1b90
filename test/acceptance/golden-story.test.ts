import { DEMO_PEOPLE, demoRegister, story, type StoryName } from '@yujing/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, Door, type LiveEvent } from './client.ts';
import { StoryClock } from './story-clock.ts';
import { YujingProcess } from './yujing-process.ts';

/** The golden story of the domain notes (D9) and its variants: from HTTP events over the API and the live stream. */
const START = Date.UTC(2026, 5, 15, 6, 2, 0);
const HOUR = 3_600_000;
const person = DEMO_PEOPLE[0]!;

interface Summary {
  readonly case_id: string;
  readonly order_id: string | null;
  readonly level: string;
  readonly status: string;
  readonly review_state: string;
  readonly money_at_risk_minor: number | null;
  readonly money_moving_minor: number | null;
  readonly money_state: string;
  readonly unreviewed: boolean;
}
interface View extends Summary {
  readonly [name: string]: unknown;
  readonly label?: string;
  readonly follow_ups: ReadonlyArray<{ readonly kind: string; readonly due_at: number }>;
}
interface Queue {
  readonly groups: ReadonlyArray<{ readonly cases: readonly Summary[] }>;
}
interface Board {
  readonly funnel: ReadonlyArray<{ readonly step: string; readonly count: number }>;
  readonly clocks: ReadonlyArray<{ readonly from: string; readonly count: number; readonly p50_ms: number | null }>;
  readonly precision: ReadonlyArray<{
    readonly rule: string;
    readonly label_true: number;
    readonly label_false: number;
    readonly low: number | null;
  }>;
  readonly saved_minor: number;
}

const process_ = new YujingProcess();
let door: Door;
let officer: Client;
let analyst: Client;
let commander: Client;
let run = 0;

beforeAll(async () => {
  const started = await process_.start();
  door = new Door(started);
  [officer, analyst, commander] = [new Client(started), new Client(started), new Client(started)];
  await door.persons(demoRegister());
  await officer.signIn('officer', 'officer-3107');
  await analyst.signIn('analyst');
  await commander.signIn('commander');
  await officer.follow();
  await analyst.follow();
}, 60_000);

afterAll(async () => {
  for (const client of [officer, analyst]) client?.close();
  await process_.stop();
});

/** each story half a day after the one before: nothing of the last one is left but what must be */
function tell(name: StoryName, who = person): StoryClock {
  const start = START + run++ * 36 * HOUR;
  return new StoryClock(door, start, story(name, { start, person: who }));
}

const queue = async (): Promise<readonly Summary[]> =>
  (await analyst.json<Queue>('GET', '/api/queue')).body.groups.flatMap(({ cases }) => cases);
const cards = async (): Promise<readonly Summary[]> =>
  (await officer.json<{ cards: Summary[] }>('GET', '/api/officer/cards')).body.cards;
const view = async (id: string): Promise<View> => (await analyst.json<View>('GET', `/api/cases/${id}`)).body;
const orders = (since: number): LiveEvent[] => officer.live.slice(since).filter(({ kind }) => kind === 'order');

async function command(client: Client, path: string, body: Record<string, unknown>): Promise<LiveEvent> {
  const command_id = crypto.randomUUID();
  const answer = await client.json('POST', `/api/commands/${path}`, { command_id, ...body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return client.seen(({ kind, command_id: id }) => (kind === 'applied' || kind === 'refused') && id === command_id);
}

test('the golden story: from the call of 0:00 to the label of 14:00', async () => {
  const clock = tell('fake_police');
  const begin = officer.live.length;
  await clock.to('2:59');
  expect(await queue()).toEqual([]);
  await clock.to('4:59');
  expect((await queue()).filter(({ level }) => level !== 'BLUE')).toEqual([]);
  await clock.to('5:00');
  const [orange] = await queue();
  expect(orange).toMatchObject({ level: 'ORANGE', review_state: 'waiting' });
  expect(orders(begin)).toEqual([]);
  expect(await cards()).toEqual([]);

  await clock.to('6:10');
  const order = await officer.seen(({ kind, officer: to }) => kind === 'order' && to === 'officer-3107');
  expect(order).toMatchObject({ level: 'RED', scam_type: 'fake_police', issued_at: clock.at('6:10') });
  const case_id = order.case_id as string;
  const order_id = order.order_id as string;
  expect(case_id).toBe(orange?.case_id);
  expect(await cards()).toMatchObject([{ case_id, level: 'RED', money_at_risk_minor: 49_000_000 }]);

  const say = async (time: string, action: string): Promise<void> => {
    await clock.to(time);
    expect(await command(officer, 'response', { case_id, order_id, action })).toMatchObject({ kind: 'applied' });
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
  expect(await cards()).toMatchObject([{ money_moving_minor: 48_000_000, money_state: 'held', level: 'RED' }]);
  expect(new Set(orders(begin).map(({ order_id: id }) => id)).size).toBe(1);
  await say('9:50', 'on_site');
  await say('10:20', 'with_person');
  await clock.to('14:00');
  const outcome = {
    case_id,
    order_id,
    outcome_code: 'T1',
    money_stopped_minor: 48_000_000,
    currency: 'CNY',
    believed: 'yes',
    scam_type_actual: 'fake_police',
    modes_actual: ['number_forged', 'screen_share'],
  };
  expect(await command(officer, 'outcome', outcome)).toMatchObject({ kind: 'applied' });
  await analyst.seen(({ kind, case_id: id, label }) => kind === 'label' && id === case_id && label === 'label_true');

  const closed = await view(case_id);
  expect(closed).toMatchObject({
    call_answered_at: clock.at('0:00'),
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

  const { body: board } = await commander.json<Board>('GET', `/api/board?from=${START - HOUR}&until=${START + HOUR}`);
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
  const clock = tell('real_police_call', DEMO_PEOPLE[1]);
  const begin = officer.live.length;
  await clock.to('20:00');
  expect((await queue()).filter(({ level }) => level === 'RED')).toEqual([]);
  expect(orders(begin).filter(({ level }) => level === 'RED')).toEqual([]);
}, 30_000);

test('the call that ends at 4:50 is no ORANGE', async () => {
  const before = (await queue()).length;
  const clock = tell('call_ends_early', DEMO_PEOPLE[2]);
  await clock.to('20:00');
  expect((await queue()).filter(({ level }) => level !== 'BLUE')).toHaveLength(before);
}, 30_000);

test('an end of call that is told four minutes late takes the ORANGE back', async () => {
  const clock = tell('late_ended', DEMO_PEOPLE[2]);
  await clock.to('5:00');
  const orange = (await queue()).find(({ level }) => level === 'ORANGE');
  expect(orange).toBeDefined();
  await clock.to('8:51');
  const level = (await view(orange!.case_id)).level;
  expect(level).not.toBe('ORANGE');
  expect((await queue()).find(({ case_id }) => case_id === orange!.case_id && true)?.level ?? 'none').not.toBe(
    'ORANGE',
  );
}, 30_000);

test('duplicate feeds make one card', async () => {
  const clock = tell('duplicate_feeds');
  const begin = officer.live.length;
  await clock.to('8:00');
  expect(
    new Set(
      orders(begin)
        .filter(({ officer: to }) => to === 'officer-3107')
        .map(({ case_id }) => case_id),
    ).size,
  ).toBe(1);
  const case_id = orders(begin)[0]!.case_id as string;
  expect((await view(case_id)).money_at_risk_minor).toBe(49_000_000);
  const order_id = orders(begin)[0]!.order_id as string;
  await command(officer, 'response', { case_id, order_id, action: 'accept' });
  await command(officer, 'outcome', { case_id, order_id, outcome_code: 'T1' });
}, 30_000);

test('answers given offline from 6:30 to 12:00 are merged by the time they were given', async () => {
  const clock = tell('officer_offline');
  const begin = officer.live.length;
  await clock.to('6:10');
  const order = await officer.seen(
    (event) => event.kind === 'order' && officer.live.indexOf(event) >= begin && event.officer === 'officer-3107',
  );
  const { case_id, order_id } = order as unknown as { case_id: string; order_id: string };
  await clock.to('12:00');
  const steps = [
    ['accept', '6:40'],
    ['en_route', '6:55'],
    ['on_site', '9:50'],
    ['with_person', '10:20'],
  ] as const;
  for (const [index, [action, time]] of steps.entries()) {
    const body = { case_id, order_id, action, client_at: clock.at(time), client_seq: index + 1 };
    expect(await command(officer, 'response', body)).toMatchObject({ kind: 'applied' });
  }
  expect(await view(case_id)).toMatchObject({
    acked_at: clock.at('6:40'),
    en_route_at: clock.at('6:55'),
    on_site_at: clock.at('9:50'),
    contacted_at: clock.at('10:20'),
  });
}, 30_000);
