import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  Lockstep,
  MemoryEngine,
  openEmbedded,
  partitionOf,
  systemClock,
  type EmbeddedEngine,
  type LockstepSettings,
} from '@yujing/runtime';
import type { LogName, RecordType } from '@yujing/schemas';
import { Random } from './random.ts';
import { toyCase } from './toy/case.ts';
import { createToyCodec } from './toy/toy-codec.ts';
import { toyDetect } from './toy/detect.ts';
import { toyProfile } from './toy/profile.ts';
import type { ToyRecords, ToyType } from './toy/toy-records.ts';

const codec = createToyCodec();

function inMemory(partitions: number): MemoryEngine {
  return new MemoryEngine({ partitions: { feed: partitions, encounter: partitions, case: partitions } });
}

let lives = 0;

function openPath<Engine extends EmbeddedEngine>(
  engine: Engine,
  settings: Partial<LockstepSettings> = {},
  behaviour = 1,
) {
  const life = ++lives;
  let ids = 0;
  const path = new Lockstep({
    engine,
    stages: [toyProfile(behaviour), toyDetect(behaviour), toyCase(behaviour)],
    codec,
    documents: { get: () => Promise.reject(new Error('no documents')) },
    heads: { head: (kind) => (kind === 'ruleset' ? { ref: '1', at: 3 } : undefined) },
    deadLetters: { put: async () => {} },
    clock: systemClock(),
    mode: 'door',
    newId: () => `${life}-${++ids}`,
    settings,
  });
  return { engine, path };
}

function append<T extends ToyType>(
  engine: EmbeddedEngine,
  log: LogName,
  type: T & RecordType,
  key: string,
  value: ToyRecords[T],
) {
  const partition = partitionOf(key, engine.outside.partitions(log));
  return engine.outside.append(log, new Map([[partition, [{ key, bytes: codec.encode(type, value as never) }]]]));
}

/** 400 calls over five minutes, and a tick a second into every partition */
function load(engine: EmbeddedEngine, seed: number): void {
  const random = new Random(seed);
  let second = 0;
  for (let call = 0; call < 400; call++) {
    const accepted_at = call * 750;
    for (; second * 1_000 <= accepted_at; second++) {
      const bytes = codec.encode('Tick', { door: 'door', time: second * 1_000, origin: -1 });
      for (let p = 0; p < engine.outside.partitions('feed'); p++) engine.appendNow('feed', p, { key: '', bytes });
    }
    const counterparty = `c${random.below(7)}`;
    const value = { event_id: `e${call}`, counterparty, subject: `p${random.below(20)}`, accepted_at };
    void append(engine, 'feed', 'Call', counterparty, value);
  }
}

/** Everything said about each person, in order, without what the number of partitions may change. */
function stories(engine: EmbeddedEngine): Record<string, string[]> {
  const told: Record<string, string[]> = {};
  for (const { key, bytes } of engine.readMerged('case', 0, 100_000)) {
    const { type, value } = codec.decode(bytes);
    if (type !== 'Adopt')
      (told[key] ??= []).push(JSON.stringify([type, { ...value, offset: 0, by: 0, warning_id: 0 }]));
  }
  return told;
}

async function tell(partitions: number, settings: Partial<LockstepSettings>): Promise<Record<string, string[]>> {
  const { engine, path } = openPath(inMemory(partitions), settings);
  await path.start();
  load(engine, 1);
  const running = path.run();
  await path.release(400_000);
  await path.stop();
  await running;
  return stories(engine);
}

test('the same feed tells the same stories whatever the partitions and batch sizes', async () => {
  const told = await tell(8, {});
  expect(Object.keys(told).length).toBeGreaterThan(15);
  expect(Object.values(told).flat().length).toBeGreaterThan(100);
  expect(await tell(1, {})).toEqual(told);
  expect(await tell(3, { roundRecords: 1 })).toEqual(told);
  expect(await tell(5, { roundRecords: 7, visibleFlushMs: 0, maxCommitIntervalMs: 0 })).toEqual(told);
});

