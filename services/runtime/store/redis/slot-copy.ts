import { randomBytes } from 'node:crypto';
import { StoreError } from '../../errors/errors.ts';
import type { RedisClient } from './client.ts';
import { scanKeys } from './keys.ts';
import { run, script } from './script.ts';
import { readFigures } from './server-watch.ts';

/** fields of one HSCAN and one HSET: a few hundred kB */
const BATCH_FIELDS = 1_000;
/** share of maxmemory that a copy may fill: commits go on beside it */
const ROOM = 0.95;
const LEFTOVER_MS = 3_600_000;

/**
 * Puts a slot that was written under another name in its place, atomically and without freeing a large hash on the spot.
 *
 * KEYS[1]  hash of the slot, KEYS[2] what was written, KEYS[3] where what was there goes
 * ARGV[1]  number of fields that were written, ARGV[2] '1' = what is there may be replaced
 * Answers  1 = done, 0 = the slot is not empty, -1 = what was written is not whole
 */
const PLACE = script(`
if redis.call('HLEN', KEYS[2]) ~= tonumber(ARGV[1]) then return -1 end
if redis.call('EXISTS', KEYS[1]) == 1 then
  if ARGV[2] ~= '1' then return 0 end
  redis.call('RENAME', KEYS[1], KEYS[3])
end
redis.call('RENAME', KEYS[2], KEYS[1])
return 1
`);

/** A slot as it was in one moment. Fields and values in turn, in batches, as they stand in Redis. */
export interface SlotCopy {
  readonly id: string;
  /** bytes of the head, see head-codec */
  readonly head: Buffer;
  readonly fields: number;
  batches(): AsyncGenerator<Buffer[]>;
  /** Removes the copy from the server. */
  close(): Promise<void>;
}

/** When a key was made stands in its name, so that leftovers are known. */
function besideKey(key: string, purpose: 'snapshot' | 'restore' | 'replaced'): string {
  return `${key}:${purpose}:${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`;
}

/**
 * COPY is one command, so the copy is of one moment; commits go on while it is read. Undefined = there is no such slot.
 * @throws StoreError store_memory_full before it would take the room that commits need
 */
export async function copySlot(
  client: RedisClient,
  masters: readonly RedisClient[],
  key: string,
): Promise<SlotCopy | undefined> {
  await checkRoom(client, masters, key);
  const copy = besideKey(key, 'snapshot');
  if ((await client.call('copy', [key, copy])) !== 1) return undefined;
  const close = async (): Promise<void> => void (await client.call('unlink', [copy]));
  try {
    const [id, head] = (await client.callBuffer('hmget', [copy, 'id', 'head'])) as Array<Buffer | null>;
    if (id == null || head == null) throw new StoreError('store_failed', { reason: 'slot without a head' });
    const fields = Number(await client.call('hlen', [copy]));
    return { id: id.toString(), head, fields, batches: () => readBatches(client, copy, fields), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function checkRoom(client: RedisClient, masters: readonly RedisClient[], key: string): Promise<void> {
  const needed = Number(await client.call('memory', ['usage', key]));
  for (const { usedBytes, limitBytes } of await Promise.all(masters.map(readFigures))) {
    if (limitBytes > 0 && usedBytes + needed > limitBytes * ROOM)
      throw new StoreError('store_memory_full', { needed_bytes: needed });
  }
}

async function* readBatches(client: RedisClient, copy: string, fields: number): AsyncGenerator<Buffer[]> {
  // HSCAN names a field twice when the hash is still growing into its table; a copy that was just made is.
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const answer = await client.callBuffer('hscan', [copy, cursor, 'COUNT', BATCH_FIELDS]);
    const [next, found] = answer as [Buffer, Buffer[]];
    cursor = next.toString();
    const batch: Buffer[] = [];
    for (let i = 0; i < found.length; i += 2) {
      const [field, value] = [found[i] as Buffer, found[i + 1] as Buffer];
      const name = field.toString('latin1');
      if (seen.has(name)) continue;
      seen.add(name);
      batch.push(field, value);
    }
    if (batch.length > 0) yield batch;
  } while (cursor !== '0');
  if (seen.size !== fields) throw new StoreError('store_failed', { reason: 'the copy went away while it was read' });
}

/** @throws StoreError slot_not_empty, and then nothing was changed */
export async function placeSlot(
  client: RedisClient,
  key: string,
  batches: AsyncIterable<Buffer[]>,
  replace: boolean,
): Promise<void> {
  const draft = besideKey(key, 'restore');
  const replaced = besideKey(key, 'replaced');
  let fields = 0;
  try {
    for await (const batch of batches) {
      for (let from = 0; from < batch.length; from += 2 * BATCH_FIELDS) {
        const part = batch.slice(from, from + 2 * BATCH_FIELDS);
        await client.call('hset', [draft, ...part]);
        fields += part.length / 2;
      }
    }
    const placed = await run(client, PLACE, [key, draft, replaced], [fields, replace ? '1' : '0']);
    if (placed === 0) throw new StoreError('slot_not_empty');
    if (placed !== 1) throw new StoreError('store_failed', { reason: 'what was written went away' });
  } finally {
    await client.call('unlink', [draft, replaced]);
  }
}

/** Copies and drafts of runs that died. Those of a run that may be alive stay. */
export async function removeLeftovers(
  client: RedisClient,
  masters: readonly RedisClient[],
  installation: string,
): Promise<void> {
  for await (const key of scanKeys(masters, `{${installation}/*}:*`)) {
    const [, madeAt] = /\}:(?:snapshot|restore|replaced):([0-9a-z]+)-[0-9a-f]+$/.exec(key) ?? [];
    if (madeAt !== undefined && Date.now() - Number.parseInt(madeAt, 36) > LEFTOVER_MS)
      await client.call('unlink', [key]);
  }
}
