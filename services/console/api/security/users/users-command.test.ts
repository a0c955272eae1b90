import { EventEmitter } from 'node:events';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isPassword } from './password.ts';
import { PrecinctsFile } from './precincts-file.ts';
import { askSecret, readPiped, SecretAborted, type SecretInput } from './terminal.ts';
import { runUsersCommand } from './users-command.ts';
import { readUsers, UsersFileError } from './users-file.ts';
import { Users } from './users.ts';

const PASSWORD = 'willow by the river 7';

interface Place {
  readonly folder: string;
  readonly file: string;
  run(argv: readonly string[], how?: { typed?: readonly string[]; piped?: string; now?: number }): Promise<Ran>;
}
interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

function makePlace({ isDemo = false } = {}): Place {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-users-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder,
    file: join(folder, 'users.json'),
    async run(argv, { typed, piped = PASSWORD, now = 1_000 } = {}) {
      const said = { out: '', error: '' };
      const lines = [...(typed ?? [])];
      const code = await runUsersCommand(argv, {
        out: (text) => (said.out += text),
        error: (text) => (said.error += text),
        now: () => now,
        dataFolder: folder,
        isDemo: () => isDemo,
        ask: typed === undefined ? null : async () => lines.shift() ?? '',
        piped: async () => piped,
      });
      return { code, ...said };
    },
  };
}

test('add, list, role, password, disable, enable; each change ends the sessions of before', async () => {
  const { run, file } = makePlace();
  const made = await run(['add', 'analyst-1', '--role', 'analyst', '--password-stdin', '--json']);
  expect([made.code, JSON.parse(made.out)]).toEqual([
    0,
    { user: 'analyst-1', role: 'analyst', precinct: null, created_at: 1_000, disabled: false },
  ]);
  const generations = [readUsers(file)[0]?.generation];
  const steps = [
    ['role', 'analyst-1', 'commander'],
    ['password', 'analyst-1', '--password-stdin'],
    ['disable', 'analyst-1'],
    ['enable', 'analyst-1'],
  ];
  for (const argv of steps) {
    expect([argv[0], (await run(argv, { piped: 'another long password\r\n'.trim() })).code]).toEqual([argv[0], 0]);
    generations.push(readUsers(file)[0]?.generation);
  }
  expect(generations).toEqual([1_000, 1_001, 1_002, 1_003, 1_004]);
  const [user] = readUsers(file);
  expect(user).toMatchObject({ role: 'commander', disabled: false });
  expect(await isPassword('another long password', user?.hash ?? '')).toBe(true);
  expect((await run(['list'])).out).toMatch(/analyst-1 +commander +1970-\S+ +can sign in/);
  expect((await run(['list', '--json'])).out).not.toMatch(/hash|scrypt|generation/);
});

test('the file is for its owner alone and holds no password; no draft or lock stays behind', async () => {
  const { run, file, folder } = makePlace();
  await run(['add', 'admin-1', '--role', 'admin', '--password-stdin']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).not.toContain(PASSWORD);
  expect(readdirSync(folder)).toEqual(['users.json']);
});

test('a password is typed twice, piped, or made; never too short', async () => {
  const { run, file } = makePlace();
  const add = ['add', 'admin-1', '--role', 'admin'];
  expect(await run(add, { typed: [PASSWORD, `${PASSWORD}x`] })).toMatchObject({
    code: 1,
    error: expect.stringContaining('not the same'),
  });
  expect(await run(add, { typed: ['short', 'short'] })).toMatchObject({
    code: 1,
    error: expect.stringContaining('12'),
  });
  expect(await run(add)).toMatchObject({ code: 2, error: expect.stringContaining('--password-stdin') });
  expect(readUsers(file)).toEqual([]);
  expect((await run(add, { typed: [PASSWORD, PASSWORD] })).code).toBe(0);
  const made = await run(['password', 'admin-1', '--generate']);
  const [password = ''] = made.out.split('\n');
  expect(await isPassword(password, readUsers(file)[0]?.hash ?? '')).toBe(true);
});

test('an officer needs a precinct that is adopted; what is not known yet is a warning', async () => {
  const { run, folder, file } = makePlace();
  const add = (user: string, precinct: string) =>
    run(['add', user, '--role', 'officer', '--precinct', precinct, '--password-stdin']);
  expect((await run(['add', 'officer-1', '--role', 'officer', '--password-stdin'])).code).toBe(2);
  expect(await add('officer-1', 'qinghe')).toMatchObject({ code: 0, error: expect.stringContaining('Warning') });
  new PrecinctsFile(folder).write(['qinghe', 'linhu']);
  expect(await add('officer-2', 'linhu')).toMatchObject({ code: 0, error: '' });
  expect(await add('officer-3', 'atlantis')).toMatchObject({
    code: 1,
    error: expect.stringContaining('linhu, qinghe'),
  });
  expect((await run(['role', 'officer-2', 'analyst'])).code).toBe(0);
  expect(readUsers(file).map(({ user, precinct }) => [user, precinct])).toEqual([
    ['officer-1', 'qinghe'],
    ['officer-2', null],
  ]);
  expect((await run(['role', 'officer-2', 'officer'])).code).toBe(2);
  expect((await run(['add', 'x', '--role', 'analyst', '--precinct', 'linhu', '--password-stdin'])).code).toBe(2);
});

