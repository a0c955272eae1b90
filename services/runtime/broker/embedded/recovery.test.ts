import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOG_NAMES, type LogName } from '@yujing/schemas';
import { afterAll, expect, test } from 'vitest';
import { isCoded, type CodedError } from '../../errors/errors.ts';
import type { DiskEngine } from './engine.ts';
import { openEmbedded } from './open.ts';

const root = mkdtempSync(join(tmpdir(), 'yujing-recovery-'));
afterAll(() => rmSync(root, { recursive: true }));

const PARTITIONS = { feed: 3, encounter: 2, case: 2, change: 1 };
const SLOT = { stage: 'detect', logId: 'x', partition: 1 };

/** A folder's name that was not used yet. */
function fresh(name: string): string {
  return mkdtempSync(join(root, `${name}-`));
}

function openIn(folder: string): Promise<DiskEngine> {
  return openEmbedded({ folder, now: () => 1_793_000_000_000, partitions: PARTITIONS, segmentBytes: 3_000 });
}

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 0) % below;
  };
}

/** Appends and commits something; what is written follows from `n` alone. */
function work(engine: DiskEngine, n: number, follows: string | undefined): void {
  for (let i = 0; i < 1 + (n % 9); i++) {
    const log = LOG_NAMES[(n + i) % LOG_NAMES.length]!;
    const partition = (n * 7 + i) % PARTITIONS[log];
    engine.appendNow(log, partition, { key: `${n}.${i}`, bytes: Buffer.alloc((n * 31) % 200, i) });
  }
  void engine.store.commit(SLOT, {
    follows,
    head: { id: `c${n}`, position: n, stamps: [['x', n, 0]], meta: Buffer.from(`${n}`), outbox: [] },
    entities: new Map([
      [`e${n % 10}`, Buffer.from(`${n}`)],
      [`e${(n + 3) % 10}`, null],
    ]),
  });
}

/** Everything that the engine holds, as text. */
async function contents(engine: DiskEngine): Promise<string> {
  const logs = LOG_NAMES.map((log) => engine.readMerged(log, 0, 1e6));
  const { head } = await engine.store.head(SLOT);
  const { entities } = await engine.store.load(
    SLOT,
    [...Array(10).keys()].map((n) => `e${n}`),
  );
  return JSON.stringify(
    { logs, head, entities: entities.map((bytes) => bytes && String(bytes)) },
    (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value),
  );
}

async function reopened(folder: string): Promise<{ contents: string; low: string }> {
  rmSync(join(folder, 'lock'), { force: true });
  const engine = await openIn(folder);
  const found = await contents(engine);
  // It must go on from there: what comes next stands behind what was found.
  const ends = await Promise.all(LOG_NAMES.map((log) => engine.inside.range(log, 0)));
  engine.appendNow('case', 0, { key: 'next', bytes: Buffer.from('next') });
  await engine.flush();
  expect((await engine.outside.range('case', 0)).high).toBe(ends[2]!.high + 1);
  await engine.close();
  return { contents: found, low: JSON.stringify(ends) };
}

function logFiles(folder: string, log: LogName): string[] {
  const path = join(folder, 'logs', log);
  return readdirSync(path)
    .toSorted()
    .map((name) => join(path, name));
}

/** A data folder as a crash leaves it: logs written further than the last batch says. `committed` is what must be found. */
async function crashed(seed: number): Promise<{ folder: string; committed: string; lengths: Map<string, number> }> {
  const random = seeded(seed);
  const [live, folder] = [fresh('live'), fresh('crashed')];
  const engine = await openIn(live);
  let n = 0;
  const some = (): void => {
    for (let i = random(40); i >= 0; i--, n++) work(engine, n, n === 0 ? undefined : `c${n - 1}`);
  };
  for (let flushes = random(4); flushes >= 0; flushes--) {
    some();
    await engine.flush();
  }
  const committed = await contents(engine);
  const lengths = new Map(
    LOG_NAMES.flatMap((log) => logFiles(live, log)).map((path) => [path.slice(live.length), statSync(path).size]),
  );
  cpSync(join(live, 'state'), join(folder, 'state'), { recursive: true });
  cpSync(join(live, 'format.json'), join(folder, 'format.json'));
  some();
  await engine.flush();
  cpSync(join(live, 'logs'), join(folder, 'logs'), { recursive: true });
  await engine.close();
  rmSync(live, { recursive: true });
  return { folder, committed, lengths };
}

test('logs written further than the last batch are cut to it, wherever the writing stopped', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const { folder, committed, lengths } = await crashed(seed);
    const random = seeded(seed * 77);
    for (const log of LOG_NAMES) {
      // The files of a power cut: any length between what was synced and what was written, whole files not there yet.
      for (const path of logFiles(folder, log)) {
        const synced = lengths.get(path.slice(folder.length)) ?? 0;
        const written = statSync(path).size;
        const kept = synced + random(written - synced + 1);
        if (kept === 0 && random(2) === 0) rmSync(path);
        else truncateSync(path, kept);
      }
    }
    expect((await reopened(folder)).contents, `seed ${seed}`).toBe(committed);
  }
});

test('a torn last record and garbage behind the end are cut off', async () => {
  for (let seed = 101; seed <= 115; seed++) {
    const { folder, committed, lengths } = await crashed(seed);
    const random = seeded(seed);
    for (const log of LOG_NAMES) {
      const path = logFiles(folder, log).at(-1)!;
      const synced = lengths.get(path.slice(folder.length)) ?? 0;
      truncateSync(path, Math.max(synced, statSync(path).size - 1 - random(20)));
      appendFileSync(path, Buffer.from(Array.from({ length: random(300) }, () => random(256))));
    }
    expect((await reopened(folder)).contents, `seed ${seed}`).toBe(committed);
  }
});

