import { execFileSync } from 'node:child_process';
import { openRedis, type RedisMode, type RedisStore, type Slot } from '@yujing/runtime';
import { afterAll, expect, test } from 'vitest';
import { Counting, wholePosition } from './counting.ts';
import { OwnServers, until } from './servers.ts';

const servers = new OwnServers();
const stores: RedisStore[] = [];
afterAll(async () => {
  for (const store of stores) await store.close();
  await servers.stop();
});

async function open(mode: RedisMode, url: string): Promise<RedisStore> {
  const store = await openRedis({ url, mode, installation: 'topologies', commandTimeoutMs: 1_000 });
  stores.push(store);
  return store;
}

/** Lets workers commit until told to stop. */
function keepWorking(workers: readonly Counting[]): () => Promise<void> {
  const work = { going: true };
  const working = workers.map(async (counting) => {
    while (work.going)
      if ((await counting.advance()) === 'unknown') await new Promise((resolve) => setTimeout(resolve, 50));
  });
  return async () => {
    work.going = false;
    await Promise.all(working);
  };
}

test('a failover under commits: what the replica did not have is a rewind, and nothing is torn', async () => {
  const { master, replica, url } = await servers.sentinel();
  const store = await open('sentinel', url);
  const counting = new Counting(store, 'failover');
  for (let i = 0; i < 20; i++) expect(await counting.advance()).toBe('applied');
  await until(
    () => replica.cli('hget', slotKey(counting.slot), 'id') === master.cli('hget', slotKey(counting.slot), 'id'),
  );

  // What the master acknowledges from here on never reaches the replica, as when both go down within a moment.
  replica.cli('config', 'set', 'masterauth', 'not-the-password');
  replica.cli('client', 'kill', 'type', 'master');
  master.cli('config', 'set', 'requirepass', 'closed-to-replicas');
  master.cli('client', 'kill', 'type', 'replica');
  for (let i = 0; i < 10; i++) expect(await counting.advance()).toBe('applied');
  const { acknowledged } = counting;
  await master.server.kill();
  await until(() => replica.cli('info', 'replication').includes('role:master'));
  await until(async () => (await counting.advance()) !== 'unknown');
  await until(async () => (await counting.advance()) === 'applied');
  expect(counting.acknowledged).toBeLessThan(acknowledged);
  expect(await wholePosition(store, counting.slot)).toBe(counting.acknowledged);

  // The old master comes back as a replica; its commits are not heard of again.
  await master.server.start();
  await until(() => master.cli('info', 'replication').includes('role:slave'));
  expect(await counting.advance()).toBe('applied');
  expect(await wholePosition(store, counting.slot)).toBe(counting.acknowledged);
});

test('a master that is turned into a replica while it is spoken to: the next answers come from the new one', async () => {
  const { master, replica, port, url } = await servers.sentinel();
  const store = await open('sentinel', url);
  const counting = new Counting(store, 'turned');
  const stop = keepWorking([counting]);
  await until(() => counting.acknowledged > 200);
  execFileSync('redis-cli', ['-p', String(port), 'sentinel', 'failover', 'yujing']);
  await until(() => replica.cli('info', 'replication').includes('role:master'));
  // For a moment both are masters; what the old one still took is gone.
  await until(() => master.cli('info', 'replication').includes('role:slave'));
  const { acknowledged } = counting;
  await until(() => counting.acknowledged > acknowledged + 200);
  await stop();
  expect(await wholePosition(store, counting.slot)).toBe(counting.acknowledged);
  expect(replica.cli('hlen', slotKey(counting.slot))).not.toBe('0\n');
});

test('a node of a cluster is killed and comes back, slots move between nodes: all under commits, nothing is torn', async () => {
  const nodes = await servers.cluster();
  const store = await open('cluster', nodes[0]!.url);
  const workers = Array.from({ length: 6 }, (_, i) => new Counting(store, `log${i}`));
  const stop = keepWorking(workers);
  const allGoOn = async (): Promise<void> => {
    const from = workers.map(({ acknowledged }) => acknowledged);
    await until(() => workers.every(({ acknowledged }, i) => acknowledged > from[i]! + 50));
  };
  await allGoOn();
  // Every slot of the state changes its node once.
  for (const { slot } of workers) moveHashSlot(nodes, slotKey(slot));
  await allGoOn();
  const hurt = nodes.find(({ cli }) => cli('dbsize') !== '0\n')!;
  await hurt.server.kill();
  await until(() => workers.some(({ seen }) => seen.unknown > 0));
  await hurt.server.start();
  await allGoOn();
  await stop();
  for (const { slot, acknowledged } of workers) expect(await wholePosition(store, slot)).toBe(acknowledged);

  const found: Slot[] = [];
  for await (const slot of store.slots()) found.push(slot);
  expect(found.map(({ logId }) => logId).sort()).toEqual(workers.map(({ slot }) => slot.logId));
});

function slotKey({ stage, logId, partition }: Slot): string {
  return `{topologies/${stage}/${logId}/${partition}}`;
}

/** As `redis-cli --cluster reshard` does it, for the hash slot of one key, to the next node. */
function moveHashSlot(nodes: Awaited<ReturnType<OwnServers['cluster']>>, key: string): void {
  const slot = nodes[0]!.cli('cluster', 'keyslot', key).trim();
  const ids = nodes.map(({ cli }) => cli('cluster', 'myid').trim());
  const from = nodes.findIndex(({ cli }) => cli('cluster', 'countkeysinslot', slot) !== '0\n');
  const to = (from + 1) % nodes.length;
  nodes[to]!.cli('cluster', 'setslot', slot, 'importing', ids[from]!);
  nodes[from]!.cli('cluster', 'setslot', slot, 'migrating', ids[to]!);
  nodes[from]!.cli('migrate', '127.0.0.1', String(nodes[to]!.port), '', '0', '5000', 'keys', key);
  for (const i of [to, from]) nodes[i]!.cli('cluster', 'setslot', slot, 'node', ids[to]!);
}