test('what is called wrongly is said with exit code 2, and no word is repeated that may be a password', async () => {
  const { run } = makePlace();
  for (const argv of [
    [],
    ['frobnicate'],
    ['constructor'],
    ['add'],
    ['add', 'x'],
    ['add', 'x', '--role', 'god'],
    ['add', '周慧敏', '--role', 'admin'],
    ['add', '../x', '--role', 'admin'],
    ['add', 'x', '--role', 'admin', '--generate', '--password-stdin'],
    ['add', 'x', '--role', 'admin', '--password', 'hunter2hunter2'],
    ['add', 'x', 'hunter2hunter2', '--role', 'admin'],
    ['list', '--generate'],
    ['role', 'x'],
  ]) {
    const { code, out, error } = await run(argv);
    expect([argv, code]).toEqual([argv, 2]);
    expect(out + error).not.toContain('hunter2');
  }
  expect(await run(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('yujing users add') });
});

test('what cannot be done is said with exit code 1', async () => {
  const { run, folder } = makePlace();
  const add = ['add', 'admin-1', '--role', 'admin', '--password-stdin'];
  expect((await run(add)).code).toBe(0);
  expect(await run(add)).toMatchObject({ code: 1, error: expect.stringContaining('already') });
  expect((await run(['add', 'ADMIN-1', '--role', 'admin', '--password-stdin'])).code).toBe(1);
  for (const argv of [
    ['disable', 'x'],
    ['role', 'x', 'admin'],
    ['password', 'x', '--generate'],
  ])
    expect(await run(argv)).toMatchObject({ code: 1, error: expect.stringContaining('no user x') });
  expect((await run(['list', '--data', join(folder, 'nowhere')])).code).toBe(1);
  expect(await makePlace({ isDemo: true }).run(add)).toMatchObject({ code: 1, error: expect.stringContaining('demo') });
});

test('commands at the same time do not undo each other; a lock left behind is taken over', async () => {
  const { run, file } = makePlace();
  const names = Array.from({ length: 8 }, (_, i) => `analyst-${i}`);
  await Promise.all(names.map((name) => run(['add', name, '--role', 'analyst', '--password-stdin'])));
  expect(
    readUsers(file)
      .map(({ user }) => user)
      .sort(),
  ).toEqual(names);
  writeFileSync(`${file}.lock`, '1');
  utimesSync(`${file}.lock`, 1, 1);
  expect((await run(['disable', 'analyst-0'])).code).toBe(0);
});

test('a file that is damaged, open to others or not readable: which, why, and what to do', async () => {
  const { run, file, folder } = makePlace();
  await run(['add', 'admin-1', '--role', 'admin', '--password-stdin']);
  const good = readFileSync(file, 'utf8');
  const bad: ReadonlyArray<readonly [string, string]> = [
    [good.slice(0, 40), 'not JSON'],
    ['null', 'no list'],
    ['{"users":{}}', 'no list'],
    ['{"users":[null]}', 'user of entry 1'],
    [good.replace('"admin"', '"god"'), 'role of entry 1'],
    [good.replace('scrypt$ln=15', 'plain$ln=15'), 'hash of entry 1'],
    [good.replace('"disabled": false', '"disabled": 0'), 'disabled of entry 1'],
  ];
  for (const [text, why] of bad) {
    writeFileSync(file, text);
    const { code, error } = await run(['list']);
    expect([code, error]).toEqual([1, expect.stringContaining(why)]);
    expect(error).toMatch(/users\.json is damaged .*restore it/);
    expect(error).not.toContain('scrypt');
    expect(() => new Users(file, Date.now, () => {})).toThrow(UsersFileError);
  }
  writeFileSync(file, good);
  chmodSync(file, 0o644);
  expect((await run(['list'])).error).toContain('chmod 600');
  rmSync(file);
  writeFileSync(join(folder, 'other'), '');
  expect((await run(['list', '--data', join(folder, 'other')])).error).toContain('cannot be read (ENOTDIR)');
});

class Keyboard extends EventEmitter implements SecretInput {
  readonly modes: boolean[] = [];
  setRawMode(on: boolean): void {
    this.modes.push(on);
  }
  resume(): void {}
  pause(): void {}
}

test('typing shows nothing, can be mended and stopped, and leaves the terminal as it was', async () => {
  const keyboard = new Keyboard();
  let shown = '';
  const ask = () =>
    askSecret(keyboard, 'Password: ', (text) => {
      if (text !== '\n') expect(keyboard.modes.at(-1)).toBe(true);
      shown += text;
    });
  const typed = ask();
  for (const bytes of [Buffer.from('wrong\u0015pa'), Buffer.from('密').subarray(0, 1), Buffer.from('密').subarray(1)])
    keyboard.emit('data', bytes);
  keyboard.emit('data', 'x\u007f!\r');
  expect(await typed).toBe('pa密!');
  expect([shown, keyboard.modes, keyboard.listenerCount('data')]).toEqual(['Password: \n', [true, false], 0]);
  for (const key of ['\u0003', '\u0004']) {
    const stopped = ask();
    keyboard.emit('data', key);
    await expect(stopped).rejects.toThrow(SecretAborted);
  }
});

test('a piped password loses the line end that echo puts behind it, and nothing else', async () => {
  async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
    for (const text of texts) yield Buffer.from(text);
  }
  expect(await readPiped(chunks(' a b ', 'c\r\n'))).toBe(' a b c');
  expect(await readPiped(chunks('x\n\n'))).toBe('x\n');
});
