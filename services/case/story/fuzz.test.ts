import {
  CONTACT_RESULT_SYMBOLS,
  DECISION_KIND_SYMBOLS,
  OUTCOME_CODE_SYMBOLS,
  RESPONSE_ACTION_SYMBOLS,
  type Case,
  type FeedKind,
  type Level,
} from '@yujing/schemas';
import { expect, test } from 'vitest';
import { CALLER, OTHER_CALLER, time } from './records.ts';
import { Random } from './random.ts';
import { Story } from './story.ts';

const LEVELS: readonly Level[] = ['BLUE', 'YELLOW', 'ORANGE', 'RED'];
const FEEDS: ReadonlyArray<readonly FeedKind[]> = [
  ['call'],
  ['transaction'],
  ['call', 'transaction'],
  ['call', 'list'],
];
const ENDED = new Set(['rejected', 'merged', 'closed', 'follow_up', 'expired']);
const known = <T extends string>(symbols: readonly T[]): readonly T[] =>
  symbols.filter((symbol) => symbol !== 'UNKNOWN');

/** Some seconds, now and then hours or days: deadlines of every kind pass. */
function pause(random: Random): number {
  const x = random.next();
  if (x < 0.75) return 1 + random.below(90);
  return x < 0.97 ? random.below(5_000) : random.below(400_000);
}

function officerOf(random: Random, story: Story): { order_id: string; by: string; case_id: string } {
  const orders = story.of('Order');
  const order = random.next() < 0.8 ? orders.at(-1) : random.pick(orders);
  const card = story.of('Case').at(-1);
  const by = random.next() < 0.95 ? (order?.officer ?? 'officer-3107') : 'officer-9999';
  return { order_id: order?.order_id ?? 'a'.repeat(32), by, case_id: card?.case_id ?? 'c'.repeat(32) };
}

interface Played {
  readonly story: Story;
  readonly commands: readonly string[];
}

function play(seed: number, reload: boolean): Played {
  const random = new Random(seed);
  const story = new Story({ reload, checked: seed % 8 === 0 });
  const commands: string[] = [];
  let at = 60;
  for (let step = 0; step < 14; step++) {
    at += pause(random);
    act(random, story, at, commands, `${seed}-${step}`);
    check(story);
  }
  return { story, commands };
}

function act(random: Random, story: Story, at: number, commands: string[], name: string): void {
  const own = officerOf(random, story);
  const client_at = random.next() < 0.3 ? time(at - random.below(600)) : null;
  const x = random.next();
  if (x < 0.3 || story.written.length === 0) return warn(random, story, at, name);
  if (x < 0.4) {
    if (story.of('Order').length > 0)
      story.deliver(at, random.pick(['sent', 'delivered', 'read', 'failed', 'not_connected']));
    return;
  }
  if (x < 0.65) {
    const action =
      random.next() < 0.6
        ? random.pick(['accept', 'en_route', 'on_site', 'with_person'] as const)
        : random.pick(known(RESPONSE_ACTION_SYMBOLS));
    const undo_of = action === 'undo' ? (commands.at(-1) ?? 'story-command-0') : null;
    const answer = action === 'request_answered' ? ({ request: 'bank', answer: 'done' } as const) : {};
    commands.push(story.command('Response', at, { ...own, action, undo_of, client_at, ...answer }));
  } else if (x < 0.75) {
    const decision = random.pick(known(DECISION_KIND_SYMBOLS));
    const hold_s = decision === 'hold' ? random.below(300) : null;
    const level_to = random.next() < 0.3 ? random.pick(LEVELS) : null;
    const merge_into = decision === 'merge' ? 'b'.repeat(32) : null;
    const reason = random.next() < 0.9 ? 'new_info' : null;
    commands.push(story.decide(at, { case_id: own.case_id, decision, hold_s, level_to, merge_into, reason }));
  } else if (x < 0.83) {
    const result = random.pick(known(CONTACT_RESULT_SYMBOLS));
    commands.push(story.contact(at, result, { case_id: own.case_id, client_at }));
  } else if (x < 0.93) {
    const takes_back = random.next() < 0.3 ? (story.of('Label').at(-1)?.outcome_command_id ?? 'story-command-0') : null;
    const outcome_code = random.pick(known(OUTCOME_CODE_SYMBOLS));
    commands.push(story.command('Outcome', at, { ...own, outcome_code, takes_back, client_at }));
  } else if (x < 0.96) {
    const to_precinct = random.pick(['qinghe', 'linhu', 'shitang', 'nowhere']);
    commands.push(story.command('HandOver', at, { ...own, to_precinct, reason: 'other' }));
  } else if (commands.length > 0) {
    story.command('Contact', at, {
      command_id: random.pick(commands),
      case_id: own.case_id,
      method: 'visit',
      result: 'met',
    });
  }
}

