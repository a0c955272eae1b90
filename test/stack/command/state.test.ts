import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { identityOf } from '../process-identity.ts';
import { readArguments } from './arguments.ts';
import { wanted } from './start.ts';
import { readState, type StackState, withLock, withServer, writeState } from './state.ts';

/** Which process is which is read from the proc file system, so on Linux only. */
const linux = test.runIf(existsSync('/proc/self/stat'));

const folder = mkdtempSync(join(tmpdir(), 'yujing-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

const STATE: StackState = {
  format: 1,
  nodes: 1,
  kafka: '4.3.1',
  registry: '3.3.3',
  registryStorage: 'postgres',
  portShift: 0,
  verified: [],
  servers: [{ name: 'redis', version: '7', ports: [6379], identity: null, since: null }],
};

linux('what is written is read; a folder without one holds nothing', () => {
  expect(readState(folder)).toBeUndefined();
  const state = withServer(STATE, { ...STATE.servers[0]!, identity: identityOf(process.pid)!, since: 'now' });
  writeState(folder, state);
  expect(readState(folder)).toEqual(state);
  expect(state.servers).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['stack.json']);
});

linux('what cannot be read ends nothing', () => {
  const server = STATE.servers[0]!;
  const identity = { ...identityOf(process.pid)!, pid: 1 };
  for (const text of ['{', '{}', JSON.stringify({ ...STATE, servers: [{ ...server, identity }] })]) {
    writeFileSync(join(folder, 'stack.json'), text);
    expect(() => readState(folder)).toThrow('no process is touched');
  }
});

linux('one command at a time; a lock whose command is gone is taken over', async () => {
  const lock = join(folder, 'stack.lock');
  await withLock(folder, async () => {
    await expect(withLock(folder, async () => undefined)).rejects.toThrow(`another command (pid ${process.pid})`);
  });
  expect(existsSync(lock)).toBe(false);
  const mine = identityOf(process.pid)!;
  writeFileSync(lock, JSON.stringify({ ...mine, startTicks: mine.startTicks - 1 }));
  expect(await withLock(folder, async () => 'done')).toBe('done');
  await expect(withLock(folder, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(lock)).toBe(false);
});

test('what the folder holds goes before what is usual', () => {
  const three: StackState = { ...STATE, nodes: 3, kafka: '3.9.2', portShift: 100 };
  expect(wanted(readArguments([]), three, true)).toMatchObject({ nodes: 3, kafka: '3.9.2', portShift: 100 });
  const old: StackState = { ...STATE, registry: '2.6.13.Final', registryStorage: 'memory' };
  expect(wanted(readArguments([]), old, false)).toMatchObject({ registry: '2.6.13.Final', registryStorage: 'memory' });
  expect(wanted(readArguments(['--registry', '3.3.3']), old, false)).toMatchObject({ registryStorage: 'postgres' });
  expect(wanted(readArguments(['--nodes', '3']), undefined, false)).toMatchObject({ nodes: 3, kafka: '4.3.1' });
});

test('data of one node are not given to three, nor to another Kafka; running servers keep their ports', () => {
  const ask = (isRunning: boolean, ...words: string[]) => wanted(readArguments(words), STATE, isRunning);
  expect(() => ask(false, '--nodes', '3')).toThrow('holds 1 node of Kafka 4.3.1');
  expect(() => ask(false, '--kafka', '3.9.2')).toThrow('holds 1 node of Kafka 4.3.1');
  expect(() => ask(true, '--port-shift', '5')).toThrow('stop` first');
  expect(() => ask(true, '--registry', '2.6.13.Final')).toThrow('stop` first');
  expect(ask(false, '--port-shift', '5').portShift).toBe(5);
});
