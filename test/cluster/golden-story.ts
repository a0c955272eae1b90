import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_PEOPLE, demoRegister, type TimedEvent } from '@yujing/simulator';
import { checkOutside } from '../chaos/checks.ts';
import { Cluster, SOURCE, workersOf } from './cluster.ts';
import { Doors } from './doors.ts';
import { endInOrder } from './ending.ts';
import { Inside } from './inside.ts';
import { LiveWatch, type LiveEvent } from './live-watch.ts';
import type { Part, PartOptions, PartResult } from './part.ts';
import { scaledStory } from './scaled-story.ts';

const TIME_SCALE = 30;
const OFFICER = 'officer-3107';
const WITHIN_MS = 20_000;
const REST_WITHIN_MS = 60_000;
const LOOK_MS = 20;
const SAVED_MINOR = 48_000_000;

interface Heard {
  readonly event: LiveEvent;
  readonly at: number;
}

/** A page, and everything that its live stream told, with the time at which it did. */
class Page {
  readonly heard: Heard[] = [];
  readonly watch: LiveWatch;
  readonly #urls: () => readonly string[];

  constructor(urls: () => readonly string[], role: string, user?: string) {
    this.#urls = urls;
    const onEvent = (event: LiveEvent, at: number): void => void this.heard.push({ event, at });
    this.watch = new LiveWatch({ urls, role, ...(user === undefined ? {} : { user }), onEvent });
  }

  /** @throws when it is not told in time */
  async until(what: string, is: (event: LiveEvent) => boolean): Promise<Heard> {
    const begin = Date.now();
    for (;;) {
      const found = this.heard.find(({ event }) => is(event));
      if (found !== undefined) return found;
      if (Date.now() - begin > WITHIN_MS) throw new Error(`${what}: not told within ${WITHIN_MS} ms`);
      await sleep(LOOK_MS);
    }
  }

  async ask<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.watch.session.ask(this.#urls()[0] ?? '', method, path, body);
    if (answer?.status !== 200) throw new Error(`${method} ${path}: ${answer?.status} ${answer?.text ?? 'no answer'}`);
    return JSON.parse(answer.text) as Body;
  }

  /** Gives a command and waits until it is applied. */
  async command(path: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const command_id = crypto.randomUUID();
    await this.ask('POST', `/api/commands/${path}`, { command_id, ...body });
    const { event } = await this.until(`what became of ${path}`, (told) => told['command_id'] === command_id);
    if (event.kind !== 'applied') throw new Error(`${path}: ${JSON.stringify(event)}`);
  }
}

interface Summary {
  readonly case_id: string;
  readonly level: string;
  readonly review_state: string;
  readonly money_at_risk_minor: number | null;
}

const caseIn = (event: LiveEvent): Summary | undefined =>
  event.kind === 'case' ? (event['case'] as Summary) : undefined;

/** The golden story through real servers by the clock on the wall, thirty times as fast. */
export const goldenStory: Part = {
  name: 'story',
  what: 'the golden story in clock: wall, rules and policy 1:30, three workers of profile and detect, two of the rest',
  run: playGoldenStory,
};

async function playGoldenStory({
  servers,
  seed,
  say,
  isSmall,
}: PartOptions): Promise<Omit<PartResult, 'part' | 'what'>> {
  const deaths: string[] = [];
  const cluster = new Cluster({
    servers,
    installation: `story-${Date.now().toString(36)}`,
    workers: isSmall ? workersOf(1) : workersOf(2, { profile: 3, detect: 3 }),
    clock: 'wall',
    timeScale: TIME_SCALE,
    seed,
    onDeath: (name, how) => void deaths.push(`${name} ended by itself with ${how}`),
  });
  const pages: Page[] = [];
  try {
    await cluster.setup();
    await cluster.start();
    say(`${cluster.processes.length} processes ready, the slowest after ${slowest(cluster)} ms`);
    const doors = new Doors({ urls: () => cluster.urls('ingest'), key: cluster.key, source: SOURCE });
    await doors.register(demoRegister());
    const officer = new Page(() => cluster.urls('console'), 'officer', OFFICER);
    const analyst = new Page(() => cluster.urls('console'), 'analyst');
    pages.push(officer, analyst);
    await Promise.all(pages.map(({ watch }) => watch.open()));
    const facts = await tell(doors, officer, analyst, say);
    const closing = (): Promise<void> => closeAll(pages);
    const problems = [...deaths, ...(await endInOrder(cluster, { restWithinMs: REST_WITHIN_MS, heard: closing }))];
    const checked = await check(cluster, doors, officer, analyst);
    return { facts: { ...facts, ...checked.facts }, problems: [...problems, ...checked.problems] };
  } finally {
    await closeAll(pages);
    await cluster.close();
  }
}

