import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { defaultPorts } from '../layout.ts';
import { isPortFree } from '../ports.ts';
import { identityOf } from '../process-identity.ts';
import type { ServerStatus } from './status.ts';

const MAIN = new URL('../../dist/stack/main.js', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'yujing-command-'));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function stack(...words: readonly string[]): Promise<Outcome> {
  const all = [MAIN, ...words, '--folder', folder];
  return new Promise((resolve) => {
    execFile(process.execPath, all, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
    });
  });
}

async function status(): Promise<ServerStatus[]> {
  return (JSON.parse((await stack('status', '--json')).stdout) as { servers: ServerStatus[] }).servers;
}

/** A shift under which nobody listens on any of our ports. */
async function freeShift(): Promise<number> {
  for (;;) {
    const shift = randomInt(12_000, 20_000);
    const { kafka, ...others } = defaultPorts(1, shift);
    const ports = [...kafka.flatMap(({ broker, controller }) => [broker, controller]), ...Object.values(others)];
    if ((await Promise.all(ports.map((port) => isPortFree(port)))).every(Boolean)) return shift;
  }
}

afterAll(async () => {
  await stack('stop');
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

test('the command, from nothing to nothing', { timeout: 600_000 }, async () => {
  expect((await stack('status')).code).toBe(1);
  const shift = await freeShift();
  const flag = `--port-shift=${shift}`;

  // A stranger on one of the ports: said before anything is started.
  const stranger = createServer().listen(6379 + shift, '127.0.0.1');
  const refused = await stack(flag);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(`^not run: .*port ${6379 + shift} \\(for redis\\)`),
  ]);
  expect(await status()).toEqual([]);
  await new Promise((resolve) => stranger.close(resolve));

  const first = await stack(flag);
  expect(first.stderr).toBe('');
  expect(first.stdout).toContain(`--brokers 127.0.0.1:${9092 + shift}`);
  expect(readFileSync(join(folder, 'yujing.yaml'), 'utf8')).toContain(`redis: redis://127.0.0.1:${6379 + shift}`);
  const started = await status();
  expect(started.map(({ name, running, answers }) => [name, running, answers])).toEqual(
    ['kafka-1', 'redis', 'postgres', 'registry'].map((name) => [name, true, true]),
  );
  const pids = started.map(({ pid }) => pid!);

  // The second start finds what runs and starts what is missing; data are there.
  const redis = new Redis(6379 + shift, '127.0.0.1');
  await redis.set('kept', 'yes');
  redis.disconnect();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  process.kill(pids[1]!, 'SIGKILL');
  await expect.poll(() => identityOf(pids[1]!)).toBeUndefined();
  const second = await stack();
  expect(second.code).toBe(0);
  expect(second.stdout.match(/runs already/g)).toHaveLength(3);
  expect(second.stdout).toMatch(/redis .* answers after/);
  const again = new Redis(6379 + shift, '127.0.0.1');
  expect(await again.get('kept')).toBe('yes');
  again.disconnect();

  // Stopped, everything is gone; reset leaves nothing of it.
  const running = (await status()).map(({ pid }) => pid!);
  expect([running[0], running[2], running[3]]).toEqual([pids[0], pids[2], pids[3]]);
  expect((await stack('stop')).code).toBe(0);
  expect(running.map((pid) => identityOf(pid))).toEqual([undefined, undefined, undefined, undefined]);
  expect((await status()).map((server) => server.running)).toEqual([false, false, false, false]);
  expect((await stack('reset')).code).toBe(1); // no terminal to ask
  expect((await stack('reset', '--yes')).code).toBe(0);
  expect((await stack('status')).stdout).toContain('nothing was started');
});
