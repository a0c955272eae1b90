import { expect, test } from 'vitest';
import type { Broker, StoredRecord } from '../../broker/broker.ts';
import { RegistryError } from '../../errors/errors.ts';
import { createLocalCodec } from '../local.ts';
import type { RegistryCodec } from './registry-codec.ts';
import { withSchemas } from './with-schemas.ts';

function record(offset: number): StoredRecord {
  return { key: `k${offset}`, bytes: Buffer.alloc(6), partition: 0, offset, appendedAt: 0 };
}

/** A reader that stands behind what it gave, as real ones do. */
function brokerOf(records: readonly StoredRecord[]): Broker {
  let next = 0;
  const poll = (max: number): Promise<StoredRecord[]> => Promise.resolve(records.slice(next, (next += max)));
  return {
    read: () => Promise.resolve({ poll, behind: () => records.length - next, close: () => Promise.resolve() }),
  } as Partial<Broker> as Broker;
}

test('what was polled while the registry was away is handed on afterwards, once and in order', async () => {
  let away = true;
  const prepared: number[] = [];
  const codec: RegistryCodec = Object.assign(createLocalCodec(), {
    checked: Promise.resolve(),
    prepare(records: readonly unknown[]): Promise<void> | undefined {
      if (away) return Promise.reject(new RegistryError('registry_unreachable'));
      prepared.push(records.length);
      return undefined;
    },
  });
  const reader = await withSchemas(brokerOf([0, 1, 2, 3, 4].map(record)), codec).read('feed', 0, 0);
  for (let i = 0; i < 2; i++) await expect(reader.poll(3)).rejects.toHaveProperty('code', 'registry_unreachable');
  expect(reader.behind?.()).toBe(5);
  away = false;
  const offsets: number[] = [];
  for (const max of [2, 2, 2]) offsets.push(...(await reader.poll(max)).map(({ offset }) => offset));
  expect(offsets).toEqual([0, 1, 2, 3, 4]);
  expect(prepared).toEqual([3, 1, 2]);
});