test('a copy taken while a flush is under way is the state before it or after it, never between', async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = seeded(seed);
    const live = fresh('live');
    const engine = await openIn(live);
    const copies: Array<{ readonly copy: string; readonly allowed: readonly string[] }> = [];
    let before = await contents(engine);
    for (let n = 0; n < 60; n++) {
      work(engine, n, n === 0 ? undefined : `c${n - 1}`);
      if (random(5) > 0) continue;
      const after = await contents(engine);
      const flushing = engine.flush();
      // The machine stops here, at some step of the flush.
      for (let turn = random(6); turn > 0; turn--) await new Promise((resolve) => setImmediate(resolve));
      const copy = fresh('copy');
      cpSync(live, copy, { recursive: true });
      copies.push({ copy, allowed: [before, after] });
      before = after;
      await flushing;
    }
    await engine.close();
    for (const { copy, allowed } of copies) expect(allowed, `seed ${seed}`).toContain((await reopened(copy)).contents);
  }
});

test('a process that dies without a word leaves its last flush', async () => {
  const folder = fresh('dies');
  const engine = await openIn(folder);
  work(engine, 0, undefined);
  await engine.flush();
  const committed = await contents(engine);
  work(engine, 1, 'c0');
  await engine.abandon();
  expect((await reopened(folder)).contents).toBe(committed);
});

async function refusal(folder: string): Promise<CodedError> {
  const opened = openIn(folder);
  const error: unknown = await opened.then(
    (engine) => engine.abandon(),
    (reason: unknown) => reason,
  );
  if (!isCoded(error)) throw new Error(`opened, or failed without a code: ${String(error)}`);
  return error;
}

async function used(): Promise<string> {
  const folder = fresh('used');
  const engine = await openIn(folder);
  for (let n = 0; n < 100; n++) work(engine, n, n === 0 ? undefined : `c${n - 1}`);
  await engine.close();
  return folder;
}

test('damage before the committed length is refused, with the file and what to do', async () => {
  const folder = await used();
  const path = logFiles(folder, 'feed').at(-1)!;
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
  const error = await refusal(folder);
  expect([error.name, error.code, error.facts['file']]).toEqual(['DataFolderError', 'log_corrupt', path]);
  expect(error.action).toContain('backup');
});

test('damage in a full file is found when it is read, and by `verify` when opening', async () => {
  const folder = await used();
  const [path] = logFiles(folder, 'feed');
  const bytes = readFileSync(path!);
  bytes[100]! ^= 1;
  writeFileSync(path!, bytes);
  const engine = await openIn(folder);
  expect(() => engine.readMerged('feed', 0, 1000)).toThrow('damaged before its committed length');
  await engine.abandon();
  const verified = openEmbedded({ folder, now: Date.now, verify: true });
  await expect(verified).rejects.toMatchObject({ code: 'log_corrupt' });
});

test('a log file that is shorter than committed, or gone, is refused', async () => {
  const shorter = await used();
  truncateSync(logFiles(shorter, 'case').at(-1)!, 5);
  expect((await refusal(shorter)).code).toBe('log_shorter');
  const gone = await used();
  rmSync(logFiles(gone, 'feed')[0]!);
  expect((await refusal(gone)).code).toBe('log_shorter');
});

test('a folder whose state is gone is not begun anew', async () => {
  const folder = await used();
  rmSync(join(folder, 'state'), { recursive: true });
  expect((await refusal(folder)).code).toBe('state_missing');
  expect(logFiles(folder, 'feed').length).toBeGreaterThan(0);
});

test('a folder of another version is refused and left as it is', async () => {
  const folder = await used();
  writeFileSync(join(folder, 'format.json'), '{"version":99}');
  expect(await refusal(folder)).toMatchObject({ code: 'folder_version', facts: { found: '99', reads: 1 } });
  writeFileSync(join(folder, 'format.json'), '{"vers');
  expect((await refusal(folder)).code).toBe('folder_version');
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

test('a second opener is told the pid of the first', async () => {
  const folder = fresh('locked');
  const engine = await openIn(folder);
  expect(await refusal(folder)).toMatchObject({ code: 'folder_in_use', facts: { pid: process.pid } });
  await engine.close();
  await (await openIn(folder)).close();
});

test('a lock whose process is gone is taken over, also when its pid belongs to somebody else by now', async () => {
  const folder = await used();
  const { pid } = spawnSync(process.execPath, ['--version']);
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid, started: '1', token: 'x' }));
  await (await openIn(folder)).close();
  if (process.platform === 'linux') {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, started: '1', token: 'x' }));
    await (await openIn(folder)).close();
  }
  writeFileSync(join(folder, 'lock'), '{"pi');
  await (await openIn(folder)).close();
});

test('a folder that cannot be made or written is refused clearly', async () => {
  const file = join(fresh('file'), 'a-file');
  writeFileSync(file, '');
  expect(await refusal(join(file, 'data'))).toMatchObject({ code: 'folder_not_usable', facts: { reason: 'ENOTDIR' } });
  const folder = join(fresh('readonly'), 'data');
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  // The super-user may write everywhere.
  if (process.getuid?.() !== 0) expect((await refusal(folder)).code).toBe('folder_not_usable');
});
