import { createTown, DEMO_PEOPLE, registerOf, story, type TimedEvent } from '@yujing/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOUR, Installation, masked, MINUTE, soon, verdict, type Person, type PrecisionRow } from './installation.ts';
import { SecretFinder, secretsOf } from './secrets.ts';
import type { StoryClock } from './story-clock.ts';

/** What people answer changes what happens next: officers, analysts, and what the next warning is worth. */
const town = new Installation();
const RESIDENTS = createTown({ seed: 'answers', residents: 120 }).residents.filter(
  ({ name, age_band, home }, index, all) =>
    age_band === 'adult' &&
    home.station_code === 'qinghe' &&
    [...all.slice(0, index), ...DEMO_PEOPLE].every((other) => masked(other.name) !== masked(name)),
);
/** everybody happens to be in one test only */
const someone = (index: number): Person => RESIDENTS[index]!;

beforeAll(async () => {
  await town.open();
  await town.door.persons(registerOf(RESIDENTS));
});
afterAll(() => town.close());

interface Told {
  readonly clock: StoryClock;
  readonly begin: number;
  readonly case_id: string;
  readonly order_id: string;
}

const RULE = 'fake_police.own_money_gathered';
const before = (time: string) => (events: TimedEvent[]) =>
  events.filter(({ at_ms }) => at_ms - events[0]!.at_ms <= Number(time.split(':')[0]) * MINUTE);

/** the golden story up to its RED at 6:10, with the order at officer-3107 */
async function red(who: Person, clock = town.tell('fake_police', { who })): Promise<Told> {
  const begin = town.analyst.live.length;
  await clock.to('6:10');
  const { case_id, order_id } = await town.order(begin, ({ officer }) => officer === 'officer-3107');
  return { clock, begin, case_id, order_id };
}

/** the same call without any move of money: an ORANGE at 5:00 that waits for an analyst */
async function orange(who: Person): Promise<Omit<Told, 'order_id'>> {
  const clock = town.tell('fake_police', { who, change: before('5:00') });
  const begin = town.analyst.live.length;
  await clock.to('5:00');
  const { case_id, level, review_state } = await town.caseOf(who);
  expect({ level, review_state }).toEqual({ level: 'ORANGE', review_state: 'waiting' });
  return { clock, begin, case_id };
}

async function respond(
  { case_id, order_id }: Told,
  action: string,
  more = {},
  client = town.officer,
): Promise<unknown> {
  return town.command(client, 'response', { case_id, order_id, action, ...more });
}

async function decide(case_id: string, decision: string, more = {}): Promise<unknown> {
  return town.command(town.analyst, 'decision', { case_id, decision, ...more });
}

async function close({ case_id, order_id }: Told, outcome_code: string, more = {}): Promise<void> {
  const outcome = { case_id, order_id, outcome_code, ...more };
  expect(await town.command(town.officer, 'outcome', outcome)).toMatchObject({ kind: 'applied' });
}

const ordersOf = ({ begin, case_id }: Pick<Told, 'begin' | 'case_id'>) =>
  town
    .orders(begin, (order) => order.case_id === case_id)
    .map(({ officer, level, issued_at }) => ({ officer, level, issued_at }));

const rowOf = (rows: readonly PrecisionRow[]): PrecisionRow | undefined => rows.find(({ rule }) => rule === RULE);

