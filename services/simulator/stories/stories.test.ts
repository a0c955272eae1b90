import { expect, test } from 'vitest';
import { passesBankCheck } from '../city/numbers.ts';
import { createTown, registerOf } from '../city/town.ts';
import { DEMO_PEOPLE, demoRegister } from './people.ts';
import { clockMs } from './scene.ts';
import { GOLDEN_VARIANTS, LOOK_ALIKES, STORIES, story, type StoryName } from './stories.ts';

const START = Date.UTC(2026, 10, 21, 6, 2, 0);
const PERSON = DEMO_PEOPLE[0]!;
const NAMES: StoryName[] = [
  ...new Set([...STORIES, ...LOOK_ALIKES, ...GOLDEN_VARIANTS, 'fake_police_hurried' as const]),
];

function told(name: StoryName, start = START) {
  return story(name, { start, person: PERSON });
}

/** What happens at `m:ss`, without ids and parties. */
function at(name: StoryName, time: string) {
  return told(name)
    .filter(({ at_ms }) => at_ms === START + clockMs(time))
    .map(({ event }) => event);
}

test('the golden story is the trace of D9, second by second', () => {
  expect(at('fake_police', '0:00')).toMatchObject([
    { type: 'call', phase: 'answered', direction: 'incoming', first_contact: true, route: 'intl_gateway' },
  ]);
  const [first] = at('fake_police', '0:00');
  const [second] = at('fake_police', '3:00');
  expect(second).toMatchObject({ type: 'call', phase: 'in_progress', duration_s: 180 });
  if (first?.type !== 'call' || second?.type !== 'call') throw new Error('calls expected');
  expect(second.call_id).toBe(first.call_id);
  expect(second.peer_tel).not.toBe(first.peer_tel);
  expect(at('fake_police', '5:00')).toMatchObject([
    { type: 'call', phase: 'in_progress', duration_s: 300 },
    { type: 'domain_visit', content_class: 'meeting_app', app_sideload: true },
  ]);
  expect(at('fake_police', '6:10')).toMatchObject([
    { type: 'transaction', kind: 'self_move', amount_minor: 30_000_000 },
    { type: 'transaction', kind: 'self_move', amount_minor: 19_000_000 },
  ]);
  expect(at('fake_police', '7:30')).toMatchObject([
    { kind: 'transfer_out', phase: 'initiated', amount_minor: 48_000_000, payee_kind: 'personal', first_payee: true },
    { kind: 'transfer_out', phase: 'held', amount_minor: 48_000_000 },
  ]);
  expect(at('fake_police', '10:40')).toMatchObject([
    { type: 'call', phase: 'ended' },
    { type: 'call', phase: 'ended' },
  ]);
  expect(told('fake_police')).toHaveLength(10);
});

test('the variants of D9', () => {
  const phases = (name: StoryName) => told(name).map(({ event }) => ('phase' in event ? event.phase : event.type));
  expect(phases('call_ends_early')).toEqual(['answered', 'in_progress', 'ended', 'ended']);
  expect(told('call_ends_early').at(-1)?.at_ms).toBe(START + clockMs('4:50'));
  const late = told('late_ended').at(-1)!;
  expect(late.at_ms).toBe(START + clockMs('8:50'));
  expect(Date.parse(late.event.occurred_at)).toBe(START + clockMs('4:50'));
  expect(Date.parse(late.event.accepted_at!)).toBe(late.at_ms);
  const ids = told('duplicate_feeds').map(({ event }) => event.id);
  expect(ids).toHaveLength(30);
  expect(new Set(ids).size).toBe(20);
  expect(told('real_police_call').some(({ event }) => event.type === 'transaction')).toBe(false);
  expect(told('officer_offline')).toEqual(told('fake_police'));
});

test('in the hurried story the money is gathered within a minute of 4:30', () => {
  const gathered = told('fake_police_hurried').find(({ event }) => event.type === 'transaction');
  expect(gathered!.at_ms - START - clockMs('4:30')).toBeLessThan(50_000);
});

test.each(NAMES)('%s: the same options give the same bytes, another start other ids', (name) => {
  expect(JSON.stringify(told(name))).toBe(JSON.stringify(told(name)));
  const ids = new Set(told(name).map(({ event }) => event.id));
  for (const { event } of told(name, START + 1)) expect(ids.has(event.id)).toBe(false);
  const times = told(name).map(({ at_ms }) => at_ms);
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test('nobody can be dialled or paid', () => {
  const town = createTown({ seed: 'test', residents: 300 });
  const register = [...registerOf(town.residents), ...demoRegister()];
  const everything = JSON.stringify([register, town, NAMES.map((name) => told(name).map(({ event }) => event))]);
  expect(/1[3-9]\d{9}/.test(everything)).toBe(false);
  expect(/\+86(?!12)/.test(everything)).toBe(false);
  const accounts = everything.match(/"62\d{17}"/g) ?? [];
  expect(accounts.length).toBeGreaterThan(600);
  for (const account of accounts) expect(passesBankCheck(account.slice(1, -1))).toBe(false);
});

test('the same seed gives the same town, another seed another one', () => {
  const bytes = (seed: number) => JSON.stringify(createTown({ seed, residents: 50 }));
  expect(bytes(7)).toBe(bytes(7));
  expect(bytes(7)).not.toBe(bytes(8));
  const { residents } = createTown({ seed: 7 });
  expect(residents).toHaveLength(200);
  expect(new Set(residents.map(({ numbers }) => numbers[0])).size).toBe(200);
  expect(new Set(residents.map(({ home }) => home.station_code))).toEqual(new Set(['qinghe', 'linhu', 'shitang']));
});
