import { execFileSync } from 'node:child_process';
import { openRedis, type Commit, type CommitHead, type RedisStore } from '@yujing/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OwnServers, type OwnRedis } from './servers.ts';

const servers = new OwnServers();
let redis: OwnRedis;
let store: RedisStore;
beforeAll(async () => {
  redis = await servers.redis();
  store = await openRedis({ url: redis.url, mode: 'single', installation: 'large' });
});
afterAll(async () => {
  await store.close();
  await servers.stop();
});

const slot = { stage: 'profile', logId: 'a1', partition: 0 };
const COUNT = 25_000;
const keys = Array.from({ length: COUNT }, (_, i) => `k${i}`);

function commit(follows: string | undefined, id: string, text: string | null, count = COUNT): Commit {
  const head: CommitHead = { id, position: 1, stamps: [], meta: new Uint8Array(0), outbox: [] };
  const value = (key: string) => (text === null ? null : Buffer.from(`${text}${key}`));
  return { follows, head, entities: new Map(keys.slice(0, count).map((key) => [key, value(key)])) };
}

test('a commit and a load of many times what Lua takes at once, and their removal', async () => {
  expect((await store.commit(slot, commit(undefined, 'c1', '='))).applied).toBe(true);
  const loaded = await store.load(slot, [...keys, 'nobody']);
  const wrong = keys.filter((key, i) => String(loaded.entities[i]) !== `=${key}`);
  expect([loaded.id, wrong, loaded.entities.at(-1)]).toEqual(['c1', [], undefined]);
  expect((await store.commit(slot, commit('c1', 'c2', null, 20_000))).applied).toBe(true);
  expect(redis.cli('hlen', '{large/profile/a1/0}')).toBe('5002\n');
});

test('parts of one load are of one commit while commits go on', async () => {
  const busy = { ...slot, partition: 1 };
  await store.commit(busy, commit(undefined, '0', '0 '));
  const other = await openRedis({ url: redis.url, mode: 'single', installation: 'large' });
  const writing = (async () => {
    for (let n = 1; n <= 8; n++) await other.commit(busy, commit(`${n - 1}`, `${n}`, `${n} `));
  })();
  const ids = new Set<string | undefined>();
  for (let i = 0; i < 6; i++) {
    const { id, entities } = await store.load(busy, keys);
    ids.add(id);
    expect(entities.every((bytes) => String(bytes).startsWith(`${id} `))).toBe(true);
  }
  await writing;
  await other.close();
  expect(ids.size).toBeGreaterThan(1);
});

test('a server that forgot the scripts is told them again', async () => {
  const own = { ...slot, partition: 2 };
  await store.commit(own, commit(undefined, 'c1', '', 1));
  execFileSync('redis-cli', ['-p', String(redis.port), 'script', 'flush']);
  expect((await store.commit(own, commit('c1', 'c2', '', 1))).applied).toBe(true);
  execFileSync('redis-cli', ['-p', String(redis.port), 'script', 'flush']);
  expect((await store.head(own)).head?.id).toBe('c2');
});

test('a store that is closed says so, also to what was under way', async () => {
  const closing = await openRedis({ url: redis.url, mode: 'single', installation: 'large' });
  const underWay = closing.load(slot, keys);
  await closing.close();
  await expect(underWay).rejects.toMatchObject({ code: 'closed', retriable: false });
  await expect(closing.head(slot)).rejects.toMatchObject({ code: 'closed' });
  await expect(closing.presence.beat('console-1', [])).rejects.toMatchObject({ code: 'closed' });
});
