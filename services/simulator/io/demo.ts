import type { TimedEvent } from '../city/event.ts';
import type { Traffic } from '../city/everyday.ts';
import { createTown, registerOf } from '../city/town.ts';
import { demoRegister } from '../stories/people.ts';
import { programmeMinute, type Programme } from '../stories/programme.ts';
import { DoorClient, pause } from './door-client.ts';

export interface DemoOptions {
  /** where the door listens */
  readonly url: string;
  /** a key of the role demo */
  readonly key: string;
  /** epoch milliseconds; the demo goes by it */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** one line a time, nothing personal in it */
  readonly log?: (line: string) => void;
  readonly seed?: string | number;
  readonly residents?: number;
  readonly traffic?: Traffic;
}

const MINUTE_MS = 60_000;
const STEP_MS = 250;
const MAX_BATCH = 500;
const EVERYDAY: Traffic = { callsPerMinute: 6, paymentsPerMinute: 5 };

/** What is to be sent, earliest first. A minute adds dozens of events, so a sorted list does. */
class Agenda {
  #events: TimedEvent[] = [];

  add(events: readonly TimedEvent[]): void {
    this.#events = [...this.#events, ...events].sort((a, b) => a.at_ms - b.at_ms);
  }

  takeUntil(now: number): TimedEvent[] {
    let count = 0;
    while (count < MAX_BATCH && (this.#events[count]?.at_ms ?? Infinity) <= now) count++;
    return this.#events.splice(0, count);
  }
}

/**
 * Plays the town until the signal: registers everybody, begins with the golden call 4.5 minutes ago, then goes on in real time.
 * The begin is part of every id, so a restart goes on with the town at its own now and repeats nothing.
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { now, signal, log = () => undefined } = options;
  const client = new DoorClient(options);
  const town = createTown({ seed: options.seed ?? 'yunhe', residents: options.residents ?? 200 });
  await client.register([...registerOf(town.residents), ...demoRegister()]);
  const begin = now();
  const programme: Programme = { town, traffic: options.traffic ?? EVERYDAY, begin, run: begin.toString(36) };
  log(`town: ${town.residents.length} residents registered, the first call is under way`);
  const agenda = new Agenda();
  for (let minute = 0; !signal.aborted;) {
    const at = now();
    // After a long sleep of the machine the missed minutes are left out: they would all be late.
    if (at - (begin + minute * MINUTE_MS) > 2 * MINUTE_MS) minute = Math.floor((at - begin) / MINUTE_MS);
    if (at >= begin + minute * MINUTE_MS) agenda.add(programmeMinute(programme, minute++));
    const due = agenda.takeUntil(at);
    if (due.length > 0) await deliver(client, due, log);
    if (due.length < MAX_BATCH) await pause(STEP_MS, signal);
  }
}

async function deliver(client: DoorClient, due: readonly TimedEvent[], log: (line: string) => void): Promise<void> {
  const answer = await client.send(due.map(({ event }) => event));
  for (const { code, field } of answer?.refused ?? []) log(`town: the door refused an event: ${code} ${field}`);
}