test('T1 and F1 are in the precision of the rule version at once, with its interval', async () => {
  const real = await red(someone(0));
  await respond(real, 'accept');
  await close(real, 'T1');
  const first = rowOf(
    await soon(
      () => town.precision(),
      (rows) => rowOf(rows)?.label_true === 1,
    ),
  );
  expect(first).toMatchObject({ rule_version: 1, label_true: 1, label_false: 0, precision: 1 });
  expect(first!.low).toBeGreaterThan(0.2);
  expect(first!.high).toBe(1);

  const wrong = await red(someone(1));
  await respond(wrong, 'accept');
  await close(wrong, 'F3');
  const rows = await soon(
    () => town.precision(),
    (all) => rowOf(all)?.label_false === 1,
  );
  expect(rowOf(rows)).toMatchObject({ label_true: 1, label_false: 1, precision: 0.5 });
  expect(rowOf(rows)!.low).toBeLessThan(0.2);
  expect(rowOf(rows)!.high).toBeGreaterThan(0.8);
  // Door time stands still meanwhile: it is the same minute, and the commander sees the same figures.
  const board = await town.board(wrong.clock.at('0:00'), wrong.clock.at('7:00'));
  expect(board.precision).toEqual(rows);
});

/** the same people behind another call: callers and payees of `from` */
function sameParties(from: readonly TimedEvent[]): (events: TimedEvent[]) => TimedEvent[] {
  const party = ({ event }: TimedEvent): object =>
    event.type === 'call'
      ? { peer_tel: event.peer_tel }
      : event.type === 'transaction'
        ? { payee_acct: event.payee_acct }
        : {};
  return (events) => events.map((timed, i) => ({ ...timed, event: { ...timed.event, ...party(from[i]!) } }));
}

test('F1 quiets the pair: the same story again gives no order, a new caller does', async () => {
  const who = someone(2);
  const first = await red(who);
  await first.clock.to('7:30');
  await respond(first, 'accept');
  await close(first, 'F1', { sub_code: 'police_real' });
  await town.analyst.seen(
    ({ kind, case_id, label }) => kind === 'label' && case_id === first.case_id && label === 'label_false',
  );

  const told = story('fake_police', { start: first.clock.at('0:00'), person: who });
  for (const hours of [2, 5]) {
    const begin = town.analyst.live.length;
    const start = first.clock.at('0:00') + hours * HOUR;
    await town.tell('fake_police', { who, start, change: sameParties(told) }).to('20:00');
    await expect(town.caseOf(who)).rejects.toThrow('0 open cases');
    expect(town.orders(begin)).toEqual([]);
  }
  const start = first.clock.at('0:00') + 8 * HOUR;
  const again = await red(who, town.tell('fake_police', { who, start }));
  expect(again.case_id).not.toBe(first.case_id);
});

test('confirm: the order goes out at once, and the time limit changes nothing after it', async () => {
  const told = await orange(someone(3));
  await told.clock.to('5:30');
  expect(await decide(told.case_id, 'confirm')).toMatchObject({ kind: 'applied' });
  await told.clock.to('8:30');
  expect(ordersOf(told)).toEqual([{ officer: 'officer-3107', level: 'ORANGE', issued_at: told.clock.at('5:30') }]);
  expect(await town.view(told.case_id)).toMatchObject({ review_state: 'confirmed', unreviewed: false });
});

test('raise: a RED order goes out', async () => {
  const told = await orange(someone(4));
  await told.clock.to('5:30');
  expect(await decide(told.case_id, 'raise', { reason: 'strong_evidence' })).toMatchObject({ kind: 'applied' });
  await town.order(told.begin, ({ case_id }) => case_id === told.case_id);
  expect(ordersOf(told)).toEqual([{ officer: 'officer-3107', level: 'RED', issued_at: told.clock.at('5:30') }]);
});

test('lower: refused without a reason, applied with one', async () => {
  const told = await orange(someone(5));
  expect(await decide(told.case_id, 'lower')).toMatchObject({ kind: 'refused', reason: 'reason_missing' });
  expect((await town.view(told.case_id)).level).toBe('ORANGE');
  expect(await decide(told.case_id, 'lower', { reason: 'weak_evidence' })).toMatchObject({ kind: 'applied' });
  expect(await town.view(told.case_id)).toMatchObject({ level: 'YELLOW', review_state: 'lowered' });
  expect(ordersOf(told)).toMatchObject([{ level: 'YELLOW' }]);
});

