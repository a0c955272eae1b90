import { Client, type LiveEvent } from '../acceptance/client.ts';
import type { YujingProcess } from '../acceptance/yujing-process.ts';
import type { Day } from './day.ts';
import { Rejected, type Operation } from './operation.ts';
import { Outside, pause } from './outside.ts';
import type { People, SeenCase, SeenOrder } from './people.ts';

export interface Performed {
  readonly operation: Operation;
  readonly durationMs: number;
}

/** The live stream tells of a release within this time; what it tells later is answered one step later. */
const TOLD_WITHIN_MS = 10;

/** Hears of orders and cases as an analyst does, and lets the people decide. */
class Listener {
  readonly #live: readonly LiveEvent[];
  readonly #people: People;
  #heard = 0;

  constructor(client: Client, people: People) {
    this.#live = client.live;
    this.#people = people;
  }

  listen(): void {
    for (; this.#heard < this.#live.length; this.#heard++) {
      const event = this.#live[this.#heard] as LiveEvent;
      if (event.kind === 'order') this.#people.seeOrder(event as unknown as SeenOrder);
      if (event.kind === 'case') this.#people.seeCase(event['case'] as SeenCase);
    }
  }
}

/**
 * Plays a day without a fault and answers what everybody outside did, in order. People answer what they are shown, so their
 * commands become known here; the disturbed run is given the same ones.
 */
export async function playUndisturbed(process: YujingProcess, day: Day, people: People): Promise<Performed[]> {
  const started = process.started;
  const outside = new Outside(started);
  const client = new Client(started);
  await client.signIn('analyst', 'analyst-01');
  await client.follow();
  const listener = new Listener(client, people);
  const performed: Performed[] = [];
  const perform = async (operation: Operation): Promise<void> => {
    const begin = performance.now();
    await outside.perform(operation);
    performed.push({ operation, durationMs: performance.now() - begin });
  };
  await perform({ kind: 'persons', persons: day.register });
  for (const { bodies, until } of day.steps) {
    for (const events of bodies) await perform({ kind: 'events', events });
    await perform({ kind: 'clock', until });
    await pause(TOLD_WITHIN_MS);
    listener.listen();
    for (const command of people.due(until)) {
      // A page that was overtaken (somebody else's order by now) is refused at once and leaves no record.
      await perform({ kind: 'command', command }).catch((error: unknown) => {
        if (!(error instanceof Rejected)) throw error;
      });
    }
  }
  client.close();
  return performed;
}
