import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_PEOPLE, story } from '@yujing/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { yujing, type RunOptions, type Said } from './command-line.ts';
import { HOUR, Installation, START } from './installation.ts';

/** What an installer meets: starting, what stands in the way of it, ending, and starting again. */
const folder = mkdtempSync(join(tmpdir(), 'yujing-start-'));
/** a disk of its own that can be filled, where one can be mounted */
const disk = join(folder, 'disk');
const town = new Installation({ data: join(disk, 'data'), arguments: ['--answer-timeout-ms', '1000'] });
const [zhou, han, zhao] = DEMO_PEOPLE;

beforeAll(async () => {
  mount(disk, '160m');
  await town.open();
});
afterAll(async () => {
  await town.close();
  unmount(disk);
  rmSync(folder, { recursive: true, force: true });
});

function mount(at: string, size: string, more = ''): boolean {
  mkdirSync(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}${more}`, 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function unmount(at: string): void {
  if (isMounted(at)) execFileSync('umount', [at]);
}

const isMounted = (at: string): boolean => readFileSync('/proc/mounts', 'utf8').includes(` ${at} `);

/** for what follows within seconds, also on a machine that has much else to do */
const PATIENTLY = { timeout: 15_000, interval: 100 };

const start = (argv: readonly string[], options?: RunOptions): Promise<Said> =>
  yujing(['start', '--no-town', ...argv], options);
const fresh = (name: string): string => join(folder, name, 'data');

/** one sentence or two for a person, and nothing of the inside */
function expectRefusal({ code, out, error }: Said, expected: { readonly code: number; readonly says: RegExp }): void {
  expect(error).toMatch(expected.says);
  expect(error).not.toMatch(/\n\s+at |node:internal|\.js:\d/);
  expect(error.trim().split('\n').length).toBeLessThan(4);
  expect({ code, out }).toEqual({ code: expected.code, out: '' });
}

test('a port that is taken', async () => {
  const { port } = new URL(town.process.started.url);
  const said = await start(['--port', port, '--data', fresh('port')]);
  expectRefusal(said, { code: 1, says: new RegExp(`^Port ${port} is taken .*--port`) });
});

test('a data folder that another process uses', async () => {
  const { data, pid } = town.process;
  const says = new RegExp(`^The data folder is in use .*${data}.*pid=${pid}.*--data`);
  expectRefusal(await start(['--port', '0', '--data', data]), { code: 1, says });
  expectRefusal(await yujing(['replay', '--data', data]), { code: 1, says: /^the data folder is in use/i });
  expect((await town.queue()).length).toBeGreaterThanOrEqual(0);
});

test('a data folder of another version, one that cannot be, and demo and real ones kept apart', async () => {
  const made = (name: string, files: Readonly<Record<string, unknown>>): string => {
    mkdirSync(fresh(name), { recursive: true });
    for (const [file, content] of Object.entries(files))
      writeFileSync(join(fresh(name), file), JSON.stringify(content));
    return fresh(name);
  };
  const version = made('version', { 'format.json': { version: 99 }, 'demo.json': { demo: true } });
  expectRefusal(await start(['--data', version]), {
    code: 1,
    says: /^The data folder was written by another version .*found=99/,
  });
  writeFileSync(join(folder, 'a-file'), '');
  expectRefusal(await start(['--data', join(folder, 'a-file', 'data')]), {
    code: 1,
    says: /^The data folder cannot be created/,
  });
  const real = made('real', { 'format.json': { version: 1 } });
  expectRefusal(await start(['--demo', '--data', real]), { code: 1, says: /holds real data.*--no-demo/ });
  expectRefusal(await start(['--no-demo', '--data', town.process.data]), { code: 1, says: /invented people.*--demo/ });
});

test('a data folder in which nothing may be written', async () => {
  const guarded = join(folder, 'guarded');
  mkdirSync(guarded);
  // Root may write everywhere but on a disk that takes nothing.
  if (process.getuid?.() !== 0) chmodSync(guarded, 0o555);
  else if (!mount(guarded, '160m', ',ro')) return console.log('not run: no disk can be mounted here');
  try {
    const says = /^The data folder cannot be created/;
    return expectRefusal(await start(['--data', fresh('guarded')]), { code: 1, says });
  } finally {
    unmount(guarded);
  }
});

test('a disk without space', async () => {
  const small = join(folder, 'small');
  if (!mount(small, '4m')) return console.log('not run: no small disk can be mounted here');
  try {
    const said = await start(['--data', join(small, 'data')]);
    return expectRefusal(said, { code: 1, says: /has 4 MB free, and a start needs 64\. .*--data/ });
  } finally {
    unmount(small);
  }
});

test('a disk that fills while it runs: events are refused, it is not ready and says so, and it goes on by itself', async () => {
  if (!isMounted(disk)) return console.log('not run: no small disk can be mounted here');
  const [, ended] = story('courier_call', { start: START, person: zhao!, run: 'full' });
  const { demo_key, url } = town.process.started;
  const headers = { authorization: `Bearer ${demo_key}`, 'content-type': 'application/json' };
  // More than what is left of blocks that are in use already.
  const body = JSON.stringify(Array.from({ length: 300 }, (_, i) => ({ ...ended!.event, id: `full-${i}` })));
  const send = async (): Promise<number> => (await fetch(`${url}v1/events`, { method: 'POST', headers, body })).status;
  const ready = async (): Promise<string> => (await fetch(`${url}readyz`)).text();
  const filling = join(disk, 'filling');
  try {
    expect(() => execFileSync('dd', ['if=/dev/zero', `of=${filling}`, 'bs=64k'], { stdio: 'ignore' })).toThrow();
    expect(await send()).toBe(503);
    await expect.poll(ready, PATIENTLY).toBe('{"ok":false,"reasons":["disk_full"]}');
    await expect.poll(() => town.process.output, PATIENTLY).toMatch(/"code":"no_space".*the disk takes nothing/);
  } finally {
    rmSync(filling);
  }
  await expect.poll(send, PATIENTLY).toBe(202);
  await expect.poll(ready, PATIENTLY).toBe('{"ok":true,"reasons":[]}');
  return expect(await town.queue()).toEqual([]);
});

test('keys and certificates that are missing or wrong', async () => {
  const keys = join(folder, 'keys.json');
  const readable = join(folder, 'readable.json');
  writeFileSync(readable, '{}', { mode: 0o644 });
  const [none, open, tls] = await Promise.all([
    start(['--data', fresh('keys-1'), '--no-demo', '--port', '0', '--keys', keys]),
    start(['--data', fresh('keys-2'), '--no-demo', '--port', '0', '--keys', readable]),
    start(['--data', fresh('tls'), '--port', '0', '--tls-cert', readable, '--tls-key', readable]),
  ]);
  expectRefusal(none!, { code: 1, says: /no key file at .*--keys FILE/ });
  expectRefusal(open!, { code: 1, says: /can be read by others.*chmod 600/ });
  expectRefusal(tls!, { code: 1, says: /no PEM files.*--tls-cert/ });
});

const WRONG_WORDS: ReadonlyArray<readonly [argv: readonly string[], says: RegExp]> = [
  [['start', '--prot', '1'], /--prot .*did you mean --port\?/],
  [['start', '--port', 'abc'], /port .*"abc": a whole number from 0 to 65535/],
  [['start', 'now'], /what is "now"\?/],
  [['start', '--tls-cert', 'a.pem'], /--tls-cert and --tls-key go together/],
  [['start', '--config', '/nowhere/yujing.yaml'], /yujing.yaml.*there is none/],
];

test.each(WRONG_WORDS)('yujing %j is told apart from what can be', async (argv, says) => {
  expectRefusal(await yujing(argv), { code: 2, says });
});

test('every command has its help, and there are no others', async () => {
  const usage = await yujing(['--help']);
  const commands = [...usage.out.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name!);
  expect(commands).toEqual(expect.arrayContaining(['start', 'rules', 'replay', 'keys', 'users']));
  const helps = await Promise.all(commands.map((command) => yujing([command, '--help'])));
  for (const [i, { code, out, error }] of helps.entries()) {
    expect({ command: commands[i], code, error }).toEqual({ command: commands[i], code: 0, error: '' });
    expect(out).toContain(`yujing ${commands[i]}`);
  }
  const unknown = await yujing(['strat']);
  expect([unknown.code, unknown.out]).toEqual([2, '']);
  expect(unknown.error).toMatch(/There is no command "strat"/);
});

test('a source can send with the key that was made for it, and not after it ended', async () => {
  const { data } = town.process;
  const { url } = town.process.started;
  const { code, out } = await yujing(['keys', 'add', 'operator-a', '--data', data, '--json']);
  expect(code).toBe(0);
  const { id, key } = JSON.parse(out) as { id: string; key: string };
  const [first] = story('courier_call', { start: START, person: zhao! });
  const send = async (bearer: string, id_: string): Promise<number> => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const body = JSON.stringify([{ ...first!.event, id: id_ }]);
    return (await fetch(`${url}v1/events`, { method: 'POST', headers, body })).status;
  };
  expect(await send(`${key}x`, 'one')).toBe(401);
  // The door takes a new key over within a second.
  await expect.poll(() => send(key, 'two'), PATIENTLY).toBe(202);
  expect((await yujing(['keys', 'revoke', id, '--data', data])).code).toBe(0);
  await expect.poll(() => send(key, 'three'), PATIENTLY).toBe(401);
});

test('SIGTERM ends it in time with nothing lost; a second start goes on where the first one stopped', async () => {
  const closed = town.tell('fake_police', { who: zhou });
  const begin = town.analyst.live.length;
  await closed.to('7:30');
  const { case_id, order_id } = await town.order(begin);
  await town.command(town.officer, 'response', { case_id, order_id, action: 'accept' });
  await town.command(town.officer, 'outcome', { case_id, order_id, outcome_code: 'T1' });
  const open = town.tell('fake_police', { who: han });
  await open.to('6:10');
  const linhu = await town.signIn('officer', 'officer-3207');
  const shown = async (it: Installation, officer = linhu) => ({
    queue: await it.queue(),
    cards: await it.cards(officer),
    view: await it.view(case_id),
    precision: await it.precision(),
    board: await it.board(START - HOUR, START + 100 * HOUR),
  });
  const before = await shown(town);
  expect(before.queue).toMatchObject([{ level: 'RED', name_masked: '韩█汀' }]);
  expect(before.precision.some(({ label_true }) => label_true === 1)).toBe(true);
  // Answered at the last moment, so on disk.
  const last = story('courier_call', { start: open.at('6:30'), person: zhao!, run: 'last' }).map(({ event }) => event);
  expect(await town.door.events(last)).toMatchObject({ accepted: last.length });

  const told = performance.now();
  expect(await town.process.kill('SIGTERM')).toBe(0);
  expect(performance.now() - told).toBeLessThan(10_000);
  expect(town.process.lines).toHaveLength(1);
  expect(existsSync(join(town.process.data, 'lock'))).toBe(false);

  const replayed = await yujing(['replay', '--data', town.process.data, '--json']);
  expect(JSON.parse(replayed.out)).toMatchObject({ same: true });
  expect(replayed.out.trim().split('\n')).toHaveLength(1);

  // Told by a file and by the environment this time; what stands in both is the environment's.
  const config = join(folder, 'yujing.yaml');
  writeFileSync(config, 'port: 0\ntown: false\njson: true\nclock: wall\n');
  const environment = { YUJING_DATA: town.process.data, YUJING_CLOCK: 'door' };
  const again = new Installation({ data: town.process.data, only: ['start', '--config', config], environment });
  try {
    await again.open();
    expect(again.process.started).toMatchObject({ data: town.process.data, clock: 'door' });
    expect(await shown(again, await again.signIn('officer', 'officer-3207'))).toEqual(before);
    expect(await again.door.events(last)).toMatchObject({ accepted: 0, duplicates: last.length });
  } finally {
    await again.close();
  }
  expect(again.process.lines).toHaveLength(1);
});
