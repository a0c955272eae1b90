import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrial, type Trial, type TrialOptions } from '../../../stand-in/console.ts';
import { verifyAuditFolder } from '../../audit/audit-log.ts';
import { hashPassword } from './password.ts';
import { changeUsers, type User } from './users-file.ts';

const PASSWORD = 'willow by the river 7';
const NEVER_WRITTEN = 'typed into the wrong field';

let folder: string;
let file: string;
let trial: Trial;

const open = (options: TrialOptions = {}): Promise<Trial> =>
  openTrial({ sql: false, folder, settings: { demo: false }, ...options });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yujing-sign-in-'));
  file = join(folder, 'users.json');
  const hash = await hashPassword(PASSWORD);
  const user = (name: string, role: User['role'], precinct: string | null = null, disabled = false): User => {
    return { user: name, role, precinct, hash, created_at: 1, disabled, generation: 1 };
  };
  await changeUsers(file, () => [
    user('officer-3107', 'officer', 'qinghe'),
    user('officer-3207', 'officer', 'linhu'),
    user('analyst-1', 'analyst'),
    user('analyst-2', 'analyst'),
    user('admin-1', 'admin'),
    user('admin-2', 'admin', null, true),
    ...[1, 2, 3, 4].map((i) => user(`commander-${i}`, 'commander')),
  ]);
  trial = await open();
});
afterAll(async () => {
  await trial.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (user: string, password: string) =>
  trial.call('', { method: 'POST', url: '/api/session', payload: { user, password } });

async function signIn(user: string): Promise<string> {
  const answer = await post(user, PASSWORD);
  expect(answer.status).toBe(200);
  return [answer.headers['set-cookie']].flat().map((cookie) => String(cookie).split(';')[0])[0] ?? '';
}

const status = async (cookie: string): Promise<number> => (await trial.call(cookie, { url: '/api/session' })).status;

/** what `yujing users` does in another process; a generation later than any before */
async function change(user: string, next: Partial<User>): Promise<void> {
  await changeUsers(file, (users) =>
    users.map((old) => (old.user === user ? { ...old, ...next, generation: old.generation + 1 } : old)),
  );
}

interface Audited {
  readonly action: string;
  readonly by: string;
  readonly facts: Readonly<Record<string, string>>;
}
const audited = (): Audited[] =>
  readFileSync(join(folder, 'audit.log'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Audited);

test('a user signs in with his password, is who he is, and signs out', async () => {
  const cookie = await signIn('officer-3107');
  const { body } = await trial.call(cookie, { url: '/api/session' });
  expect(body).toMatchObject({
    user: 'officer-3107',
    role: 'officer',
    precinct: 'qinghe',
    demo: false,
    roles: ['officer'],
  });
  expect((await trial.call(cookie, { url: '/api/queue' })).code).toBe('role_not_allowed');
  expect((await trial.call(cookie, { method: 'DELETE', url: '/api/session' })).status).toBe(204);
  expect(await status(cookie)).toBe(401);
  expect(audited().map(({ action, by }) => [action, by])).toEqual([
    ['session_begun', 'officer-3107'],
    ['session_ended', 'officer-3107'],
  ]);
});

test('one cookie, closed to scripts and other sites; behind TLS it goes nowhere else', async () => {
  const plain = await post('admin-1', PASSWORD);
  expect(plain.headers['set-cookie']).toHaveLength(1);
  expect(String(plain.headers['set-cookie'])).toMatch(
    /^yujing_session=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
  );
  // A folder of its own: two processes may not write one audit.
  const other = mkdtempSync(join(tmpdir(), 'yujing-sign-in-'));
  copyFileSync(file, join(other, 'users.json'));
  const behind = await open({ folder: other, settings: { demo: false, secureCookie: true } });
  const payload = { user: 'admin-1', password: PASSWORD };
  const { headers } = await behind.call('', { method: 'POST', url: '/api/session', payload });
  expect(String(headers['set-cookie'])).toMatch(/; Secure$/);
  await behind.close();
  rmSync(other, { recursive: true });
});

test('a wrong password, an unknown and a disabled user get one answer, to the letter', async () => {
  const answers = [
    await post('officer-3107', 'not the password'),
    await post('officer-9999', PASSWORD),
    await post('admin-2', PASSWORD),
    await post(NEVER_WRITTEN, ''),
    await post('__proto__', PASSWORD),
  ].map(({ status: code, body, headers }) => JSON.stringify([code, body, Object.keys(headers).sort()]));
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^\[401.*wrong_sign_in/);
});

test('failures are in the audit, without what was typed, and the chain holds', async () => {
  const failures = audited().filter(({ action }) => action === 'sign_in_failed');
  expect(failures.map(({ by, facts }) => [by, facts['reason']])).toEqual([
    ['officer-3107', 'wrong_password'],
    ['unknown', 'unknown_user'],
    ['admin-2', 'disabled'],
    ['unknown', 'unknown_user'],
    ['unknown', 'unknown_user'],
  ]);
  const text = readFileSync(join(folder, 'audit.log'), 'utf8');
  for (const secret of [PASSWORD, 'not the password', NEVER_WRITTEN, 'scrypt', 'officer-9999'])
    expect(text).not.toContain(secret);
  expect((await verifyAuditFolder(folder)).ok).toBe(true);
});

test('who tries on and on waits longer and longer, also with the right password; others do not', async () => {
  // All at once, so that a slow machine does not wait by itself.
  const guesses = [1, 2, 3, 4, 5].map((i) => post('commander-1', `guess number ${i}`));
  const right = post('commander-1', PASSWORD);
  expect((await Promise.all(guesses)).map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401]);
  const waits = await right;
  expect([waits.status, waits.code, waits.headers['retry-after']]).toEqual([429, 'too_fast', '1']);
  expect(waits.headers['set-cookie']).toBeUndefined();
  await signIn('commander-2');
  await sleep(1_010);
  await signIn('commander-1');
  expect((await post('commander-1', 'a slip of the thumb')).status).toBe(401);
  await signIn('commander-1');
});

test('many tries at once are no more than one after the other', async () => {
  const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => post('nobody', `guess number ${i}`)));
  const count = (code: number) => answers.filter(({ status: each }) => each === code).length;
  expect([count(401), count(429)]).toEqual([5, 7]);
});

