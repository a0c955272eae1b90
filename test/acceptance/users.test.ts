import { spawn } from 'node:child_process';
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
  const key = await run(['keys', 'add', 'bank-a', '--role', 'demo', '--json']);
  door = new Door({ ...yujing.started, demo_key: (JSON.parse(key.out) as { key: string }).key });
  for (const [user, role, precinct] of USERS) {
    const where = precinct === null ? [] : ['--precinct', precinct];
    const made = await run(['users', 'add', user, '--role', role, ...where, '--password-stdin'], `${PASSWORD}\n`);
    expect([made.code, made.error]).toEqual([0, '']);
  }
  const nowhere = await run(['users', 'add', 'x', '--role', 'officer', '--precinct', 'atlantis', '--generate']);
  expect([nowhere.code, nowhere.error]).toEqual([1, expect.stringContaining('qinghe')]);
  expect((await run(['users', 'add', 'y', '--role', 'admin', PASSWORD])).code).toBe(2);
  const list = JSON.parse((await run(['users', 'list', '--json'])).out) as Array<{ user: string }>;
  expect(list.map(({ user }) => user)).toEqual(USERS.map(([user]) => user));
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

test('who is disabled, or gets another role, is out within a second; the audit tells it all without a password', async () => {
  const { client: officer } = await signIn('officer-3201');
  const { client: analyst } = await signIn('analyst-1');
  expect((await run(['users', 'disable', 'officer-3201'])).code).toBe(0);
  expect((await run(['users', 'role', 'analyst-1', 'commander'])).code).toBe(0);
  await sleep(900);
  for (const client of [officer, analyst]) expect((await client.json('GET', '/api/session')).status).toBe(401);
  expect((await signIn('officer-3201')).status).toBe(401);
  const { client: commander } = await signIn('analyst-1');
  expect((await commander.json('GET', '/api/session')).body).toMatchObject({ role: 'commander', roles: ['commander'] });
  expect(yujing.output).not.toContain(PASSWORD);
});
