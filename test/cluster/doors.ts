import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DoorEvent, RegisterEntry } from '@yujing/simulator';

export interface DoorsOptions {
  /** addresses of the doors that run now */
  readonly urls: () => readonly string[];
  readonly key: string;
  /** name of the source that the key belongs to */
  readonly source: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const ANSWER_WITHIN_MS = 20_000;
const AGAIN_MS = 100;
const MOST_IN_BODY = 500;

/** The name of an event (contract: hash of the source and of its own id), worked out here and not by the door. */
export function eventName(source: string, id: string): string {
  return createHash('sha256').update(`${source}\n${id}`).digest('hex').slice(0, 32);
}

/** A source that sends until it is answered, the same events with the same ids, to whatever door answers. */
export class Doors {
  /** names of all events that were sent, and of those that were answered 202 */
  readonly sent = new Set<string>();
  readonly accepted = new Set<string>();
  /** requests that had to be made again */
  repeated = 0;
  readonly #options: DoorsOptions;
  #turn = 0;
  #isClosed = false;

  constructor(options: DoorsOptions) {
    this.#options = options;
  }

  async register(persons: readonly RegisterEntry[]): Promise<void> {
    await this.#ask('PUT', '/v1/persons', persons);
  }

  /** Resolves when everything is answered, or the doors are closed. */
  async send(events: readonly DoorEvent[]): Promise<void> {
    for (let at = 0; at < events.length; at += MOST_IN_BODY) await this.#sendBody(events.slice(at, at + MOST_IN_BODY));
  }

  /** `clock: door`: lets time go on */
  async clock(until: number): Promise<void> {
    await this.#ask('POST', '/v1/clock', { until });
  }

  /** Nothing is sent again from here on; what was not answered stays so. */
  close(): void {
    this.#isClosed = true;
  }

  async #sendBody(events: readonly DoorEvent[]): Promise<void> {
    const names = events.map(({ id }) => eventName(this.#options.source, id));
    for (const name of names) this.sent.add(name);
    const text = await this.#ask('POST', '/v1/events', events);
    if (text === undefined) return;
    const { refused } = JSON.parse(text) as { readonly refused: readonly unknown[] };
    if (refused.length > 0) throw new Error(`the door refused events: ${text.slice(0, 500)}`);
    for (const name of names) this.accepted.add(name);
  }

  /** undefined: the doors were closed before anybody answered */
  async #ask(method: string, path: string, body: unknown): Promise<string | undefined> {
    while (!this.#isClosed) {
      const answer = await this.#try(method, path, body);
      if (answer !== undefined && answer.status < 300) return answer.text;
      if (answer !== undefined && answer.status < 500 && answer.status !== 429) {
        throw new Error(`${method} ${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
      }
      this.repeated++;
      await sleep(AGAIN_MS);
    }
    return undefined;
  }

  async #try(method: string, path: string, body: unknown): Promise<Answer | undefined> {
    const urls = this.#options.urls();
    const url = urls[this.#turn++ % Math.max(1, urls.length)];
    if (url === undefined) return undefined;
    try {
      const answer = await fetch(url + path, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#options.key}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return { status: answer.status, text: await answer.text() };
    } catch {
      // Nobody knows whether it arrived: it is sent again.
      return undefined;
    }
  }
}
