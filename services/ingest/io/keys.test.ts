import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callEvent, openTestDoor } from '../fixtures/open-test-door.ts';
import { ApiKeys } from './api-keys.ts';
import { KeyFileError, openKeys } from './key-file.ts';
import { runKeysCommand } from './keys-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'yujing-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => expect(existsSync(folder)).toBe(true));

const HOUR_MS = 3_600_000;

async function run(argv: string[], now = 0, dataFolder = folder) {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const code = await runKeysCommand(argv, { out: say, error: say, now: () => now, dataFolder });
  return { code, text: said.join('') };
}

test('add, rotate with an overlap, revoke', async () => {
  const made = JSON.parse((await run(['add', 'bank-a', '--json'])).text) as { id: string; key: string };
  let now = 1;
  const keys = new ApiKeys(join(folder, 'api-keys.json'), () => now);
  expect(keys.authenticate(made.key)).toMatchObject({ source: 'bank-a', role: 'source', historical: false });
  expect(keys.authenticate(`${made.key.slice(0, -1)}${made.key.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
  const rotated = JSON.parse((await run(['rotate', made.id, '--overlap', '2', '--json'], now)).text) as typeof made;
  now = HOUR_MS;
  expect(keys.authenticate(made.key)?.source).toBe('bank-a');
  expect(keys.authenticate(rotated.key)?.source).toBe('bank-a');
  now = 2 * HOUR_MS + 2;
  expect(keys.authenticate(made.key)).toBeNull();
  expect(keys.authenticate(rotated.key)?.source).toBe('bank-a');
  expect((await run(['revoke', rotated.id], now)).code).toBe(0);
  now += 1001;
  expect(keys.authenticate(rotated.key)).toBeNull();
  expect((await run(['rotate', rotated.id], now)).code).toBe(1);
});

test('the folder keeps hashes only, for the owner alone; lists show no secret', async () => {
  const { text } = await run(['add', 'history', '--historical', '--role', 'source']);
  const key = text.split('\n')[0] ?? '';
  const file = join(folder, 'api-keys.json');
  const secret = key.split('_').slice(2).join('_');
  expect(secret).toHaveLength(43);
  expect(readFileSync(file, 'utf8').includes(secret)).toBe(false);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await run(['list'])).text).toMatch(/history +source, historical/);
  expect((await run(['list', '--json'])).text).not.toContain('hash');
});

test('what is written wrong is said, with exit code 2', async () => {
  for (const argv of [
    ['add'],
    ['add', 'x', '--role', 'god'],
    ['frobnicate'],
    ['add', 'x', '--colour'],
    ['rotate', 'x', '--overlap', 'y'],
  ]) {
    expect((await run(argv)).code).toBe(2);
  }
  expect((await run(['add', 'no spaces'])).code).toBe(1);
  expect((await run(['--help'])).code).toBe(0);
  expect((await run(['list'], 0, '/nowhere')).code).toBe(1);
});

test('routes ask for a key, and for the right one', async () => {
  const t = await openTestDoor({ role: 'register' });
  expect((await t.post(callEvent())).statusCode).toBe(403);
  const none = await t.app.inject({
    method: 'POST',
    url: '/v1/events',
    payload: '{}',
    headers: { 'content-type': 'application/json' },
  });
  expect(none.statusCode).toBe(401);
  expect(none.headers['www-authenticate']).toBe('Bearer');
  expect((await t.post(callEvent(), { authorization: 'Bearer yk_00000000_x' })).json().type).toBe(
    'urn:yujing:problem:bad_key',
  );
  await t.close();
});

test('the key file is made once, for its owner alone, and refused when others can read it', () => {
  const path = join(folder, 'installation.keys.json');
  expect(() => openKeys(path, { create: false })).toThrow(KeyFileError);
  expect(openKeys(path, { create: true }).isNew).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(openKeys(path, { create: true })).toMatchObject({ isNew: false, tokens: [{ version: 1 }] });
  chmodSync(path, 0o640);
  expect(() => openKeys(path, { create: false })).toThrow(/read by others/);
  chmodSync(path, 0o600);
  const secret = (JSON.parse(readFileSync(path, 'utf8')) as { tokens: [{ key: string }] }).tokens[0].key;
  writeFileSync(path, `{"tokens": ["${secret}"`);
  expect(() => openKeys(path, { create: false })).toThrow(KeyFileError);
  try {
    openKeys(path, { create: false });
  } catch (error) {
    expect((error as Error).message.includes(secret)).toBe(false);
  }
});

test('a word that is no command is said before anything is looked for', async () => {
  const { code, text } = await run(['ad', 'bank-a'], 0, join(folder, 'not-there'));
  expect(code).toBe(2);
  expect(text).toContain('no such command: ad');
});
