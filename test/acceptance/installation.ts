import { DEMO_PEOPLE, demoRegister, story, type StoryName, type TimedEvent } from '@yujing/simulator';
import { Client, Door, type LiveEvent } from './client.ts';
import { StoryClock } from './story-clock.ts';
import { YujingProcess, type ProcessOptions } from './yujing-process.ts';

/** 14:02 in the town: everybody is at work. */
export const START = Date.UTC(2026, 5, 15, 6, 2, 0);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export type Person = (typeof DEMO_PEOPLE)[number];

export interface Summary {
  readonly case_id: string;
  readonly order_id: string | null;
  readonly officer: string | null;
  readonly waiting_orders: ReadonlyArray<{ readonly order_id: string; readonly officer: string }>;
  readonly level: string;
  readonly scam_type: string;
  readonly status: string;
  readonly review_state: string;
  readonly money_at_risk_minor: number | null;
  readonly money_moving_minor: number | null;
  readonly money_state: string;
  readonly unreviewed: boolean;
  readonly name_masked: string | null;
}

export interface View extends Summary {
  readonly [name: string]: unknown;
  readonly label?: string;
  readonly follow_ups: ReadonlyArray<{ readonly kind: string; readonly due_at: number }>;
  readonly timeline: ReadonlyArray<{
    readonly at: number;
    readonly kind: string;
    readonly by: string | null;
    readonly en: string;
  }>;
}

export interface PrecisionRow {
  readonly rule: string;
  readonly rule_version: number;
  readonly level: string;
  readonly warnings: number;
  readonly label_true: number;
  readonly label_false: number;
  readonly precision: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface Board {
  readonly funnel: ReadonlyArray<{ readonly step: string; readonly count: number }>;
  readonly clocks: ReadonlyArray<{ readonly from: string; readonly count: number; readonly p50_ms: number | null }>;
  readonly precision: readonly PrecisionRow[];
  readonly saved_minor: number;
}

export interface Order extends LiveEvent {
  readonly case_id: string;
  readonly order_id: string;
  readonly officer: string;
  readonly level: string;
  readonly issued_at: number;
}

export interface TellOptions {
  readonly who?: Person;
  /** epoch ms of 0:00; default: a day and a half after the story before, so that nothing of it is left but what must be */
  readonly start?: number;
  readonly run?: string;
  /** what of the story is told, or told otherwise */
  readonly change?: (events: TimedEvent[]) => TimedEvent[];
}

/** A real process with everybody at their pages, and the hand on the door's clock. */
export class Installation {
  readonly process: YujingProcess;
  readonly clients: Client[] = [];
  /** everything that was told so far, as the sources send it */
  readonly told: TimedEvent[] = [];
  #people: { door: Door; officer: Client; analyst: Client; commander: Client } | undefined;
  #stories = 0;

  constructor(options: ProcessOptions = {}) {
    this.process = new YujingProcess(options);
  }

  async open(): Promise<this> {
    const started = await this.process.start();
    const door = new Door(started);
    await door.persons(demoRegister());
    const officer = await this.signIn('officer', 'officer-3107');
    const analyst = await this.signIn('analyst');
    this.#people = { door, officer, analyst, commander: await this.signIn('commander') };
    await officer.follow();
    await analyst.follow();
    return this;
  }

  async signIn(role: string, user?: string): Promise<Client> {
    const client = new Client(this.process.started);
    this.clients.push(client);
    await client.signIn(role, user);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    await this.process.stop();
  }

  get #open(): { door: Door; officer: Client; analyst: Client; commander: Client } {
    if (this.#people === undefined) throw new Error('the installation was not opened');
    return this.#people;
  }

  get door(): Door {
    return this.#open.door;
  }

  /** officer-3107, first on duty in Qinghe */
  get officer(): Client {
    return this.#open.officer;
  }

  get analyst(): Client {
    return this.#open.analyst;
  }

  get commander(): Client {
    return this.#open.commander;
  }

  tell(
    name: StoryName,
    { who = DEMO_PEOPLE[0]!, start, run, change = (events) => events }: TellOptions = {},
  ): StoryClock {
    const begin = start ?? START + this.#stories++ * 36 * HOUR;
    const events = change(story(name, { start: begin, person: who, ...(run === undefined ? {} : { run }) }));
    this.told.push(...events);
    return new StoryClock(this.door, begin, events);
  }

  async queue(): Promise<readonly Summary[]> {
    const { body } = await this.analyst.json<{ groups: ReadonlyArray<{ cases: readonly Summary[] }> }>(
      'GET',
      '/api/queue',
    );
    return body.groups.flatMap(({ cases }) => cases);
  }

  /** the one case above BLUE of this person that is open */
  async caseOf(who: Person): Promise<Summary> {
    const found = (await this.queue()).filter(({ name_masked }) => name_masked === masked(who.name));
    if (found.length !== 1) throw new Error(`${found.length} open cases of ${masked(who.name)}`);
    return found[0]!;
  }

  async cards(client = this.officer): Promise<readonly Summary[]> {
    return (await client.json<{ cards: Summary[] }>('GET', '/api/officer/cards')).body.cards;
  }

  async view(case_id: string, client = this.analyst): Promise<View> {
    return (await client.json<View>('GET', `/api/cases/${case_id}`)).body;
  }

  async board(from: number, until: number): Promise<Board> {
    return (await this.commander.json<Board>('GET', `/api/board?from=${from}&until=${until}`)).body;
  }

  async precision(): Promise<readonly PrecisionRow[]> {
    return (await this.commander.json<{ precision: PrecisionRow[] }>('GET', '/api/precision')).body.precision;
  }

  /** every order told since a place in the live stream; the analyst hears all of them */
  orders(since: number, of: (order: Order) => boolean = () => true, client = this.analyst): Order[] {
    return client.live.slice(since).filter((event): event is Order => event.kind === 'order' && of(event as Order));
  }

  /** the next order that `of` accepts */
  async order(since: number, of: (order: Order) => boolean = () => true): Promise<Order> {
    return (await this.analyst.seen((event) => event.kind === 'order' && of(event as Order), { since })) as Order;
  }

  /** gives a command and waits for what became of it */
  async command(client: Client, path: string, body: Record<string, unknown>): Promise<LiveEvent> {
    const command_id = crypto.randomUUID();
    const { status, body: answer } = await client.json('POST', `/api/commands/${path}`, { command_id, ...body });
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return verdict(client, command_id);
  }
}

export function verdict(client: Client, command_id: string): Promise<LiveEvent> {
  return client.seen(({ kind, command_id: id }) => (kind === 'applied' || kind === 'refused') && id === command_id);
}

/** what `ask` answers once `is` accepts it; for what follows the live stream within moments */
export async function soon<T>(ask: () => Promise<T>, is: (answer: T) => boolean, withinMs = 3_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${JSON.stringify(answer).slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** 周澜敏 -> 周█敏 */
export function masked(name: string): string {
  return `${name[0]}█${name.at(-1)}`;
}
