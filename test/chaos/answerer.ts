import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleSession, type LiveEvent } from '../cluster/live-watch.ts';

const AGAIN_MS = 300;
/** A console that has just been told of an order by another one may not know it yet. */
const UNKNOWN_WITHIN_MS = 10_000;
const GIVEN_UP_AFTER_MS = 60_000;

/** Officers who take every order that they hear of, at whichever console answers. A command keeps its id when it is repeated. */
export class Answerer {
  /** commands that were answered 200 */
  readonly answered = new Set<string>();
  /** commands that no repeat would make better: the order was somebody else's by then */
  refused = 0;
  repeated = 0;
  readonly #urls: () => readonly string[];
  readonly #sessions = new Map<string, ConsoleSession>();
  readonly #underWay = new Set<Promise<void>>();
  #turn = 0;
  #isClosed = false;

  constructor(urls: () => readonly string[]) {
    this.#urls = urls;
  }

  hear(event: LiveEvent): void {
    if (event.kind !== 'order' || this.#isClosed) return;
    const officer = String(event['officer']);
    // Desks of county and city have no phone page.
    if (officer.startsWith('desk-')) return;
    const answering = this.#accept(officer, String(event['case_id']), String(event['order_id']));
    const ended: Promise<void> = answering.then(() => void this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }

  /** Takes no more orders; resolves when those it took are answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#underWay);
  }

  async #accept(officer: string, case_id: string, order_id: string): Promise<void> {
    const session = this.#sessions.get(officer) ?? new ConsoleSession('officer', officer);
    this.#sessions.set(officer, session);
    const command_id = createHash('sha256').update(`accept ${order_id}`).digest('hex').slice(0, 24);
    const body = { command_id, case_id, order_id, action: 'accept' };
    const begin = Date.now();
    while (Date.now() - begin < GIVEN_UP_AFTER_MS) {
      const urls = this.#urls();
      const url = urls[this.#turn++ % Math.max(1, urls.length)];
      const answer = url === undefined ? undefined : await session.ask(url, 'POST', '/api/commands/response', body);
      if (answer?.status === 200) return void this.answered.add(command_id);
      const isUnknown = answer?.status === 404 && Date.now() - begin < UNKNOWN_WITHIN_MS;
      const isHopeless = answer !== undefined && answer.status < 500 && answer.status !== 401 && answer.status !== 429;
      if (isHopeless && !isUnknown) return void this.refused++;
      this.repeated++;
      await sleep(AGAIN_MS);
    }
    this.refused++;
  }
}
