import type { Started } from '../acceptance/yujing-process.ts';
import { Rejected, Unanswered, type Operation } from './operation.ts';
import type { Command } from './people.ts';

const ANSWER_WITHIN_MS = 30_000;
/** A page or a phone that is told `not found` of what it has just heard of asks again. */
const UNKNOWN_WITHIN_MS = 5_000;
const AGAIN_MS = 25;

/** Everybody outside: the source at the door, the hand on its clock, people at their pages. Lives as long as the process. */
export class Outside {
  readonly #url: string;
  readonly #key: string;
  readonly #cookies = new Map<string, string>();

  constructor({ url, demo_key }: Started) {
    this.#url = url.replace('localhost', '127.0.0.1').replace(/\/$/, '');
    this.#key = demo_key ?? '';
  }

  /** @throws Unanswered, Rejected */
  async perform(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'persons':
        return this.#door('PUT', '/v1/persons', operation.persons);
      case 'events':
        return this.#door('POST', '/v1/events', operation.events);
      case 'clock':
        return this.#door('POST', '/v1/clock', { until: operation.until });
      case 'command':
        return this.#command(operation.command);
    }
  }

  async #door(method: string, path: string, body: unknown): Promise<void> {
    const { status, text } = await this.#ask(method, path, body, { authorization: `Bearer ${this.#key}` });
    if (status >= 300) throw new Rejected(path, status, text);
    const { refused = [] } = JSON.parse(text) as { readonly refused?: readonly unknown[] };
    if (refused.length > 0) throw new Rejected(path, status, JSON.stringify(refused));
  }

  async #command(command: Command): Promise<void> {
    const path = command.path === 'deliveries' ? '/api/deliveries' : `/api/commands/${command.path}`;
    for (const until = Date.now() + UNKNOWN_WITHIN_MS; ; await pause(AGAIN_MS)) {
      const cookie = await this.#signedIn(command);
      const { status, text } = await this.#ask('POST', path, command.body, { cookie, 'x-yujing-client': 'test' });
      if (status === 200) return;
      if (status !== 404 || Date.now() > until) throw new Rejected(path, status, text);
    }
  }

  async #signedIn({ user, role }: Command): Promise<string> {
    const known = this.#cookies.get(user);
    if (known !== undefined) return known;
    const { status, text, cookie } = await this.#ask(
      'POST',
      '/api/session',
      { role, user },
      { 'x-yujing-client': 'test' },
    );
    if (status !== 200) throw new Rejected(`sign in as ${user}`, status, text);
    this.#cookies.set(user, cookie);
    return cookie;
  }

  async #ask(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number; readonly text: string; readonly cookie: string }> {
    try {
      const response = await fetch(this.#url + path, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      const cookie = (response.headers.getSetCookie() ?? []).map((set) => set.split(';')[0] ?? '').join('; ');
      return { status: response.status, text: await response.text(), cookie };
    } catch (error) {
      throw new Unanswered(path, { cause: error });
    }
  }
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