function warn(random: Random, story: Story, at: number, name: string): void {
  story.warn(at, random.next() < 0.9 ? name : 'repeated', {
    level: random.pick(LEVELS),
    feeds: random.pick(FEEDS),
    scam_type: random.pick(['fake_police', 'fake_credit', 'screen_share']),
    suspect: random.pick([CALLER, OTHER_CALLER]),
    retrospective: random.next() < 0.1,
    p_fraud: random.next() < 0.2 ? random.next() : null,
  });
}

function lastCards(story: Story): Map<string, Case> {
  return new Map(story.of('Case').map((card) => [card.case_id, card]));
}

/** What holds at every moment, read off what was written. */
function check(story: Story): void {
  const cards = lastCards(story);
  const open = [...cards.values()].filter(({ status }) => !ENDED.has(status));
  expect(open.length, 'open cases').toBeLessThanOrEqual(1);
  expect(story.timers.size).toBeLessThanOrEqual(1);
  if (open.length === 1) expect([...story.timers.values()][0]).toBeGreaterThan(story.person.now);
  for (const card of cards.values()) {
    const { dispatched_at, acked_at, en_route_at, on_site_at } = card;
    const times = [dispatched_at, acked_at, en_route_at, on_site_at].filter((at) => at !== null);
    expect(times, 'times of a case').toEqual([...times].sort((a, b) => a - b));
    if (card.level === 'RED' && card.level_source !== 'analyst') expect(card.feeds.length).toBeGreaterThanOrEqual(2);
  }
}

/** What holds for the whole story. */
function checkWhole({ story, commands }: Played): void {
  for (const id of commands)
    expect(['applied', 'refused']).toContain(story.answer(id) === 'applied' ? 'applied' : 'refused');
  const orders = story.of('Order');
  expect(new Set(orders.map(({ case_id, step }) => `${case_id} ${step}`)).size, 'steps').toBe(orders.length);
  expect(new Set(orders.map(({ order_id }) => order_id)).size, 'order ids').toBe(orders.length);
  expect(orders.every(({ level }) => level !== 'BLUE')).toBe(true);
  const labels = new Map<string, string>();
  for (const { case_id, label_id, takes_back } of story.of('Label')) {
    expect(takes_back).toBe(labels.get(case_id) ?? null);
    labels.set(case_id, label_id);
  }
  const revisions = new Map<string, number>();
  for (const { case_id, revision } of story.of('Case')) {
    expect(revision).toBe((revisions.get(case_id) ?? 0) + 1);
    revisions.set(case_id, revision);
  }
  expect(Buffer.byteLength(JSON.stringify(story.person))).toBeLessThan(32_000);
}

test('200 random stories keep what must hold', () => {
  for (let seed = 1; seed <= 200; seed++) {
    try {
      checkWhole(play(seed, false));
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
});

test('an entity that is stored and loaded after every record gives the same outputs', () => {
  for (let seed = 1; seed <= 40; seed++) {
    expect(JSON.stringify(play(seed, true).story.written)).toBe(JSON.stringify(play(seed, false).story.written));
  }
});
