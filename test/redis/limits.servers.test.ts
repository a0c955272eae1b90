import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMetrics,
  openRedis,
  REDIS_METRICS,
  takeSnapshot,
  type Commit,
  type CommitHead,
  type RedisStore,
} from '@yujing/runtime';
import { afterAll, expect, test } from 'vitest';
import { OwnServers, until, type OwnRedis } from './servers.ts';

const servers = new OwnServers();
const folder = mkdtempSync(join(tmpdir(), 'yujing-limits-'));
const closing: Array<() => unknown> = [];
afterAll(async () => {
  for (const close of closing) await close();
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(url: string, options: Partial<Parameters<typeof openRedis>[0]> = {}): Promise<RedisStore> {
  const store = await openRedis({ url, mode: 'single', installation: 'limits', ...options });
  closing.unshift(() => store.close());
  return store;
}

const slot = { stage: 'profile', logId: 'full', partition: 0 };

function commit(n: number, entities: ReadonlyArray<readonly [string, Uint8Array | null]>): Commit {
  const head: CommitHead = { id: `c${n}`, position: n, stamps: [], meta: new Uint8Array(0), outbox: [] };
  return { follows: n === 1 ? undefined : `c${n - 1}`, head, entities: new Map(entities) };
}

/** Commits until it is refused with an error; answers the number of the first that was. */
async function fill(store: RedisStore, from: number): Promise<{ n: number; error: unknown }> {
  for (let n = from; ; n++) {
    const entities = Array.from({ length: 20 }, (_, i) => [`${n}/${i}`, Buffer.alloc(5_000, n)] as const);
    // A removal with every commit: it must not be done when the rest is refused.
    const removed = n > 1 ? [[`${n - 1}/0`, null] as const] : [];
    try {
      expect((await store.commit(slot, commit(n, [...entities, ...removed]))).applied).toBe(true);
    } catch (error) {
      return { n, error };
    }
  }
}

/** What the store holds is commit n - 1, whole. */
async function expectNothingOf(store: RedisStore, n: number): Promise<void> {
  const { id, entities } = await store.load(slot, [`${n}/0`, `${n}/19`, `${n - 1}/0`, `${n - 1}/19`]);
  expect([id, ...entities.map((bytes) => bytes?.length)]).toEqual([`c${n - 1}`, undefined, undefined, 5_000, 5_000]);
  expect((await store.head(slot)).head?.id).toBe(`c${n - 1}`);
}

test('memory is full: a commit is refused as a whole with its own error, and goes through when there is more', async () => {
  const { url, cli } = await servers.redis({ maxmemory: '4mb' });
  const metrics = createMetrics(REDIS_METRICS);
  const store = await open(url, { metrics });
  const { n, error } = await fill(store, 1);
  expect(error).toMatchObject({
    code: 'store_memory_full',
    retriable: true,
    facts: { stage: 'profile', reply: 'OOM' },
  });
  expect(n).toBeGreaterThan(3);
  await expectNothingOf(store, n);
  expect(store.health()).toMatchObject({ failing: undefined });
  // Well below what is used: that goes up and down a little with the buffers of connections.
  cli('config', 'set', 'maxmemory', '2mb');
  // Only removals would be let through by Redis itself; the head that comes first is not.
  await expect(store.commit(slot, commit(n, [[`${n - 1}/1`, null]]))).rejects.toMatchObject({
    code: 'store_memory_full',
  });
  await expectNothingOf(store, n);
  // A snapshot takes no room that commits need.
  await expect(takeSnapshot(store, folder)).rejects.toMatchObject({ code: 'store_memory_full' });
  cli('config', 'set', 'maxmemory', '64mb');
  expect((await store.commit(slot, commit(n, [['more', Buffer.alloc(9)]]))).applied).toBe(true);
  await store.checkSettings();
  const text = await metrics.text();
  expect(text).toMatch(/redis_limit_bytes 67108864\n/);
  expect(Number(/redis_used_bytes (\d+)/.exec(text)?.[1])).toBeGreaterThan(1_000_000);
  expect(text).toMatch(/redis_failures_total\{reason="store_memory_full"\} 3\n/);
  expect(text).toMatch(/redis_commit_seconds_count\{stage="profile"\} \d+\n/);
});

/** A disk of its own where this user may mount one; otherwise a save that cannot succeed, which Redis answers the same. */
async function onSmallDisk(): Promise<{ redis: OwnRedis; fill(): void; free(): void }> {
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    const redis = await servers.redis({ save: '1 1' }, disk);
    const file = join(disk, 'redis', 'data', 'dump.rdb');
    return {
      redis,
      fill: () => mkdirSync(join(file, 'in-the-way'), { recursive: true }),
      free: () => rmSync(file, { recursive: true }),
    };
  }
  closing.push(() => execFileSync('umount', ['-l', disk]));
  const redis = await servers.redis({}, disk);
  const ballast = join(disk, 'ballast');
  return {
    redis,
    fill: () => writeFileSync(ballast, Buffer.alloc(statfsSync(disk).bavail * statfsSync(disk).bsize)),
    free: () => rmSync(ballast),
  };
}

test('the disk is full: commits are refused, loads go on, and work goes on when there is room', async () => {
  const { redis, fill: fillDisk, free } = await onSmallDisk();
  const store = await open(redis.url);
  expect(
    (
      await store.commit(
        slot,
        commit(1, [
          ['1/0', Buffer.alloc(5_000)],
          ['1/19', Buffer.alloc(5_000)],
        ]),
      )
    ).applied,
  ).toBe(true);
  fillDisk();
  const { n, error } = await fill(store, 2);
  expect(error).toMatchObject({ code: 'store_cannot_persist', retriable: true, facts: { reply: 'MISCONF' } });
  await expectNothingOf(store, n);
  free();
  await until(() =>
    store.commit(slot, commit(n, [['more', Buffer.alloc(9)]])).then(
      ({ applied }) => applied,
      () => false,
    ),
  );
  expect((await store.load(slot, ['more'])).id).toBe(`c${n}`);
});

test('a server that would evict is refused; one without an append-only file is warned of', async () => {
  const { url, cli } = await servers.redis({ 'maxmemory-policy': 'allkeys-lru', maxmemory: '100mb' });
  await expect(open(url)).rejects.toMatchObject({
    code: 'store_evicts',
    retriable: false,
    facts: { policy: 'allkeys-lru' },
  });
  cli('config', 'set', 'maxmemory-policy', 'noeviction');
  const lines: string[] = [];
  const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
  await open(url, { log });
  expect(lines).toEqual([]);
  cli('config', 'set', 'appendonly', 'no');
  await open(url, { log });
  expect(lines).toEqual(['warn: Redis keeps no append-only file: its state ends with it']);
});
