import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleSession, type LiveEvent } from '../cluster/live-watch.ts';

const AGAIN_MS = 300;
/** A console that has just been told of an order by another one may not know it yet. */
const UNKNOWN_WITHIN_MS = 10_000;
const GIVEN_UP_AFTER_MS = 60_000;

/** What an officer does about a card, so long after the step before. An order that is left alone calls the next one, and the next. */
const STEPS: ReadonlyArray<readonly [afterMs: number, path: string, body: Readonly<Record<string, unknown>>]> = [
  [0, 'response', { action: 'accept' }],
  [1_500, 'response', { action: 'en_route' }],
  [3_000, 'outcome', { outcome_code: 'T1', money_stopped_minor: 4_800_000, currency: 'CNY', believed: 'yes' }],
];

/** Officers who see to every order that they hear of, at whichever console answers. A command keeps its id when it is repeated. */
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
    const order = { case_id: String(event['case_id']), order_id: String(event['order_id']) };
    const ended: Promise<void> = this.#see(officer, order).then(() => void this.#underWay.delete(ended));
    this.#underWay.add(ended);
  }

  /** Takes no more orders; resolves when those it took are seen to. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#underWay);
  }

  async #see(officer: string, order: { readonly case_id: string; readonly order_id: string }): Promise<void> {
    for (const [index, [afterMs, path, body]] of STEPS.entries()) {
      await sleep(afterMs);
      const name = createHash('sha256').update(`${index} ${order.order_id}`).digest('hex');
      if (!(await this.#command(officer, path, { command_id: name.slice(0, 24), ...order, ...body }))) return;
    }
  }

  /** false: no repeat would help */
  async #command(officer: string, path: string, body: Readonly<Record<string, unknown>>): Promise<boolean> {
    const session = this.#sessions.get(officer) ?? new ConsoleSession('officer', officer);
    this.#sessions.set(officer, session);
    const begin = Date.now();
    while (Date.now() - begin < GIVEN_UP_AFTER_MS) {
      const urls = this.#urls();
      const url = urls[this.#turn++ % Math.max(1, urls.length)];
      const answer = url === undefined ? undefined : await session.ask(url, 'POST', `/api/commands/${path}`, body);
      if (answer?.status === 200) {
        this.answered.add(String(body['command_id']));
        return true;
      }
      const isUnknown = answer?.status === 404 && Date.now() - begin < UNKNOWN_WITHIN_MS;
      const isHopeless = answer !== undefined && answer.status < 500 && answer.status !== 401 && answer.status !== 429;
      if (isHopeless && !isUnknown) break;
      this.repeated++;
      await sleep(AGAIN_MS);
    }
    this.refused++;
    return false;
  }
}
