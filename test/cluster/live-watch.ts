import { request, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export type LiveEvent = { readonly kind: string } & Readonly<Record<string, unknown>>;

export interface LiveWatchOptions {
  /** addresses of the consoles that run now */
  readonly urls: () => readonly string[];
  readonly role: string;
  readonly user?: string;
  readonly onEvent?: (event: LiveEvent, heardAt: number) => void;
}

const AGAIN_MS = 100;
/** A console says something every few seconds; one that is silent so long is gone. */
const SILENT_MS = 20_000;
const ANSWER_WITHIN_MS = 5_000;

/** A session with whichever console runs: the cookie of one holds at all of them. */
export class ConsoleSession {
  #cookie = '';
  readonly #role: string;
  readonly #user: string | undefined;

  constructor(role: string, user?: string) {
    this.#role = role;
    this.#user = user;
  }

  async cookieAt(url: string): Promise<string> {
    if (this.#cookie === '') await this.#signIn(url);
    return this.#cookie;
  }

  forget(): void {
    this.#cookie = '';
  }

  /** undefined: no answer */
  async ask(
    url: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly text: string } | undefined> {
    try {
      const cookie = await this.cookieAt(url);
      const answer = await fetch(url + path, {
        method,
        headers: {
          cookie,
          'x-yujing-client': 'test',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (answer.status === 401) this.forget();
      return { status: answer.status, text: await answer.text() };
    } catch {
      // It is down, or was killed while it answered.
      return undefined;
    }
  }

  async #signIn(url: string): Promise<void> {
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-yujing-client': 'test' },
      body: JSON.stringify(this.#user === undefined ? { role: this.#role } : { role: this.#role, user: this.#user }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.status !== 200) throw new Error(`sign in as ${this.#role}: ${answer.status} ${await answer.text()}`);
    this.#cookie = answer.headers
      .getSetCookie()
      .map((set) => set.split(';')[0] ?? '')
      .join('; ');
  }
}

/**
 * A page that stays open: hears the live stream, and when its console dies goes on at another one from the last event it
 * heard, as a browser does.
 */
export class LiveWatch {
  /** order id -> when it was heard first */
  readonly orders = new Map<string, number>();
  /** case id -> when its first order was heard */
  readonly carded = new Map<string, number>();
  readonly cases = new Map<string, LiveEvent>();
  readonly labels = new Map<string, LiveEvent>();
  /** orders that came a second time while the stream stood */
  repeats = 0;
  /** orders that were told again after the page had come back: a page knows them by their id */
  toldAgain = 0;
  reconnects = 0;
  resets = 0;
  readonly session: ConsoleSession;
  /** the console that it listens to */
  url: string | undefined;
  readonly #options: LiveWatchOptions;
  #stream: ClientRequest | undefined;
  #lastId: string | undefined;
  #connected = new Set<string>();
  #isClosed = false;
  #running: Promise<void> | undefined;
  #opened: (() => void) | undefined;

  constructor(options: LiveWatchOptions) {
    this.#options = options;
    this.session = new ConsoleSession(options.role, options.user);
  }

  /** Resolves when the stream stands for the first time. */
  open(): Promise<void> {
    return new Promise((resolve) => {
      this.#opened = resolve;
      this.#running = this.#run();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stream?.destroy();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let turn = 0; !this.#isClosed; turn++) {
      const urls = this.#options.urls();
      const url = urls[turn % Math.max(1, urls.length)];
      if (url !== undefined) await this.#listen(url).catch(() => this.session.forget());
      if (this.#isClosed) return;
      this.reconnects++;
      await sleep(AGAIN_MS);
    }
  }

  async #listen(url: string): Promise<void> {
    const cookie = await this.session.cookieAt(url);
    this.#connected = new Set();
    this.url = url;
    const resume = this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId };
    await new Promise<void>((resolve, reject) => {
      const stream = request(`${url}/api/live`, { headers: { cookie, accept: 'text/event-stream', ...resume } });
      this.#stream = stream;
      stream.setTimeout(SILENT_MS, () => stream.destroy());
      stream.on('error', reject);
      stream.on('close', resolve);
      stream.on('response', (response) => {
        if (response.statusCode !== 200) return void stream.destroy(new Error(`live stream: ${response.statusCode}`));
        this.#opened?.();
        response.setEncoding('utf8');
        let buffer = '';
        response.on('data', (chunk: string) => {
          buffer += chunk;
          for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
            this.#take(buffer.slice(0, end));
            buffer = buffer.slice(end + 2);
          }
        });
        response.on('error', () => undefined);
      });
      stream.end();
    });
  }

  #take(block: string): void {
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('id:')) this.#lastId = line.slice(3).trim();
      if (line.startsWith('data:')) data += line.slice(5).trim();
    }
    if (data === '') return;
    const event = JSON.parse(data) as LiveEvent;
    const heardAt = Date.now();
    if (event.kind === 'reset') this.resets++;
    if (event.kind === 'case') {
      const found = event['case'] as { readonly case_id: string };
      this.cases.set(found.case_id, event);
    }
    if (event.kind === 'label') this.labels.set(String(event['case_id']), event);
    if (event.kind === 'order' && !this.#takeOrder(event, heardAt)) return;
    this.#options.onEvent?.(event, heardAt);
  }

  /** false: it was heard before */
  #takeOrder(event: LiveEvent, heardAt: number): boolean {
    const id = String(event['order_id']);
    const case_id = String(event['case_id']);
    const isRepeat = this.#connected.has(id);
    this.#connected.add(id);
    if (this.orders.has(id)) {
      if (isRepeat) this.repeats++;
      else this.toldAgain++;
      return false;
    }
    this.orders.set(id, heardAt);
    if (!this.carded.has(case_id)) this.carded.set(case_id, heardAt);
    return true;
  }
}