function slowest({ processes }: Cluster): number {
  return Math.round(Math.max(...processes.map(({ readyMs }) => readyMs)));
}

async function closeAll(pages: readonly Page[]): Promise<void> {
  await Promise.all(pages.map(({ watch }) => watch.close()));
}

/** From the call to the label. Answers how long what was seen took. */
async function tell(
  doors: Doors,
  officer: Page,
  analyst: Page,
  say: PartOptions['say'],
): Promise<Record<string, number>> {
  const start = Date.now() + 500;
  const story = scaledStory('fake_police', { start, person: DEMO_PEOPLE[0]! }, TIME_SCALE);
  const telling = play(doors, story);
  const orange = await analyst.until('an ORANGE case', (event) => caseIn(event)?.level === 'ORANGE');
  say(`ORANGE ${orange.at - start} ms after the call was answered`);
  const { case_id } = caseIn(orange.event)!;
  const card = await officer.until('the order', ({ kind, officer: to }) => kind === 'order' && to === OFFICER);
  const order_id = String(card.event['order_id']);
  // She gathers her money in two payments of one moment: the second one tells.
  const gathered = story.findLast(({ event }) => event.type === 'transaction' && event.kind === 'self_move')!;
  say(`the card ${card.at - gathered.at_ms} ms after the telling event`);
  if (card.event['case_id'] !== case_id || card.event['level'] !== 'RED') {
    throw new Error(`the card is not the RED of that case: ${JSON.stringify(card.event)}`);
  }
  await officer.command('response', { case_id, order_id, action: 'accept' });
  const { cards } = await officer.ask<{ readonly cards: readonly Summary[] }>('GET', '/api/officer/cards');
  const own = cards.find((known) => known.case_id === case_id);
  if (own?.level !== 'RED' || own.money_at_risk_minor !== 49_000_000) {
    throw new Error(`the officer's list does not have the card: ${JSON.stringify(cards)}`);
  }
  for (const action of ['en_route', 'on_site', 'with_person']) {
    await officer.command('response', { case_id, order_id, action });
  }
  await telling;
  const money = { money_stopped_minor: SAVED_MINOR, currency: 'CNY', believed: 'yes' };
  await officer.command('outcome', { case_id, order_id, outcome_code: 'T1', ...money });
  await analyst.until('the label', (event) => event.kind === 'label' && event['label'] === 'label_true');
  const view = await analyst.ask<Readonly<Record<string, unknown>>>('GET', `/api/cases/${case_id}`);
  if (view['outcome_code'] !== 'T1') throw new Error(`the case has no outcome: ${JSON.stringify(view).slice(0, 500)}`);
  return { orange_after_ms: orange.at - start, card_after_ms: card.at - gathered.at_ms };
}

/** Sends each event at its time. */
async function play(doors: Doors, story: readonly TimedEvent[]): Promise<void> {
  for (const at of new Set(story.map(({ at_ms }) => at_ms))) {
    await sleep(Math.max(0, at - Date.now()));
    await doors.send(story.filter(({ at_ms }) => at_ms === at).map(({ event }) => event));
  }
}

async function check(
  cluster: Cluster,
  doors: Doors,
  officer: Page,
  analyst: Page,
): Promise<Omit<PartResult, 'part' | 'what'>> {
  const inside = await Inside.open(cluster.servers, cluster.installation);
  try {
    const { dump, problems, repeats } = await inside.check();
    const commands = officer.heard.flatMap(({ event }) =>
      event.kind === 'applied' ? [String(event['command_id'])] : [],
    );
    const { violations, counts } = checkOutside(dump, inside.codec, {
      accepted: doors.accepted,
      sent: doors.sent,
      commands: new Set(commands),
      heard: new Set(analyst.watch.orders.keys()),
    });
    const { events, encounters, warnings, orders, deliveries, commands: answered } = counts;
    return {
      facts: { events, encounters, warnings, orders, deliveries, commands: answered, records_repeated: repeats },
      problems: [...problems, ...violations.map(({ kind, detail }) => `${kind}: ${detail}`)],
    };
  } finally {
    await inside.close();
  }
}
