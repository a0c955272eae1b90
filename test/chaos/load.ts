import { setTimeout as sleep } from 'node:timers/promises';
import {
  createTown,
  DEMO_PEOPLE,
  demoRegister,
  everydayMinute,
  inventedAccount,
  LOOK_ALIKES,
  registerOf,
  STORIES,
  timeText,
  type DoorEvent,
  type Resident,
  type TimedEvent,
  type Town,
} from '@yujing/simulator';
import { eventName, type Doors } from '../cluster/doors.ts';
import { scaledStory } from '../cluster/scaled-story.ts';
import { Random } from '../kill/random.ts';

export interface LoadOptions {
  readonly doors: Doors;
  readonly source: string;
  readonly seed: number;
  /** events of everyday life in a second */
  readonly eventsPerSecond: number;
  readonly probesPerSecond: number;
  /** stories are told so much faster, as the rules are scaled */
  readonly timeScale: number;
}

/** A probe moves this sum and its own number in fen, by which its card is known on the live stream; nobody else has as much. */
export const PROBE_AMOUNT_MINOR = 900_000_000;

/** A synthetic victim: what is done to her must come to a card. */
export interface Probe {
  readonly sentAt: number;
  /** name of the event that tells */
  readonly event: string;
}

const STEP_MS = 50;
const MINUTE_MS = 60_000;
const RESIDENTS = 150;
/** A call is reported when it is answered, in progress and when it ends: 2.3 events. */
const EVENTS_PER_CALL = 2.3;
const STORY_EVERY_MS = 4_000;
/** A side-loaded app comes shortly before the payment with the screen shared. */
const APP_BEFORE_MS = 2_000;

/** Everyday traffic, frauds and look-alikes, and probes at a steady pace, sent as they happen. */
export class Load {
  readonly probes: Probe[] = [];
  readonly #options: LoadOptions;
  readonly #town: Town;
  readonly #random: Random;
  readonly #run: string;
  #agenda: TimedEvent[] = [];
  #underWay = new Set<Promise<void>>();
  #isStopped = false;
  #running: Promise<void> | undefined;
  #failure: unknown;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#town = createTown({ seed: `chaos-${options.seed}`, residents: RESIDENTS });
    this.#random = new Random(options.seed, 'load');
    this.#run = `c${options.seed.toString(36)}`;
  }

  async start(): Promise<void> {
    await this.#options.doors.register([...registerOf(this.#town.residents), ...demoRegister()]);
    this.#running = this.#play();
  }

  /** Nothing new begins; resolves when everything that was sent is answered. @throws when the door refused something */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #play(): Promise<void> {
    const { probesPerSecond } = this.#options;
    const begin = Date.now();
    let minutes = 0;
    let stories = 0;
    let probes = 0;
    while (!this.#isStopped) {
      const passed = Date.now() - begin;
      while (minutes * MINUTE_MS <= passed) this.#agenda.push(...this.#everyday(begin + minutes++ * MINUTE_MS));
      while (stories * STORY_EVERY_MS <= passed) this.#agenda.push(...this.#story(begin + stories++ * STORY_EVERY_MS));
      this.#agenda.sort((a, b) => a.at_ms - b.at_ms);
      const due = this.#agenda.findIndex(({ at_ms }) => at_ms > begin + passed);
      const now = this.#agenda.splice(0, due < 0 ? this.#agenda.length : due);
      if (now.length > 0) this.#send(now.map(({ event }) => event));
      while ((probes * 1_000) / probesPerSecond <= passed) this.#probe(probes++);
      await sleep(STEP_MS);
    }
  }

  /** Not waited for: a door that is away holds up nothing but what was sent to it. */
  #send(events: readonly DoorEvent[]): void {
    const sending = this.#options.doors.send(events).catch((error: unknown) => (this.#failure = error));
    const ended: Promise<void> = sending.then(() => void this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }

  #everyday(minute: number): TimedEvent[] {
    const perMinute = this.#options.eventsPerSecond * 60;
    const callsPerMinute = Math.round(perMinute / 2 / EVENTS_PER_CALL);
    const traffic = { callsPerMinute, paymentsPerMinute: Math.round(perMinute / 2) };
    return everydayMinute(this.#town, traffic, this.#run, minute);
  }

  #story(start: number): TimedEvent[] {
    const name = this.#random.pick([...STORIES, ...LOOK_ALIKES]);
    const person = this.#random.pick<Resident>([...DEMO_PEOPLE, ...this.#town.residents]);
    return scaledStory(name, { start, person, run: this.#run }, this.#options.timeScale);
  }

  #probe(number: number): void {
    const sentAt = Date.now();
    const events = probeEvents(`${this.#run}-${number}`, sentAt, PROBE_AMOUNT_MINOR + number);
    this.probes.push({ sentAt, event: eventName(this.#options.source, events[1].id) });
    this.#send(events);
  }
}

/** Two feeds, so that it is RED at once: a side-loaded application, then money that leaves while the screen is shared. */
export function probeEvents(name: string, at: number, amount_minor: number): [DoorEvent, DoorEvent] {
  const random = new Random(0, name);
  const person = { subject_id: `P-PROBE-${name}` };
  const app: DoorEvent = {
    type: 'domain_visit',
    id: `probe-${name}-app`,
    occurred_at: timeText(at - APP_BEFORE_MS),
    ...person,
    domain: `probe-${name}.example`,
    content_class: 'remote_app',
    app_pkg: 'example.quick.help',
    app_sideload: true,
    domain_age_d: 9,
    referrer: 'chat',
    verdict: 'unknown',
  };
  const out: DoorEvent = {
    type: 'transaction',
    id: `probe-${name}-out`,
    occurred_at: timeText(at),
    ...person,
    txn_id: `probe-${name}-out`,
    phase: 'initiated',
    kind: 'transfer_out',
    payer_acct: inventedAccount(random),
    payer_inst: 'BANK-A',
    payee_acct: inventedAccount(random),
    payee_inst: 'BANK-D',
    payee_kind: 'personal',
    payee_acct_age_d: 11,
    amount_minor,
    currency: 'CNY',
    channel: 'mobile',
    device_screen_share: true,
    device_call_active: true,
    first_payee: true,
    delay_mode: 'realtime',
  };
  return [app, out];
}
