import type { DoorEvent } from '../city/event.ts';
import type { RegisterEntry } from '../city/town.ts';

/** Answer of the door to events. */
export interface DoorAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly refused: ReadonlyArray<{ readonly index: number; readonly code: string; readonly field: string }>;
}

export interface DoorClientOptions {
  /** where the door listens, e.g. `http://127.0.0.1:7700` */
  readonly url: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

const FIRST_WAIT_MS = 200;
const LAST_WAIT_MS = 5000;
const MS_PER_S = 1000;

/** Waits, but no longer than until the signal. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, durationMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}

/** A source as the door expects one: batches, the same ids on every retry, Retry-After obeyed. */
export class DoorClient {
  readonly #options: DoorClientOptions;

  constructor(options: DoorClientOptions) {
    this.#options = options;
  }

  async register(entries: readonly RegisterEntry[]): Promise<void> {
    await this.#send('PUT', '/v1/persons', 'application/json', JSON.stringify(entries));
  }

  /** undefined when the signal came first */
  async send(events: readonly DoorEvent[]): Promise<DoorAnswer | undefined> {
    const body = events.map((event) => `${JSON.stringify(event)}\n`).join('');
    const response = await this.#send('POST', '/v1/events', 'application/x-ndjson', body);
    return response === undefined ? undefined : ((await response.json()) as DoorAnswer);
  }

  async #send(method: string, path: string, type: string, body: string): Promise<Response | undefined> {
    const { url, key, signal } = this.#options;
    const headers = { authorization: `Bearer ${key}`, 'content-type': type };
    for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LAST_WAIT_MS)) {
      const response = await fetch(new URL(path, url), { method, headers, body, signal }).catch(() => undefined);
      if (response !== undefined && response.status < 400) return response;
      // 400 still names what was refused; the rest of the 400s is a mistake that no repeat puts right.
      if (response?.status === 400 && path === '/v1/events') return response;
      if (response !== undefined && response.status < 500 && response.status !== 429) {
        throw new Error(`the door answers ${response.status} to ${method} ${path}`);
      }
      const after = Number(response?.headers.get('retry-after') ?? 0) * MS_PER_S;
      await response?.body?.cancel();
      await pause(Math.max(wait, after), signal);
    }
    return undefined;
  }
}
