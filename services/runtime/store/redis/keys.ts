import { slotName, type Slot } from '../store.ts';
import type { RedisClient } from './client.ts';

const SCAN_COUNT = 1_000;

/** The braces make one hash tag of it: whatever belongs to the slot stands on one node of a cluster. */
export function slotKey(installation: string, slot: Slot): string {
  return `{${installation}/${slotName(slot)}}`;
}

/** Undefined: not the hash of a slot of this installation. */
export function slotOfKey(installation: string, key: string): Slot | undefined {
  const [, owner, stage, logId, partition] = /^\{([^/{}]+)\/([^/{}]+)\/([^/{}]+)\/(\d+)\}$/.exec(key) ?? [];
  if (owner !== installation || stage === undefined || logId === undefined) return undefined;
  return { stage, logId, partition: Number(partition) };
}

/** Keys that match, each once, over all servers. SCAN may name one twice, and so may two masters while slots move. */
export async function* scanKeys(masters: readonly RedisClient[], pattern: string): AsyncGenerator<string> {
  const seen = new Set<string>();
  for (const master of masters) {
    let cursor = '0';
    do {
      const answer = await master.call('scan', [cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT]);
      const [next, keys] = answer as [string, string[]];
      cursor = next;
      for (const key of keys) {
        if (seen.has(key)) continue;
        seen.add(key);
        yield key;
      }
    } while (cursor !== '0');
  }
}
