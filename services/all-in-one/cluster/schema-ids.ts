import type { Broker, Codec } from '@yujing/runtime';
import { refOf } from '@yujing/schemas';
import { StartError } from '../errors.ts';

/**
 * The ids in front of every record are a registry's or those of schemas/ids.json, for the life of the logs. The same number means
 * another schema there, so a process that was told otherwise would write what nobody reads. The first record of `change` tells.
 * @throws StartError schema_ids_differ
 */
export async function checkSchemaIds(broker: Broker, codec: Codec, registry: boolean): Promise<void> {
  const { low, high } = await broker.range('change', 0);
  if (high === low) return;
  const reader = await broker.read('change', 0, low);
  try {
    let records = await reader.poll(1);
    while (records.length === 0) records = await reader.poll(1);
    const [first] = records;
    if (first !== undefined && !says(codec, first.bytes, first.key)) {
      throw new StartError('schema_ids_differ', { told: registry ? 'with' : 'without' });
    }
  } finally {
    await reader.close();
  }
}

/** a document whose key is its own reference: nothing else decodes to that */
function says(codec: Codec, bytes: Uint8Array, key: string): boolean {
  try {
    const { value } = codec.decode(bytes);
    return 'hash' in value && refOf(value as Parameters<typeof refOf>[0]) === key;
  } catch {
    return false;
  }
}
