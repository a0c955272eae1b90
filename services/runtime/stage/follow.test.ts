import { expect, test } from 'vitest';
import { complete } from '@yujing/schemas';
import { createLocalCodec } from '../codec/index.ts';
import { openChangeView } from './change-view.ts';
import { createFollower } from './follow.ts';
import { MemoryEngine } from './memory/engine.ts';

const codec = createLocalCodec();
const tick = (time: number): Uint8Array => codec.encode('Tick', complete('Tick', { door: 'd', time, origin: 0 }));
const stamp = (offset: number, index = 0) => ({ origin: 'encounter@1/0/detect', offset, index });

async function durable(engine: MemoryEngine): Promise<MemoryEngine> {
  await engine.flush();
  return engine;
}

test('a follower hands out each output once and goes on where its position and stamps say', async () => {
  const engine = new MemoryEngine();
  engine.appendNow('case', 0, { key: 'a', bytes: tick(1), stamp: stamp(1) });
  engine.appendNow('case', 0, { key: 'a', bytes: tick(2), stamp: stamp(2) });
  engine.appendNow('case', 0, { key: 'a', bytes: tick(1), stamp: stamp(1) });
  engine.appendNow('case', 0, { key: 'a', bytes: new Uint8Array([1, 2]) });
  engine.appendNow('case', 0, { key: 'a', bytes: tick(9) });
  const options = { broker: (await durable(engine)).outside, codec, log: 'case', partition: 0 } as const;
  const first = await createFollower({ ...options, position: 0, stamps: [] });
  const followed = await first.poll(10);
  expect(followed.records.map(({ offset, value }) => [offset, (value as { time: number }).time])).toEqual([
    [0, 1],
    [1, 2],
    [4, 9],
  ]);
  expect(followed).toMatchObject({
    position: 5,
    repeated: 1,
    undecodable: [3],
    stamps: [['encounter@1/0/detect', 2, 0]],
  });

  engine.appendNow('case', 0, { key: 'a', bytes: tick(2), stamp: stamp(2) });
  engine.appendNow('case', 0, { key: 'a', bytes: tick(3), stamp: stamp(3) });
  await durable(engine);
  const second = await createFollower({ ...options, position: followed.position, stamps: followed.stamps });
  expect((await second.poll(10)).records.map(({ offset }) => offset)).toEqual([6]);
});

test('the view of change has the newest head of each kind and documents by their hash', async () => {
  const engine = new MemoryEngine();
  const policy = complete('Policy', {
    id: 'policy',
    version: 1,
    hash: '0123456789abcdef',
    by: 'u1',
    at: 1_700_000_000_000,
    json: '{}',
  });
  const head = (ref: string) => complete('Head', { kind: 'policy', ref, by: 'u1', at: 1_700_000_000_000 });
  engine.appendNow('change', 0, { key: 'p', bytes: codec.encode('Policy', policy) });
  engine.appendNow('change', 0, { key: 'policy', bytes: codec.encode('Head', head('policy@1#0123456789abcdef')) });
  const view = await openChangeView((await durable(engine)).outside, codec);
  expect(view.head('policy')).toEqual({ ref: 'policy@1#0123456789abcdef', at: 1 });
  expect(view.head('ruleset')).toBeUndefined();
  expect(await view.get('Policy', '0123456789abcdef')).toMatchObject({ version: 1 });
  await expect(view.get('Policy', 'ffffffffffffffff')).rejects.toMatchObject({
    code: 'document_unknown',
    retriable: true,
  });

  let told = 0;
  view.onHead(() => told++);
  engine.appendNow('change', 0, { key: 'policy', bytes: codec.encode('Head', head('policy@2#fedcba9876543210')) });
  await durable(engine);
  await view.advance();
  expect([told, view.head('policy')?.at]).toEqual([1, 2]);
  await view.close();
});
