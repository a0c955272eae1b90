import { request } from 'node:http';
import type { Started } from './yujing-process.ts';

/** A person at a page: a session cookie, commands with ids of his own, and the live stream. */
export class Client {
  readonly #url: string;
  #cookie = '';
  readonly live: LiveEvent[] = [];
  /** every answer as it came, an opening of clear text aside */
  readonly answers: string[] = [];
  liveText = '';
  #waiting: Array<() => void> = [];
  #close: (() => void) | undefined;

  constructor(started: Started) {
    this.#url = started.url.replace(/\/$/, '');
  }

  async json<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }> {
    const answer = await fetch(this.#url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.#cookie === '' ? {} : { cookie: this.#cookie }),
        'x-yujing-client': 'test',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const set = answer.headers.get('set-cookie');
    if (set !== null) this.#cookie = set.split(';')[0] ?? '';
    const text = await answer.text();
    if (!path.endsWith('/open')) this.answers.push(text);
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as T };
  }

  async signIn(role: string, user?: string): Promise<void> {
    const answer = await this.json('POST', '/api/session', user === undefined ? { role } : { role, user });
    if (answer.status !== 200) throw new Error(`sign in as ${role}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** opens the live stream; events are kept in `live` in order */
  async follow(lastEventId?: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const stream = request(
        `${this.#url}/api/live`,
        {
          headers: {
            cookie: this.#cookie,
            accept: 'text/event-stream',
            ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
          },
        },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(`live stream: ${response.statusCode}`));
          response.setEncoding('utf8');
          let buffer = '';
          response.on('data', (chunk: string) => {
            this.liveText += chunk;
            buffer += chunk;
            let end = buffer.indexOf('\n\n');
            while (end >= 0) {
              this.#take(buffer.slice(0, end));
              buffer = buffer.slice(end + 2);
              end = buffer.indexOf('\n\n');
            }
          });
          response.on('error', () => undefined);
          resolve();
        },
      );
      stream.on('error', (error) => (this.#close === undefined ? reject(error) : undefined));
      this.#close = () => stream.destroy();
      stream.end();
    });
  }

  #take(block: string): void {
    const event: { id?: string; data: string } = { data: '' };
    for (const line of block.split('\n')) {
      if (line.startsWith('id:')) event.id = line.slice(3).trim();
      if (line.startsWith('data:')) event.data += line.slice(5).trim();
    }
    if (event.data === '') return;
    this.live.push({ ...(JSON.parse(event.data) as LiveEvent), id: event.id });
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** the first event, seen from the place `since` on or still to come, that `match` accepts */
  async seen(match: (event: LiveEvent) => boolean, { since = 0, withinMs = 10_000 } = {}): Promise<LiveEvent> {
    const until = Date.now() + withinMs;
    for (;;) {
      const found = this.live.slice(since).find(match);
      if (found !== undefined) return found;
      const left = until - Date.now();
      if (left <= 0)
        throw new Error(`not on the live stream; seen: ${JSON.stringify(this.live.slice(since)).slice(0, 2000)}`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        setTimeout(resolve, Math.min(left, 200)).unref();
      });
    }
  }

  close(): void {
    this.#close?.();
  }
}

export type LiveEvent = { readonly kind: string; readonly id?: string | undefined } & Record<string, unknown>;

/** A source at the door, and the hand on the door's clock. */
export class Door {
  readonly #started: Started;
  constructor(started: Started) {
    this.#started = started;
  }

  async #send(method: string, path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(this.#started.url.replace(/\/$/, '') + path, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#started.demo_key ?? ''}` },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  async persons(persons: readonly unknown[]): Promise<void> {
    const answer = await this.#send('PUT', '/v1/persons', persons);
    if (answer.status >= 300) throw new Error(`persons: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async events(events: readonly unknown[]): Promise<Record<string, unknown>> {
    const answer = await this.#send('POST', '/v1/events', events);
    if (answer.status !== 202) throw new Error(`events: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** lets door time run to `until` (epoch ms); resolves when everything up to there is processed and durable */
  async clock(until: number): Promise<void> {
    const answer = await this.#send('POST', '/v1/clock', { until });
    if (answer.status !== 200) throw new Error(`clock: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
