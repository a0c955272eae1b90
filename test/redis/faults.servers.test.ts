import { statSync, truncateSync } from 'node:fs';
import { createMetrics, openRedis, REDIS_METRICS, StoreError, type RedisStore } from '@yujing/runtime';
import { afterAll, expect, test } from 'vitest';
import { Counting, wholePosition } from './counting.ts';
import { Proxy } from './proxy.ts';
import { OwnServers, until } from './servers.ts';

const servers = new OwnServers();
const stores: RedisStore[] = [];
afterAll(async () => {
  for (const store of stores) await store.close();
  await servers.stop();
});

async function open(url: string, options: Partial<Parameters<typeof openRedis>[0]> = {}): Promise<RedisStore> {
  const store = await openRedis({ url, mode: 'single', installation: 'faults', ...options });
  stores.push(store);
  return store;
}

test('killed three times under commits: nothing that was acknowledged is lost, nothing is torn', async () => {
  const { url, server } = await servers.redis();
  const store = await open(url);
  const counting = new Counting(store, 'killed');
  for (let kill = 0; kill < 3; kill++) {
    const work = { going: true };
    const working = (async () => {
      while (work.going) {
        if ((await counting.advance()) === 'unknown') await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    const before = counting.acknowledged;
    await until(() => counting.acknowledged > before + 500);
    await server.kill();
    await until(() => !store.health().reachable);
    work.going = false;
    await working;
    const { acknowledged } = counting;
    await server.start();
    await until(() =>
      store.head(counting.slot).then(
        () => true,
        () => false,
      ),
    );
    expect(await wholePosition(store, counting.slot)).toBeGreaterThanOrEqual(acknowledged);
  }
  expect(await counting.advance()).toBe('applied');
  expect(store.health()).toMatchObject({ reachable: true, failing: undefined });
  expect(counting.seen).toMatchObject({ refused: 0 });
  expect([...counting.codes]).toContain('connection_lost');
});

/** Who loads finds out while loading; who holds everything is told by the commit alone. */
const NOTICED = { 'by a load': 10, 'by the commit': 1_000 };

test.for(Object.entries(NOTICED))(
  'the tail of its file was lost: it comes up with an older commit, noticed %s',
  async ([how, cacheEntities]) => {
    // Of its own, so that a file that is cut is read at all.
    const { url, server, appendOnlyFiles } = await servers.redis({ 'aof-load-truncated': 'yes' });
    const store = await open(url);
    const counting = new Counting(store, how.replaceAll(' ', '-'), cacheEntities);
    for (let i = 0; i < 200; i++) expect(await counting.advance()).toBe('applied');
    for (const cutBytes of [700, 3_000, 40_000]) {
      const { acknowledged } = counting;
      await server.kill();
      const file = appendOnlyFiles().at(-1)!;
      truncateSync(file, statSync(file).size - cutBytes);
      await server.start();
      await until(() =>
        store.head(counting.slot).then(
          () => true,
          () => false,
        ),
      );
      const rewound = await wholePosition(store, counting.slot);
      expect(rewound).toBeLessThan(acknowledged);
      const { refused } = counting.seen;
      expect(await counting.advance()).toBe('refused');
      expect([counting.seen.refused, counting.worker.started]).toEqual([refused + 1, false]);
      expect(await wholePosition(store, counting.slot)).toBe(rewound);
      while (counting.acknowledged <= acknowledged) expect(await counting.advance()).toBe('applied');
      expect(await wholePosition(store, counting.slot)).toBe(counting.acknowledged);
    }
  },
);

test('an answer that is lost: the commit stands, its worker is told that nothing is known, and it is not sent again', async () => {
  const { url, port } = await servers.redis();
  const proxy = new Proxy(port);
  const through = await open(await proxy.listen());
  const direct = await open(url);
  const counting = new Counting(through, 'lost');
  try {
    for (const what of ['answer', 'request', 'answer'] as const) {
      expect(await counting.advance()).toBe('applied');
      const before = await direct.head(counting.slot);
      const commit = {
        follows: before.head!.id,
        head: { ...before.head!, id: crypto.randomUUID() },
        entities: new Map<string, Uint8Array>(),
      };
      proxy.cutNext(what);
      const failure = await through.commit(counting.slot, commit).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StoreError);
      expect(failure).toMatchObject({ code: 'connection_lost', retriable: true });
      await until(
        () =>
          through.health().reachable ||
          through.head(counting.slot).then(
            () => true,
            () => false,
          ),
      );
      const { head } = await direct.head(counting.slot);
      expect(head!.id).toBe(what === 'answer' ? commit.head.id : before.head!.id);
      // The live worker finds out with its next request, and starts from what is there.
      if (what === 'answer') expect(await counting.advance()).toBe('refused');
    }
    expect(proxy.cuts).toBe(3);
    expect(await counting.advance()).toBe('applied');
    expect(await wholePosition(direct, counting.slot)).toBe(counting.acknowledged);
  } finally {
    proxy.close();
  }
});

test('a server that stands still: the command fails in its time, the connection is made again, a late commit tears nothing', async () => {
  const { url, server } = await servers.redis();
  const metrics = createMetrics(REDIS_METRICS);
  const store = await open(url, { commandTimeoutMs: 300, metrics });
  const counting = new Counting(store, 'frozen');
  await counting.advance();
  server.signal('SIGSTOP');
  const startedAt = performance.now();
  expect(await counting.advance()).toBe('unknown');
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(store.health().reachable).toBe(false);
  server.signal('SIGCONT');
  await until(async () => (await counting.advance()) === 'applied');
  expect(await wholePosition(store, counting.slot)).toBe(counting.acknowledged);
  await until(async () => /redis_reconnects_total [1-9]/.test(await metrics.text()));
});