test('reject: nothing goes out at the time limit', async () => {
  const told = await orange(someone(6));
  expect(await decide(told.case_id, 'reject', { reason: 'business_call' })).toMatchObject({ kind: 'applied' });
  await told.clock.to('30:00');
  expect(ordersOf(told)).toEqual([]);
  expect(await town.view(told.case_id)).toMatchObject({ status: 'rejected', review_state: 'rejected' });
});

test('nobody decides: it goes out after three minutes and says so', async () => {
  const told = await orange(someone(7));
  await told.clock.to('7:59');
  expect(ordersOf(told)).toEqual([]);
  await told.clock.to('8:00');
  expect(ordersOf(told)).toEqual([{ officer: 'officer-3107', level: 'ORANGE', issued_at: told.clock.at('8:00') }]);
  expect(await town.view(told.case_id)).toMatchObject({ review_state: 'unreviewed', unreviewed: true });
});

test('decline: the next officer has the card at once', async () => {
  const told = await red(someone(8));
  await told.clock.to('6:30');
  expect(await respond(told, 'decline', { reason: 'wrong_area' })).toMatchObject({ kind: 'applied' });
  const next = await town.order(
    told.begin,
    ({ case_id, officer }) =>
      case_id === told.case_id && officer.startsWith('officer-31') && officer !== 'officer-3107',
  );
  expect(next.issued_at).toBe(told.clock.at('6:30'));
  const second = await town.signIn('officer', next.officer);
  await second.follow();
  const card = (await town.cards(second)).find(({ case_id }) => case_id === told.case_id);
  expect(card?.waiting_orders).toContainEqual({ order_id: next.order_id, officer: next.officer });
  expect(card?.waiting_orders.map(({ officer }) => officer)).not.toContain('officer-3107');
  expect(await respond({ ...told, order_id: next.order_id }, 'accept', {}, second)).toMatchObject({ kind: 'applied' });
  expect(await town.view(told.case_id)).toMatchObject({ officer: next.officer, status: 'acked' });
});

test('nobody acknowledges: second officer and duty leader after a minute, county, city', async () => {
  const told = await red(someone(9));
  const reached = async (time: string): Promise<string[]> => {
    await told.clock.to(time);
    return ordersOf(told).map(({ officer, issued_at }) => `${(issued_at - told.clock.at('0:00')) / 1000} ${officer}`);
  };
  expect(await reached('7:09')).toEqual(['370 officer-3107']);
  const second = [expect.stringMatching(/^430 officer-31(12|15|21)$/), '430 leader-qinghe'];
  expect(await reached('7:10')).toEqual(['370 officer-3107', ...second]);
  expect((await reached('8:10')).slice(3)).toEqual(['490 desk-county-yunhe']);
  expect((await reached('9:10')).slice(4)).toEqual(['550 desk-city']);
  const { waiting_orders } = (await town.cards()).find(({ case_id }) => case_id === told.case_id)!;
  expect(waiting_orders).toHaveLength(5);
  expect(waiting_orders[0]).toEqual({ order_id: told.order_id, officer: 'officer-3107' });
  expect(await respond(told, 'accept')).toMatchObject({ kind: 'applied' });
  expect(await respond(told, 'en_route')).toMatchObject({ kind: 'applied' });
  expect(await reached('30:00')).toHaveLength(5);
});

