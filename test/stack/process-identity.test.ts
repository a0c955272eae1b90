import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  identityOf,
  identityOfStarted,
  isRunning,
  isSameProcess,
  memoryOf,
  type ProcessIdentity,
  signalProcess,
} from './process-identity.ts';
import { SLEEPER, spawnSleeper } from './sleeper.ts';

/** Which process is which is read from the proc file system, so on Linux only. */
const linux = test.runIf(existsSync('/proc/self/stat'));

let sleeper: ChildProcess;
let sleeping: ProcessIdentity;

beforeAll(async () => {
  sleeper = spawnSleeper();
  sleeping = (await identityOfStarted(sleeper.pid!))!;
});
afterAll(() => void sleeper.kill('SIGKILL'));

const isAlive = (): boolean => sleeper.exitCode === null && sleeper.signalCode === null && isRunning(sleeping);

linux('a process is its number, its start and its words', () => {
  expect(sleeping.commandLine).toEqual(SLEEPER);
  expect(isSameProcess(sleeping, identityOf(sleeper.pid!))).toBe(true);
  expect(memoryOf(process.pid)).toBeGreaterThan(10);
});

linux('a number that was used again belongs to somebody else: no signal reaches it', () => {
  const strangers: ProcessIdentity[] = [
    { ...sleeping, startTicks: sleeping.startTicks - 1 },
    { ...sleeping, commandLine: ['redis-server', '/x/redis.conf'] },
    { ...sleeping, commandLine: SLEEPER.slice(0, 1) },
    { ...sleeping, bootId: 'another start of the machine' },
  ];
  for (const stranger of strangers) {
    expect(isRunning(stranger)).toBe(false);
    expect(signalProcess(stranger, 'SIGKILL')).toBe(false);
  }
  expect(isAlive()).toBe(true);
});

linux('one that nobody collects has ended all the same', async () => {
  // The shell becomes a sleeper that never asks after its child.
  const script = '"$1" -e "" & echo $!; exec "$@"';
  const parent = spawn('sh', ['-c', script, 'sh', ...SLEEPER], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
  expect(identityOf(pid)).toBeUndefined();
  parent.kill('SIGKILL');
});

linux('one that has ended is gone', async () => {
  const child = spawnSleeper();
  const identity = (await identityOfStarted(child.pid!))!;
  expect(signalProcess(identity, 'SIGKILL')).toBe(true);
  await once(child, 'exit');
  expect(identityOf(identity.pid)).toBeUndefined();
  expect(signalProcess(identity, 'SIGKILL')).toBe(false);
  expect(memoryOf(identity.pid)).toBeUndefined();
});
