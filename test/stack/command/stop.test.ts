import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identityOfStarted, isRunning, type ProcessIdentity } from '../process-identity.ts';
import { spawnSleeper } from '../sleeper.ts';
import { readState, type StackState, writeState } from './state.ts';
import { statusLines, statusOf } from './status.ts';
import { reset, stop } from './stop.ts';

/** Which process is which is read from the proc file system, so on Linux only. */
const linux = test.runIf(existsSync('/proc/self/stat'));

let folder: string;
let process: ChildProcess;
let identity: ProcessIdentity;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yujing-stop-'));
  process = spawnSleeper();
  identity = (await identityOfStarted(process.pid!))!;
});
afterEach(() => {
  process.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const stateWith = (known: ProcessIdentity): StackState => ({
  format: 1,
  nodes: 1,
  kafka: '4.3.1',
  registry: '2.6.13.Final',
  registryStorage: 'memory',
  portShift: 0,
  verified: [],
  servers: [
    { name: 'registry', version: '2.6.13.Final', ports: [1], identity: known, since: '2026-11-22T10:00:00.000Z' },
  ],
});

linux('what was started from here ends, and is not ended twice', async () => {
  writeState(folder, stateWith(identity));
  const said: string[] = [];
  const ended = once(process, 'exit');
  expect(await stop(folder, (line) => said.push(line))).toEqual(['registry']);
  expect((await ended)[1]).toBe('SIGTERM');
  expect(said).toEqual(['registry: stopped']);
  expect(readState(folder)?.servers[0]).toMatchObject({ identity: null, since: null });
  expect(await stop(folder, () => undefined)).toEqual([]);
});

linux('whoever has the number now is not touched, neither by stop nor by reset', async () => {
  writeState(folder, stateWith({ ...identity, commandLine: ['java', '-jar', 'quarkus-run.jar'] }));
  const said: string[] = [];
  expect(await stop(folder, (line) => said.push(line))).toEqual([]);
  expect(said[0]).toContain('was gone');
  writeState(folder, stateWith({ ...identity, startTicks: identity.startTicks - 100 }));
  expect(await reset(folder, true, () => undefined)).toBe(true);
  expect(isRunning(identity)).toBe(true);
});

linux('status tells a server that does not answer, and where the registry keeps its schemas', async () => {
  const [server] = await statusOf(folder, stateWith(identity));
  expect(server).toMatchObject({ running: true, answers: false, pid: identity.pid, port: 1, storage: 'memory' });
  expect(server!.rss_mb).toBeGreaterThanOrEqual(0);
  expect(statusLines([server!])[0]).toMatch(
    /^registry +2\.6\.13\.Final DOES NOT ANSWER, .* since 2026-11-22T10:00:00Z, .* in memory/,
  );
  const [gone] = await statusOf(folder, stateWith({ ...identity, startTicks: 1 }));
  expect(gone).toMatchObject({ running: false, answers: false, pid: null, since: null, rss_mb: null });
  expect(statusLines([gone!])[0]).toMatch(/does not run$/);
});

linux('reset removes what the stack has made and nothing else', async () => {
  for (const name of ['kafka-1', 'redis', 'downloads', 'kafka-notes']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'letter.txt'), '');
  await expect(reset(folder, true, () => undefined)).rejects.toThrow('no stack.json');
  writeState(folder, stateWith({ ...identity, startTicks: 1 }));
  await expect(reset(folder, false, () => undefined)).rejects.toThrow('--yes'); // no terminal here
  expect(existsSync(join(folder, 'redis'))).toBe(true);
  expect(await reset(folder, true, () => undefined)).toBe(true);
  const left = ['kafka-1', 'redis', 'stack.json', 'downloads', 'kafka-notes', 'letter.txt'];
  expect(left.map((name) => existsSync(join(folder, name)))).toEqual([false, false, false, true, true, true]);
});
