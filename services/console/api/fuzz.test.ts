import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrial, type Trial } from '../stand-in/console.ts';
import { emptyDump } from '../stand-in/dump.ts';
import { caseOf, hex, orderOf } from '../stand-in/records.ts';

const REQUESTS = 2_000;

let trial: Trial;
beforeAll(async () => {
  trial = await openTrial({ dump: await emptyDump() });
  trial.broker.put('Order', orderOf('zhou', 'officer-3107'));
  trial.broker.put('Case', caseOf('zhou', { officer: 'officer-3107' }));
  await trial.seen();
});
afterAll(() => trial.close());

/** The same requests in every run: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  '',
  'x',
  '\0',
  '\ud800',
  '周慧敏',
  "'; DROP TABLE cases; --",
  '__proto__',
  '../../etc/passwd',
  [],
  [[]],
  {},
  { constructor: 1 },
  'a'.repeat(300),
  'cmd-00001',
  hex('case zhou'),
  hex('order zhou officer-3107'),
  'accept',
  'confirm',
  'T1',
  'RED',
  'CNY',
  'contact',
  'delivered',
  'officer',
  17953272e5,
];
const FIELDS = [
  'command_id',
  'case_id',
  'order_id',
  'action',
  'reason',
  'undo_of',
  'request',
  'answer',
  'amount_minor',
  'currency',
  'client_at',
  'client_seq',
  'method',
  'result',
  'duration_s',
  'outcome_code',
  'modes_actual',
  'believed',
  'decision',
  'level_to',
  'hold_s',
  'to_precinct',
  'purpose',
  'device',
  'status',
  'channel',
  'role',
  'user',
  '__proto__',
  'constructor',
];
const PATHS = [
  'session',
  'sign-in',
  'officer/cards',
  'officers/me/shift',
  'precincts',
  'queue',
  'board',
  'precision',
  'search',
  'deliveries',
  'commands/response',
  'commands/contact',
  'commands/outcome',
  'commands/decision',
  'commands/hand-over',
  'commands/cmd-00001',
  'read-model/state',
  `cases/${hex('case zhou')}`,
  `cases/${hex('case zhou')}/open`,
  'cases/%00',
  'cases/..%2f..',
  'nothing',
];
const QUERIES = [
  '',
  '?from=1&until=2',
  '?from=x',
  '?until=99999999999999999',
  '?from=1e300&until=1e301',
  '?text=%00%0d',
  '?text=%00',
  "?text=' OR 1=1 --",
  '?text=%F0%9F',
  '?from=1&from=2',
  '?last_event_id=%0a',
  '?a[b]=c',
];
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const;

test(`${REQUESTS} requests of every shape: no defect, and every problem is one of the list`, async () => {
  const random = randomOf(20_261_122);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const cookies = [''];
  for (const role of ['officer', 'analyst', 'commander', 'admin'] as const) cookies.push(await trial.signIn(role));
  const body = (): string => {
    if (random() < 0.1)
      return one(['{', '[]', '"x"', 'null', '{"a":', '\u0000', '{"__proto__":{"x":1}}', `{"a":${'['.repeat(5_000)}`]);
    const fields = Array.from({ length: Math.floor(random() * 9) }, () => [one(FIELDS), one(VALUES)]);
    return JSON.stringify(Object.fromEntries(fields));
  };
  const counts = new Map<number, number>();
  for (let i = 0; i < REQUESTS; i++) {
    const method = random() < 0.5 ? 'POST' : one(METHODS);
    const url = `/api/${one(PATHS)}${one(QUERIES)}`;
    const headers: Record<string, string> = { cookie: one(cookies) };
    if (random() < 0.9) headers['x-yujing-client'] = 'fuzz';
    const request: InjectOptions = { method, url, headers };
    if (method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS') {
      headers['content-type'] =
        random() < 0.9
          ? 'application/json'
          : one(['text/plain', 'multipart/form-data; boundary=x', 'application/xml', '']);
      request.payload = body();
    }
    // A machine's second passes for each hundred requests, or the limits would be all that is seen.
    if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const answer = await trial.app.inject(request);
    counts.set(answer.statusCode, (counts.get(answer.statusCode) ?? 0) + 1);
    const said = `${method} ${url} ${String(request.payload ?? '').slice(0, 200)} -> ${answer.statusCode} ${answer.body.slice(0, 200)}`;
    expect(answer.statusCode, said).toBeLessThan(500);
    if (answer.statusCode >= 400 && method !== 'HEAD') {
      expect(answer.headers['content-type'], said).toMatch(/^application\/problem\+json/);
      const isProblem = trial.contract.component('Problem');
      expect(isProblem(answer.json()), said).toBe(true);
    }
    if (method !== 'HEAD' && answer.body !== '') {
      expect(trial.contract.check(method, url, answer.statusCode, answer.json()), said).toBeUndefined();
    }
    expect(answer.body, said).not.toMatch(/node_modules|\bat \w+ \(|SELECT|周慧敏.*\+86/);
  }
  // The generator reaches past validation, and past the limits.
  expect([...counts.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 415]));
  expect(trial.broker.of('Opened').every(({ case_id }) => case_id === hex('case zhou'))).toBe(true);
});
