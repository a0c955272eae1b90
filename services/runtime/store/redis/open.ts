import type { RedisOptions } from './options.ts';
import type { RedisStore } from './redis-store.ts';

/**
 * Connects and checks the servers' settings. ioredis is loaded here and not before: an embedded process has no use for it.
 * @throws StoreError store_unreachable, store_access_denied, store_evicts
 */
export async function openRedis(options: RedisOptions): Promise<RedisStore> {
  const { RedisStore } = await import('./redis-store.ts');
  return RedisStore.open(options);
}