test('a late command is refused with its reason, a repeated one applies once', async () => {
  const told = await red(someone(10));
  const { officer } = town;
  const accept = { command_id: crypto.randomUUID(), case_id: told.case_id, order_id: told.order_id, action: 'accept' };
  const post = (body: object) => officer.json<Record<string, unknown>>('POST', '/api/commands/response', body);
  const answers = [await post(accept), await post(accept)];
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(answers[1]!.body).toEqual(answers[0]!.body);
  expect(await post({ ...accept, action: 'en_route' })).toMatchObject({
    status: 409,
    body: { code: 'command_id_used' },
  });
  expect(await verdict(officer, accept.command_id)).toMatchObject({ kind: 'applied' });
  await close(told, 'T1');
  const verdicts = officer.live.filter(({ command_id }) => command_id === accept.command_id);
  expect(verdicts).toHaveLength(1);
  const { timeline, ...view } = await town.view(told.case_id);
  expect(timeline.filter(({ kind }) => kind === 'response')).toHaveLength(1);
  expect(view).toMatchObject({ acked_at: told.clock.at('6:10'), status: 'follow_up' });

  expect(await respond(told, 'on_site')).toMatchObject({ kind: 'refused', reason: 'case_closed' });
  expect(await decide(told.case_id, 'confirm')).toMatchObject({ kind: 'refused', reason: 'case_closed' });
  const outcome = { case_id: told.case_id, order_id: told.order_id, outcome_code: 'F1' };
  expect(await town.command(officer, 'outcome', outcome)).toMatchObject({ kind: 'refused', reason: 'already_outcome' });
});

test('clear text is opened on record, and not for another precinct', async () => {
  const who = someone(11);
  const told = await red(who);
  const open = (client = town.officer) =>
    client.json('POST', `/api/cases/${told.case_id}/open`, { command_id: crypto.randomUUID(), purpose: 'contact' });
  const foreign = await town.signIn('officer', 'officer-3207');
  expect(await open(foreign)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect((await foreign.json('GET', `/api/cases/${told.case_id}`)).status).toBe(404);
  const opened = (await town.view(told.case_id)).timeline.filter(({ kind }) => kind === 'opened');
  expect(opened).toEqual([]);

  const { status, body } = await open();
  expect(status).toBe(200);
  const contacts = expect.arrayContaining([expect.objectContaining({ relation: 'self', tel: who.numbers[0] })]);
  expect(body).toMatchObject({ name: who.name, address: who.address, contacts });
  const { timeline } = await town.view(told.case_id);
  expect(timeline.filter(({ kind }) => kind === 'opened')).toMatchObject([{ by: 'officer-3107' }]);
});

test('the read model built anew has the same rows', async () => {
  const admin = await town.signIn('admin');
  const { officer, commander } = town;
  const cases = (await town.queue()).map(({ case_id }) => case_id);
  const shown = async () => ({
    queue: await town.queue(),
    cards: (await officer.json('GET', '/api/officer/cards')).body,
    board: (await commander.json('GET', `/api/board?from=1&until=${300 * 86_400_000}`)).body,
    views: await Promise.all(cases.map((case_id) => town.view(case_id))),
  });
  expect(cases.length).toBeGreaterThan(3);
  const earlier = await shown();
  type State = { state: string; generation: number; rows: number };
  const state = async () => (await admin.json<State>('GET', '/api/read-model/state')).body;
  const { generation } = await state();
  expect((await officer.json('POST', '/api/read-model/rebuild')).status).toBe(403);
  expect((await admin.json('POST', '/api/read-model/rebuild')).status).toBe(200);
  await soon(state, (now) => now.generation > generation && now.state === 'ready', 15_000);
  expect(await shown()).toEqual(earlier);
});

test('no name, number or account anywhere but in an opening', async () => {
  const secrets = secretsOf([...RESIDENTS, ...DEMO_PEOPLE], town.told);
  expect(secrets.length).toBeGreaterThan(100);
  const finder = new SecretFinder(secrets);
  expect(finder.inText(`to ${secrets[0]} and ${secrets[99]}`)).toEqual([secrets[0], secrets[99]]);
  for (const { answers, liveText } of town.clients) {
    expect(finder.inText(answers.join('\n'))).toEqual([]);
    expect(finder.inText(liveText)).toEqual([]);
  }
  expect(finder.inText(town.process.output)).toEqual([]);
  expect(finder.inFolder(town.process.data)).toEqual([]);
});