test('adoptions stand before any event, and deadlines pass in their order', async () => {
  const { engine, path } = openPath(inMemory(2));
  await path.start();
  for (const log of ['feed', 'encounter', 'case'] as const) {
    const first = engine.disk.logs[log].slice(0, 4).map(({ bytes }) => codec.decode(bytes).type);
    expect(first).toEqual(['Adopt', 'Adopt', 'Adopt', 'Adopt']);
  }
  const running = path.run();
  void append(engine, 'case', 'Warning', 'p1', { warning_id: 'w1', subject: 'p1', by: 'e', version: 1 });
  await path.drain();
  const order = engine.disk.logs.case.map(({ bytes }) => codec.decode(bytes)).find(({ type }) => type === 'Order');
  if (order === undefined) throw new Error('no order was given');
  const { order_id } = order.value as unknown as ToyRecords['Order'];
  await Promise.all([
    append(engine, 'case', 'Delivery', 'p1', { order_id, subject: 'p1', level: 0, at: 10_000 }),
    path.release(11_000),
  ]);
  const escalations = () =>
    engine.disk.logs.case.filter(({ bytes }) => codec.decode(bytes).type === 'Escalation').length;
  expect(escalations()).toBe(0);
  await path.release(11_500);
  expect(escalations()).toBe(1);
  await path.stop();
  await running;
});

test('after a power cut the path goes on and says nothing twice', async () => {
  const undisturbed = await tell(3, {});
  const first = openPath(inMemory(3), { roundRecords: 5, maxCommitIntervalMs: 0, visibleFlushMs: 0 });
  await first.path.start();
  load(first.engine, 1);
  void first.path.run();
  await first.path.release(100_000);
  void first.path.release(300_000).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 5));
  const disk = first.engine.cutPower();
  const second = openPath(new MemoryEngine({ disk }));
  await second.path.start();
  const running = second.path.run();
  await second.path.release(400_000);
  await second.path.stop();
  await running;
  expect(stories(second.engine)).toEqual(undisturbed);
});

test('on a disk, a path that is abandoned in the middle goes on from its last commit', async () => {
  const undisturbed = await tell(3, {});
  const folder = mkdtempSync(join(tmpdir(), 'yujing-lockstep-'));
  try {
    const partitions = { feed: 3, encounter: 3, case: 3 };
    const open = (): ReturnType<typeof openEmbedded> =>
      openEmbedded({ folder, partitions, fsync: false, now: Date.now });
    const first = openPath(await open(), { maxCommitIntervalMs: 0, visibleFlushMs: 0 });
    await first.path.start();
    load(first.engine, 1);
    const broken = first.path.run().catch((error: unknown) => error);
    await first.path.release(100_000);
    void first.path.release(400_000).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.engine.abandon();
    expect(await broken).toMatchObject({ code: 'closed' });

    const second = openPath(await open());
    await second.path.start();
    const running = second.path.run();
    await second.path.release(400_000);
    await second.path.stop();
    await running;
    expect(stories(second.engine)).toEqual(undisturbed);
    await second.engine.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a newer release refuses what the older one has not drained, and raises its behaviour when it has', async () => {
  const older = openPath(inMemory(2));
  await older.path.start();
  load(older.engine, 2);
  const running = older.path.run();
  await older.path.release(150_000);
  await older.path.stop();
  await running;

  const early = openPath(new MemoryEngine({ disk: older.engine.disk }), {}, 2);
  const refusal = { code: 'behaviour_older', facts: { stage: 'profile', behaviour: 1, ours: 2 } };
  await expect(early.path.start()).rejects.toMatchObject(refusal);

  const drains = openPath(new MemoryEngine({ disk: early.engine.cutPower() }));
  await drains.path.start();
  const draining = drains.path.run();
  await drains.path.release(400_000);
  await drains.path.stop();
  await draining;

  const newer = openPath(new MemoryEngine({ disk: drains.engine.disk }), {}, 2);
  await newer.path.start();
  const going = newer.path.run();
  await newer.path.drain();
  await newer.path.stop();
  await going;

  const late = openPath(new MemoryEngine({ disk: newer.engine.disk }));
  await expect(late.path.start()).rejects.toMatchObject({ code: 'behaviour_newer' });
});