test.each<[string, string, Partial<User>]>([
  ['disabled', 'officer-3207', { disabled: true }],
  ['given another role', 'analyst-1', { role: 'commander' }],
  ['given another password', 'analyst-2', {}],
])('who is %s loses his sessions within a second', async (_how, user, next) => {
  const cookie = await signIn(user);
  const other = await signIn('commander-3');
  expect(await status(cookie)).toBe(200);
  await change(user, Object.keys(next).length === 0 ? { hash: await hashPassword('another long password') } : next);
  const start = Date.now();
  while ((await status(cookie)) === 200 && Date.now() < start + 1_000) await sleep(20);
  expect([await status(cookie), await status(other)]).toEqual([401, 200]);
  expect((await post(user, PASSWORD)).status).toBe(next.role === undefined ? 401 : 200);
});

test('an open live stream ends with the session', async () => {
  const cookie = await signIn('commander-4');
  const url = await trial.app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await fetch(`${url}/api/live`, { headers: { cookie } });
  expect(answer.status).toBe(200);
  await change('commander-4', { disabled: true });
  const start = Date.now();
  // Resolves when the server has ended the stream; the heartbeat is 15 s away.
  await answer.text();
  expect(Date.now() - start).toBeLessThan(3_000);
});

test('a session outlives a restart, and not the user', async () => {
  const cookie = await signIn('admin-1');
  const again = await open();
  expect((await again.call(cookie, { url: '/api/session' })).status).toBe(200);
  await again.close();
  const without = await openTrial({ sql: false, folder, settings: { demo: true } });
  expect((await without.call(cookie, { url: '/api/session' })).status).toBe(401);
  const role = await without.signIn('admin');
  await without.close();
  expect(await status(role)).toBe(401);
});

test('roles of the demo are refused, and half a sign-in is not understood', async () => {
  const send = async (payload: object) => (await trial.call('', { method: 'POST', url: '/api/session', payload })).code;
  expect(await send({ role: 'admin' })).toBe('no_demo_roles');
  expect(await send({ role: 'admin', user: 'admin-1', password: PASSWORD })).toBe('no_demo_roles');
  for (const payload of [{}, { user: 'admin-1' }, { password: PASSWORD }, { user: 1, password: PASSWORD }])
    expect(await send(payload)).toBe('bad_request');
  expect(await send({ user: 'admin-1', password: 'x'.repeat(2_000) })).toBe('bad_request');
});

test('the start page learns how to sign in, and whether anybody can', async () => {
  expect((await trial.call('', { url: '/api/sign-in' })).body).toEqual({ demo: false, any_user: true });
  const bare = await openTrial({ sql: false, settings: { demo: false } });
  expect((await bare.call('', { url: '/api/sign-in' })).body).toEqual({ demo: false, any_user: false });
  await bare.close();
  const demo = await openTrial({ sql: false });
  expect((await demo.call('', { url: '/api/sign-in' })).body).toEqual({ demo: true, any_user: true });
  await demo.close();
});

test('a file that an editor has damaged: who is signed in goes on, a start says what is wrong', async () => {
  const cookie = await signIn('admin-1');
  const good = readFileSync(file);
  appendFileSync(file, 'x');
  await sleep(600);
  expect(await status(cookie)).toBe(200);
  await expect(open()).rejects.toThrow(/users\.json is damaged \(it is not JSON\): restore it/);
  writeFileSync(file, good);
  await sleep(600);
  expect(await status(cookie)).toBe(200);
});
