import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { listSnapshots, openRedis, restoreSnapshot, takeSnapshot, type RedisStore, type Slot } from '@yujing/runtime';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Counting, wholePosition } from './counting.ts';
import { OwnServers, type OwnRedis } from './servers.ts';

const servers = new OwnServers();
let redis: OwnRedis;
let store: RedisStore;
let folder: string;

beforeAll(async () => {
  redis = await servers.redis();
  store = await openRedis({ url: redis.url, mode: 'single', installation: 'snapshots' });
});
afterAll(async () => {
  await store.close();
  await servers.stop();
});
beforeEach(() => {
  redis.cli('flushall');
  folder = mkdtempSync(join(tmpdir(), 'yujing-snapshots-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (minute: number) => ({ now: () => new Date(Date.UTC(2026, 0, 2, 3, minute)) });

async function stageOf(logId: string, commits: number): Promise<Counting> {
  const counting = new Counting(store, logId);
  for (let i = 0; i < commits; i++) expect(await counting.advance()).toBe('applied');
  return counting;
}

/** Everything Redis holds of a slot, byte for byte. */
async function contentOf(slot: Slot): Promise<Record<string, string>> {
  const copy = (await store.snapshot(slot))!;
  const content: Record<string, string> = {};
  for await (const batch of copy.batches()) {
    for (let i = 0; i < batch.length; i += 2) content[batch[i]!.toString('hex')] = batch[i + 1]!.toString('hex');
  }
  await copy.close();
  return content;
}

test('taken, lost, restored: every byte is there again, and the stage goes on from its position', async () => {
  const one = await stageOf('a1', 30);
  const other = await stageOf('b2', 3);
  const odd = new Map(['', 'a\0b', '钥匙', '{tag}', 'k'.repeat(300)].map((key) => [key, Buffer.from(`=${key}`)]));
  const { head } = await store.head(other.slot);
  await store.commit(other.slot, { follows: head!.id, head: { ...head!, id: 'odd' }, entities: odd });
  const before = [await contentOf(one.slot), await contentOf(other.slot)];
  const progress: string[] = [];
  const taken = await takeSnapshot(store, folder, {
    ...at(4),
    onProgress: ({ slot, done, total }) => void progress.push(`${slot.logId} ${done}/${total}`),
  });
  expect(progress).toEqual(['a1 1/2', 'b2 2/2']);
  expect(taken.name).toBe('2026-01-02T03-04-00Z');
  expect(taken.manifest.totals).toMatchObject({ slots: 2, entities: 40 + 21 + 5 });
  expect(taken.manifest.slots.map(({ position }) => position)).toEqual([one.acknowledged, other.acknowledged]);
  expect(await listSnapshots(folder)).toEqual([taken]);
  expect(redis.cli('keys', '*').trim().split('\n')).toHaveLength(2);

  redis.cli('flushall');
  const restored = await restoreSnapshot(store, taken.folder);
  expect(restored).toEqual(taken.manifest);
  expect([await contentOf(one.slot), await contentOf(other.slot)]).toEqual(before);
  expect(await wholePosition(store, one.slot)).toBe(one.acknowledged);
  // A live worker notices nothing at all: what it follows is what is there.
  expect(await one.advance()).toBe('applied');
  expect(redis.cli('keys', '*').trim().split('\n')).toHaveLength(2);
});

test('each slot is of one moment although commits go on', async () => {
  const counting = await stageOf('busy', 100);
  const work = { going: true };
  const working = (async () => {
    while (work.going) await counting.advance(1);
  })();
  const taken = await takeSnapshot(store, folder, at(5));
  work.going = false;
  await working;
  const { acknowledged, slot } = counting;
  await restoreSnapshot(store, taken.folder, { replace: true });
  const position = await wholePosition(store, slot);
  expect(position).toBe(taken.manifest.slots[0]!.position);
  expect(position).toBeLessThan(acknowledged);
  // The worker that was alive meanwhile is refused and starts from the snapshot.
  expect(await counting.advance()).toBe('refused');
  expect(await counting.advance()).toBe('applied');
  expect(await wholePosition(store, slot)).toBe(position + 7);
});

test('a slot that is not empty is refused before anything is written', async () => {
  const one = await stageOf('a1', 5);
  const other = await stageOf('b2', 5);
  const taken = await takeSnapshot(store, folder, at(6));
  redis.cli('del', `{snapshots/profile/a1/0}`);
  await expect(restoreSnapshot(store, taken.folder)).rejects.toMatchObject({
    code: 'slot_not_empty',
    retriable: false,
  });
  expect(await wholePosition(store, one.slot)).toBe(0);
  expect(await wholePosition(store, other.slot)).toBe(other.acknowledged);
  // The last check is the server's own: a slot that is filled between the first look and the end.
  const copy = (await store.snapshot(other.slot))!;
  await expect(store.restore(other.slot, copy.batches())).rejects.toMatchObject({ code: 'slot_not_empty' });
  await copy.close();
  expect(redis.cli('keys', '*').trim()).toBe('{snapshots/profile/b2/0}');
});

test('a snapshot that was cut, changed or mixed up is refused before anything is written', async () => {
  await stageOf('a1', 5);
  const taken = await takeSnapshot(store, folder, at(7));
  const file = join(taken.folder, taken.manifest.slots[0]!.file);
  const whole = readFileSync(file);
  redis.cli('flushall');
  const text = gunzipSync(whole);
  const flipped = Buffer.from(text);
  flipped[text.length >> 1]! ^= 1;
  const damages: Array<() => void> = [
    () => truncateSync(file, whole.length - 20),
    () => truncateSync(file, 10),
    () => writeFileSync(file, gzipSync(flipped)),
    () => writeFileSync(file, gzipSync(text.subarray(0, text.length - 120))),
    () => writeFileSync(file, gzipSync(Buffer.concat([text.subarray(0, -1), Buffer.from('9\n')]))),
    () => writeFileSync(file, 'no gzip'),
    () => renameSync(file, `${file}.away`),
    () => rmSync(join(taken.folder, 'manifest.json')),
  ];
  for (const damage of damages) {
    writeFileSync(file, whole);
    damage();
    await expect(restoreSnapshot(store, taken.folder)).rejects.toMatchObject({
      code: 'snapshot_damaged',
      retriable: false,
    });
    expect(redis.cli('keys', '*').trim()).toBe('');
  }
  expect((await listSnapshots(folder)).map(({ manifest }) => manifest)).toEqual([undefined]);
});

test('the newest are kept, an empty store pushes none out, leftovers go', async () => {
  await stageOf('a1', 2);
  for (const minute of [1, 2, 3, 4]) await takeSnapshot(store, folder, { ...at(minute), keep: 2 });
  const kept = ['2026-01-02T03-04-00Z', '2026-01-02T03-03-00Z'];
  expect((await listSnapshots(folder)).map(({ name }) => name)).toEqual(kept);
  // A run that died left a copy and a draft two hours ago; another one is at work.
  const ago = (hours: number): string => `${(Date.now() - hours * 3_600_000).toString(36)}-0123456789ab`;
  redis.cli('hset', `{snapshots/profile/a1/0}:snapshot:${ago(2)}`, 'id', 'c');
  redis.cli('hset', `{snapshots/profile/a1/0}:restore:${ago(2)}`, 'id', 'c');
  redis.cli('hset', `{snapshots/profile/a1/0}:snapshot:${ago(0)}`, 'id', 'c');
  await takeSnapshot(store, folder, { ...at(5), keep: 3 });
  expect(
    redis
      .cli('keys', '*')
      .trim()
      .split('\n')
      .sort()
      .map((key) => key.split(':')[1]),
  ).toEqual([undefined, 'snapshot']);
  redis.cli('flushall');
  await expect(takeSnapshot(store, folder, { ...at(6), keep: 1 })).rejects.toMatchObject({ code: 'snapshot_empty' });
  expect(readdirSync(folder).sort()).toEqual([...kept, '2026-01-02T03-05-00Z'].sort());
});
