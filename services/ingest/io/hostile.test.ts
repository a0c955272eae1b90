import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkMeaning } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { callEvent, NOON, openTestDoor, paymentEvent, type TestDoor } from '../fixtures/open-test-door.ts';

const MUTATED = 5000;
const MEDIA = [
  'application/json',
  'application/x-ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
];

/** Small and seeded, so that a failure comes again. */
function draws(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const TRAPS: unknown[] = [
  null,
  true,
  -1,
  1e308,
  2 ** 53,
  '',
  'x'.repeat(70_000),
  [],
  {},
  [[[[]]]],
  { __proto__: null },
  '__proto__',
  'constructor',
  '\u0000',
  '\ud800',
  '١٢٣',
  '2026-02-30T25:61:61+99:99',
  'null',
  '"',
  '\n',
  'UNKNOWN',
  [1, null, 'a'],
  { kind: 'home' },
  -0,
  0.5,
];

function sample(draw: (below: number) => number): Record<string, unknown> {
  const bases = [
    callEvent(),
    paymentEvent(),
    {
      type: 'sms',
      id: 's1',
      occurred_at: NOON,
      subject_id: 'P-1',
      subscriber_tel: '+8612000000001',
      direction: 'incoming',
    },
    { type: 'domain_visit', id: 'd1', occurred_at: NOON, subscriber_tel: '+8612000000001', domain: 'a.example' },
    { type: 'incident', id: 'i1', occurred_at: NOON, incident_source: '110', kind: 'fraud_report', status: 'new' },
  ];
  return { ...bases[draw(bases.length)] };
}

function mutateEvent(draw: (below: number) => number): Record<string, unknown> {
  const event = sample(draw);
  const names = [
    ...Object.keys(event),
    'places',
    'peer_list_hits',
    'peer_tels',
    'place',
    'displayed_number',
    'nobody',
    '__proto__',
  ];
  for (let i = draw(4); i >= 0; i--) {
    const name = names[draw(names.length)] as string;
    Object.defineProperty(event, name, {
      value: TRAPS[draw(TRAPS.length)],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return event;
}

function mutateBody(draw: (below: number) => number): Buffer {
  const events = Array.from({ length: 1 + draw(3) }, () => mutateEvent(draw));
  const text = draw(2) === 0 ? JSON.stringify(events) : events.map((event) => JSON.stringify(event)).join('\n');
  const body = Buffer.from(text);
  for (let i = draw(4); i > 0 && body.length > 0; i--) body[draw(body.length)] = draw(256);
  return draw(10) === 0 ? body.subarray(0, draw(body.length)) : body;
}

test(`${MUTATED} mutated bodies: no crash, no 5xx, and what is let in is sound`, async () => {
  const t = await openTestDoor({ settings: { rate: { perSecond: 1e9, burst: 1e9 } } });
  const draw = draws(20261121);
  const statuses = new Map<number, number>();
  for (let i = 0; i < MUTATED; i++) {
    const answer = await t.post(mutateBody(draw), { 'content-type': MEDIA[draw(MEDIA.length)] as string });
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    if (answer.statusCode !== 202) expect(answer.headers['content-type']).toContain('application/problem+json');
  }
  expect([...statuses.keys()].filter((status) => status !== 202 && status !== 400)).toEqual([]);
  expect(statuses.get(202)).toBeGreaterThan(100);
  for (const { type, value } of t.feed()) expect(checkMeaning(type, value)).toEqual([]);
  await t.close();
});

async function statusOf(t: TestDoor, body: string | Buffer, type = 'application/json'): Promise<number> {
  return (await t.post(body, { 'content-type': type })).statusCode;
}

test('bombs are refused before they cost anything', async () => {
  const t = await openTestDoor({ settings: { bodyBytes: 1_000_000, items: 100 } });
  const started = performance.now();
  expect(await statusOf(t, '['.repeat(400_000) + ']'.repeat(400_000))).toBe(400);
  expect(await statusOf(t, `${'['.repeat(30_000)}\n`.repeat(30), 'application/x-ndjson')).toBe(400);
  expect(await statusOf(t, `[${'0,'.repeat(200)}0]`)).toBe(413);
  expect(await statusOf(t, '{}\n'.repeat(101), 'application/x-ndjson')).toBe(413);
  expect(await statusOf(t, 'x'.repeat(1_000_001))).toBe(413);
  expect(await statusOf(t, Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).toBe(400);
  expect(await statusOf(t, '')).toBe(400);
  expect(await statusOf(t, '{}', 'text/xml')).toBe(415);
  expect((await t.post('{}', { 'content-encoding': 'gzip' })).statusCode).toBe(415);
  expect((await t.post([])).json()).toMatchObject({ accepted: 0, refused: [] });
  expect(performance.now() - started).toBeLessThan(2000);
  await t.close();
});

/** Values that may stand in the vault and nowhere else; none of them stands in another one. */
const CANARIES = {
  person: 'CANARY330199199001013',
  name: '金丝雀甲',
  address: '金丝雀路七幢',
  tel: '12055577701',
  peer: '12055577702',
  shown: '12055577703',
  contact: '12055577704',
  account: '6222555777888000222',
  payee: '6222555777888000333',
} as const;

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

test('no clear value in the feed, the folder, the log lines, the answers or the headers', async () => {
  const t = await openTestDoor();
  const { person, name, address, tel, peer, shown, contact, account, payee } = CANARIES;
  const headers = { authorization: `Bearer ${t.key}`, 'content-type': 'application/json' };
  const register = [
    {
      subject_id: person,
      name,
      address,
      numbers: [tel],
      accounts: [account],
      contacts: [{ relation: 'family', tel: contact }],
    },
  ];
  const put = await t.app.inject({ method: 'PUT', url: '/v1/persons', headers, payload: JSON.stringify(register) });
  const call = { subject_id: person, subscriber_tel: tel, peer_tel: peer, displayed_number: shown };
  const answers = [
    put.body,
    (
      await t.post([
        // Ids built from numbers, a sender's name that is one, a refused event, a field nobody knows.
        callEvent({ ...call, id: `${tel}-1`, call_id: `${peer}/${tel}/1` }),
        {
          type: 'sms',
          id: 's',
          occurred_at: NOON,
          subject_id: person,
          subscriber_tel: tel,
          direction: 'incoming',
          sender_name: peer,
        },
        paymentEvent({ subject_id: person, payer_acct: account, payee_acct: payee, txn_id: `${account}-77` }),
        paymentEvent({ id: 't2', subject_id: person, payer_acct: account, payee_acct: payee, amount_minor: payee }),
        callEvent({ ...call, id: 'c3', phase: tel, memo: name }),
        {
          type: 'incident',
          id: 'i',
          occurred_at: NOON,
          incident_source: 'bank',
          kind: 'other',
          status: 'new',
          subject_id: person,
          peer_tels: [peer],
          payee_accts: [payee],
        },
      ])
    ).body,
    (await t.post(`{"peer_tel":"${peer}`)).body,
  ];
  expect(t.feed().length).toBeGreaterThanOrEqual(6);
  await t.door.close();
  const places = {
    feed: Buffer.concat(t.broker.feed.flat().map(({ key, bytes }) => Buffer.concat([Buffer.from(key), bytes]))),
    files: Buffer.concat(filesBelow(t.folder).map((path) => readFileSync(path))),
    logs: Buffer.from(t.logged.join('')),
    answers: Buffer.from(answers.join('')),
  };
  for (const [place, bytes] of Object.entries(places)) {
    for (const [canary, value] of Object.entries(CANARIES)) {
      expect({ place, canary, found: bytes.includes(value) }).toEqual({ place, canary, found: false });
    }
  }
  await t.close();
});
