import { openRedis, type RedisStore } from '@yujing/runtime';
import { storeConformance, type StoreSubject } from './store.ts';

const url = process.env['YUJING_TEST_REDIS'] ?? 'redis://127.0.0.1:6379';

async function subject(): Promise<StoreSubject> {
  const options = { url, mode: 'single', installation: `conformance-${Date.now().toString(36)}` } as const;
  let store: RedisStore = await openRedis(options);
  return {
    store,
    async reopen() {
      await store.close();
      store = await openRedis(options);
      return store;
    },
    close: () => store.close(),
  };
}

storeConformance('redis', subject);
