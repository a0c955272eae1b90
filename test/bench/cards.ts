import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { START_SETTINGS, startYujing, type StartSettings } from '@yujing/all-in-one';
import { readSettings } from '@yujing/runtime';
import { sendFromThread } from './load.ts';
import { bodiesOf, workload } from './workload.ts';

export interface CardFigures {
  readonly p50: number;
  readonly p99: number;
  readonly cards: number;
  readonly load_events_per_s: number;
}

const CARDS = 120;
const EVERY_MS = 150;
const BODY = 100;
const MINUTE_MS = 60_000;

/** A call that has gone on for more than five minutes: late at the door, and hooked at the next tick. */
function calls(now: number): object[] {
  return Array.from({ length: CARDS }, (_, n) => ({
    type: 'call',
    id: `card-call-${n}`,
    occurred_at: now - 5.5 * MINUTE_MS,
    subject_id: `C-${n}`,
    call_id: `card-${n}`,
    phase: 'answered',
    direction: 'incoming',
    subscriber_tel: `+8612${String(900_000_000 + n)}`,
    peer_tel: `0085299${String(n).padStart(6, '0')}`,
    route: 'intl_gateway',
    media: 'voice',
    first_contact: true,
    display_mismatch: true,
    duration_s: 0,
  }));
}

/** The telling event: two accounts emptied into one. */
function gathering(n: number, now: number): object[] {
  return [1, 2].map((from) => ({
    type: 'transaction',
    id: `card-move-${n}-${from}`,
    occurred_at: now,
    subject_id: `C-${n}`,
    txn_id: `card-${n}-${from}`,
    phase: 'settled',
    kind: 'self_move',
    payer_acct: `62${String(from)}${String(n).padStart(16, '0')}`,
    payee_acct: `629${String(n).padStart(16, '0')}`,
    payee_kind: 'personal',
    amount_minor: 20_000_000,
    currency: 'CNY',
    channel: 'mobile',
  }));
}

async function post(url: string, key: string, events: readonly object[]): Promise<void> {
  const answer = await fetch(`${url}v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  if (answer.status !== 202) throw new Error(`the door answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

/** A demo officer's session. */
export async function officerCookie(url: string): Promise<string> {
  const answer = await fetch(`${url}api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-yujing-client': 'bench' },
    body: JSON.stringify({ role: 'officer', user: 'officer-3107' }),
  });
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

/** When each person's first RED order arrived, less the door's time of the event that told: `issued_at` is that time. */
function orders(url: string, cookie: string, seen: (issuedAt: number, caseId: string) => void): () => void {
  const stream = get(`${url}api/live`, { headers: { cookie, accept: 'text/event-stream' } }, (answer) => {
    answer.setEncoding('utf8');
    let buffer = '';
    answer.on('data', (chunk: string) => {
      buffer += chunk;
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const data = /^data: ?(.*)$/m.exec(buffer.slice(0, end))?.[1];
        buffer = buffer.slice(end + 2);
        if (data === undefined) continue;
        const event = JSON.parse(data) as { kind: string; issued_at: number; case_id: string; level: string };
        if (event.kind === 'order' && event.level === 'RED') seen(event.issued_at, event.case_id);
      }
    });
    answer.on('error', () => undefined);
  });
  stream.on('error', () => undefined);
  return () => stream.destroy();
}

/** Where the cards come from: an installation that runs, embedded or of many processes. */
export interface CardTarget {
  /** of the door and of the pages, each with a slash at its end */
  readonly door: string;
  readonly pages: string;
  readonly key: string;
  /** of an officer's session */
  readonly cookie: string;
}

/** p50 and p99 from an event accepted to the card on the live stream, while the door takes `load` events a second. */
export async function cardLatency({ door, pages, key, cookie }: CardTarget, load: number): Promise<CardFigures> {
  const taken = new Map<string, number>();
  const close = orders(pages, cookie, (issuedAt, caseId) => {
    if (!taken.has(caseId)) taken.set(caseId, Date.now() - issuedAt);
  });
  await post(door, key, calls(Date.now()));
  await wait(3000);
  const seconds = (CARDS * EVERY_MS) / 1000 + 2;
  const events = Math.round(load * seconds);
  const bodies = bodiesOf(
    workload({ events, start: Date.now(), rate: load, people: 50_000, counterparties: 50_000, run: 'cards' }),
    BODY,
  );
  const background = sendFromThread({ url: door, key, bodies, eventsPerBody: BODY, together: 4, rate: load });
  await wait(1000);
  for (let n = 0; n < CARDS; n++) {
    await post(door, key, gathering(n, Date.now()));
    await wait(EVERY_MS);
  }
  const { startedAt, endedAt } = await background;
  await wait(1000);
  close();
  const sorted = [...taken.values()].sort((a, b) => a - b);
  if (sorted.length < CARDS) throw new Error(`only ${sorted.length} of ${CARDS} cards came`);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
  return {
    p50: at(0.5),
    p99: at(0.99),
    cards: sorted.length,
    load_events_per_s: Math.round((events * 1000) / (endedAt - startedAt)),
  };
}

/** The same on one machine: an installation of its own in the folder. */
export async function embeddedCardLatency(folder: string, load: number): Promise<CardFigures> {
  const { values } = readSettings(START_SETTINGS, {
    argv: ['--port', '0', '--no-town', '--data', folder, '--log-level', 'error'],
  });
  const yujing = await startYujing(values as StartSettings);
  const url = yujing.url.replace('localhost', '127.0.0.1');
  const target = { door: url, pages: url, key: yujing.demoKey ?? '', cookie: await officerCookie(url) };
  const figures = await cardLatency(target, load);
  await yujing.stop();
  return figures;
}
