import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_PEOPLE, demoRegister, story } from '@yujing/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, Door } from './client.ts';
import { StoryClock } from './story-clock.ts';
import { YujingProcess } from './yujing-process.ts';

const START = Date.UTC(2026, 5, 15, 6, 2, 0);
const PASSWORD = 'willow by the river 7';
const USERS = [
  ['officer-3107', 'officer', 'qinghe'],
  ['officer-3201', 'officer', 'linhu'],
  ['analyst-1', 'analyst', null],
] as const;

const yujing = new YujingProcess({ arguments: ['--no-demo'] });
let door: Door;

beforeAll(async () => {
  await yujing.start();
});
afterAll(() => yujing.stop());

/** another command beside the running process, as an administrator types it */
async function run(argv: readonly string[], input = ''): Promise<{ code: number; out: string; error: string }> {
  const bin = process.env['YUJING_BIN'] ?? join(import.meta.dirname, '../../services/all-in-one/yujing.mjs');
  const child = spawn(process.execPath, [bin, ...argv, '--data', yujing.data], { stdio: 'pipe' });
  const said = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.error += chunk.toString()));
  child.stdin.end(input);
  const code = await new Promise<number>((resolve) => child.once('close', (ended) => resolve(ended ?? -1)));
  return { code, ...said };
}

async function signIn(user: string, password = PASSWORD): Promise<{ client: Client; status: number }> {
  const client = new Client(yujing.started);
  const { status } = await client.json('POST', '/api/session', { user, password });
  return { client, status };
}

interface Queue {
  readonly groups: ReadonlyArray<{ readonly cases: ReadonlyArray<{ readonly case_id: string }> }>;
}

test('at first nobody can come in: the process says so, and roles of the demo are refused', async () => {
  expect(yujing.started).toMatchObject({ demo_key: null, any_user: false });
  const client = new Client(yujing.started);
  expect((await client.json('GET', '/api/sign-in')).body).toEqual({ demo: false, any_user: false });
  for (const role of ['officer', 'analyst', 'commander', 'admin']) {
    const { status, body } = await client.json<{ code: string }>('POST', '/api/session', { role });
    expect([status, body.code]).toEqual([403, 'no_demo_roles']);
  }
  expect((await signIn('analyst-1')).status).toBe(401);
});

test('a source gets a key, people get users, while it runs', async () => {
  const add = (user: string, ...more: string[]) => run(['users', 'add', user, ...more], `${PASSWORD}\n`);
  // All at once: no command undoes another.
  const [key, nowhere, asArgument, ...made] = await Promise.all([
    run(['keys', 'add', 'bank-a', '--role', 'demo', '--json']),
    add('x', '--role', 'officer', '--precinct', 'atlantis', '--generate'),
    add('y', PASSWORD, '--role', 'admin'),
    ...USERS.map(([user, role, precinct]) =>
      add(user, '--role', role, ...(precinct === null ? [] : ['--precinct', precinct]), '--password-stdin'),
    ),
  ]);
  door = new Door({ ...yujing.started, demo_key: (JSON.parse(key.out) as { key: string }).key });
  for (const { code, error } of made) expect([code, error]).toEqual([0, '']);
  expect([nowhere.code, nowhere.error]).toEqual([1, expect.stringContaining('qinghe')]);
  expect([asArgument.code, asArgument.error.includes(PASSWORD)]).toEqual([2, false]);
  const list = JSON.parse((await run(['users', 'list', '--json'])).out) as Array<{ user: string }>;
  expect(list.map(({ user }) => user).sort()).toEqual(USERS.map(([user]) => user).sort());
  await sleep(600);
});

test('each sees what is his: the analyst the queue, the officer the cases of his precinct', async () => {
  const { client: analyst } = await signIn('analyst-1');
  expect((await analyst.json('GET', '/api/queue')).body).toEqual({ groups: [] });
  await door.persons(demoRegister());
  const events = story('fake_police', { start: START, person: DEMO_PEOPLE[0]!, run: 'users' });
  await new StoryClock(door, START, events).to('7:30');
  const { groups } = (await analyst.json<Queue>('GET', '/api/queue')).body;
  const cases = groups.flatMap((group) => group.cases);
  expect(cases.length).toBe(1);
  const path = `/api/cases/${cases[0]?.case_id}`;
  const { client: here } = await signIn('officer-3107');
  const { client: elsewhere } = await signIn('officer-3201');
  expect((await here.json('GET', path)).status).toBe(200);
  expect((await elsewhere.json('GET', path)).status).toBe(404);
  expect((await here.json('GET', '/api/queue')).status).toBe(403);
  expect((await elsewhere.json<{ cards: unknown[] }>('GET', '/api/officer/cards')).body.cards).toEqual([]);
});

test('who is disabled, or gets another role, is out within a second', async () => {
  const { client: officer } = await signIn('officer-3201');
  const { client: analyst } = await signIn('analyst-1');
  const changes = [
    ['disable', 'officer-3201'],
    ['role', 'analyst-1', 'commander'],
  ];
  const done = await Promise.all(changes.map((argv) => run(['users', ...argv])));
  expect(done.map(({ code }) => code)).toEqual([0, 0]);
  await sleep(900);
  for (const client of [officer, analyst]) expect((await client.json('GET', '/api/session')).status).toBe(401);
  expect((await signIn('officer-3201')).status).toBe(401);
  const { client: commander } = await signIn('analyst-1');
  expect((await commander.json('GET', '/api/session')).body).toMatchObject({ role: 'commander', roles: ['commander'] });
  const audit = readFileSync(join(yujing.data, 'audit.log'), 'utf8');
  for (const text of [audit, yujing.output]) expect(text).not.toContain(PASSWORD);
  expect(audit).toMatch(/officer-3201.*sign_in_failed/);
});
