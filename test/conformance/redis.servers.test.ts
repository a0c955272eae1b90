import { openRedis, type RedisMode, type RedisStore } from '@yujing/runtime';
import { OwnServers } from '../redis/servers.ts';
import { storeConformance, type StoreSubject } from './store.ts';

async function subject(mode: RedisMode, url: string, close = async (): Promise<void> => {}): Promise<StoreSubject> {
  const options = { url, mode, installation: `conformance-${Date.now().toString(36)}` };
  let store: RedisStore = await openRedis(options);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openRedis(options);
      return store;
    },
    async close() {
      await store.close();
      await close();
    },
  };
}

storeConformance('Redis', () => subject('single', process.env['YUJING_TEST_REDIS'] ?? ''));

storeConformance('Redis Cluster, three masters', async () => {
  const servers = new OwnServers();
  const nodes = await servers.cluster();
  return subject('cluster', nodes.map(({ url }) => url).join(','), () => servers.stop());
});

storeConformance('Redis behind a sentinel', async () => {
  const servers = new OwnServers();
  const { url } = await servers.sentinel();
  return subject('sentinel', url, () => servers.stop());
});
