import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isCoded } from '../../errors/errors.ts';
import type { AppendRecord } from '../broker.ts';
import { systemDisk, type Disk } from './disk.ts';
import type { DiskEngine } from './engine.ts';
import { openEmbedded, type EmbeddedOptions } from './open.ts';

const SLOT = { stage: 'profile', logId: 'x', partition: 0 };
const open: Array<{ engine: DiskEngine; folder: string }> = [];

async function engineIn(options: Partial<EmbeddedOptions> = {}): Promise<DiskEngine> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'yujing-engine-'));
  const engine = await openEmbedded({ now: Date.now, partitions: { feed: 3 }, ...options, folder });
  open.push({ engine, folder });
  return engine;
}

afterEach(async () => {
  for (const { engine, folder } of open.splice(0)) {
    await engine.abandon();
    rmSync(folder, { recursive: true, force: true });
  }
});

function record(n: number, size = 20): AppendRecord {
  return { key: `k${n}`, bytes: Buffer.alloc(size, n & 255), stamp: { origin: 'x/0/profile', offset: n, index: 0 } };
}

/** n records, in partitions that follow no pattern a mark could rely on */
function fill(engine: DiskEngine, from: number, count: number, size?: number): void {
  for (let n = from; n < from + count; n++) engine.appendNow('feed', (n * n) % 3, record(n, size));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isCoded(error) ? error.code : `no coded error: ${String(error)}`;
}

test('inside sees the tail at once, outside only what is durable', async () => {
  const engine = await engineIn();
  const waiting = engine.outside.append('feed', new Map([[1, [record(0)]]]));
  expect((await engine.inside.range('feed', 1)).high).toBe(1);
  expect((await engine.outside.range('feed', 1)).high).toBe(0);
  expect(engine.readMerged('feed', 0, 10).map(({ key }) => key)).toEqual(['k0']);
  expect(engine.dirty).toBe(true);
  await engine.flush();
  expect([...(await waiting)]).toEqual([1]);
  expect(engine.dirty).toBe(false);
  expect((await engine.outside.range('feed', 1)).high).toBe(1);
});

test('listeners: input when somebody outside waits, durable after each flush', async () => {
  const engine = await engineIn();
  const heard: string[] = [];
  const stop = engine.onInput(() => heard.push('input'));
  engine.onDurable(() => heard.push('durable'));
  engine.appendNow('feed', 0, record(0));
  expect(heard).toEqual([]);
  const first = engine.outside.append('feed', new Map([[0, [record(1)]]]));
  await engine.flush();
  await first;
  const second = engine.outsideStore.commit(SLOT, {
    follows: undefined,
    head: { id: 'c1', position: 0, stamps: [], meta: Buffer.alloc(0), outbox: [] },
    entities: new Map(),
  });
  expect(heard).toEqual(['input', 'durable', 'input']);
  await engine.flush();
  expect((await second).applied).toBe(true);
  stop();
  engine.outside.append('feed', new Map([[0, [record(2)]]])).catch(() => undefined);
  expect(heard).toEqual(['input', 'durable', 'input', 'durable']);
});

test('the merged order is the order of appending, and the same from memory, from disk and after opening again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-engine-'));
  const options = { folder, segmentBytes: 5_000, keepBytes: 10_000 };
  let engine = await engineIn(options);
  const all = (): unknown[] => engine.readMerged('feed', 0, 10_000);
  fill(engine, 0, 700);
  const fromMemory = all();
  expect(fromMemory).toHaveLength(700);
  expect(engine.readMerged('feed', 0, 10_000).map(({ stamp }) => stamp?.offset)).toEqual([...Array(700).keys()]);
  await engine.flush();
  fill(engine, 700, 300);
  const whole = all();
  expect(whole.slice(0, 700)).toEqual(fromMemory);
  await engine.flush();
  await engine.flush();
  expect(all()).toEqual(whole);
  await engine.close();
  engine = await engineIn({ ...options, verify: true });
  expect(all()).toEqual(whole);
  for (const from of [0, 1, 63, 64, 65, 500, 999, 1000]) {
    expect(engine.readMerged('feed', from, 5)).toEqual(whole.slice(from, from + 5));
  }
  expect(() => engine.readMerged('feed', 1001, 1)).toThrow('not in the log');
  for (const partition of [0, 1, 2]) {
    const mine = whole.filter((entry) => (entry as { partition: number }).partition === partition);
    const reader = await engine.outside.read('feed', partition, 0);
    const got: unknown[] = [];
    while (got.length < mine.length) got.push(...(await reader.poll(37)));
    expect(got).toEqual(mine);
  }
});

test('records larger than a block are read from disk', async () => {
  const engine = await engineIn({ segmentBytes: 3 << 20, keepBytes: 0 });
  for (let n = 0; n < 12; n++) {
    engine.appendNow('feed', 0, record(n, 1_000_000));
    if (n % 3 === 2) await engine.flush();
  }
  const sizes = engine.readMerged('feed', 0, 100).map(({ bytes }) => bytes.length + bytes[999_999]!);
  expect(sizes).toEqual([...Array(12).keys()].map((n) => 1_000_000 + n));
});

test('orderOf: a prefix of the log is its length; else the first record that is missing somewhere', async () => {
  const engine = await engineIn({ segmentBytes: 4_000 });
  fill(engine, 0, 300);
  const merged = engine.readMerged('feed', 0, 300);
  const positions = [0, 0, 0];
  for (const { partition, order } of merged) {
    expect(engine.orderOf('feed', positions)).toBe(order);
    positions[partition]!++;
  }
  expect(engine.orderOf('feed', positions)).toBe(300);
  const behind = merged.find(({ partition, offset }) => partition === 1 && offset === 10)!;
  expect(engine.orderOf('feed', [positions[0]!, 10, 0])).toBe(behind.order);
  expect(() => engine.orderOf('feed', [positions[0]! + 1, 0, 0])).toThrow('not in the log');
});

test('flushes run one at a time; those who call meanwhile share the next', async () => {
  const engine = await engineIn();
  engine.appendNow('feed', 0, record(0));
  const first = engine.flush();
  engine.appendNow('feed', 0, record(1));
  const second = engine.flush();
  engine.appendNow('feed', 0, record(2));
  const third = engine.flush();
  expect(third).toBe(second);
  await first;
  expect((await engine.outside.range('feed', 0)).high).toBe(1);
  await third;
  expect((await engine.outside.range('feed', 0)).high).toBe(3);
  expect(engine.lastFlush).toMatchObject({ records: 2, entities: 0 });
  await engine.flush();
});

/** A disk that can be told to be full. */
function failingDisk(): { disk: Disk; full: boolean } {
  const state = {
    full: false,
    disk: {
      ...systemDisk,
      async open(path: string) {
        const file = await systemDisk.open(path);
        return {
          ...file,
          async write(buffers: readonly Buffer[], position: number) {
            if (!state.full) return file.write(buffers, position);
            // As a disk does it: some bytes still fit.
            await file.write([buffers[0]!.subarray(0, 7)], position);
            throw Object.assign(new Error('write'), { code: 'ENOSPC' });
          },
        };
      },
    },
  };
  return state;
}

test('a full disk: nothing is acknowledged, appends are refused, and it goes on by itself when there is room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-engine-'));
  const failing = failingDisk();
  const engine = await engineIn({ folder, disk: failing.disk });
  const head = { position: 0, stamps: [], meta: Buffer.alloc(0), outbox: [] };
  const commit = (follows: string | undefined, id: string): ReturnType<DiskEngine['store']['commit']> =>
    engine.store.commit(SLOT, { follows, head: { ...head, id }, entities: new Map([['a', Buffer.from(id)]]) });
  fill(engine, 0, 10);
  await commit(undefined, 'c1');
  await engine.flush();

  failing.full = true;
  const waiting = engine.outside.append('feed', new Map([[0, [record(10)]]]));
  await commit('c1', 'c2');
  const flushing = engine.flush();
  const meanwhile = engine.outside.append('feed', new Map([[0, [record(11)]]]));
  expect(await codeOf(waiting)).toBe('no_space');
  expect(await codeOf(meanwhile)).toBe('no_space');
  expect(await codeOf(flushing)).toBe('no_space');
  expect(() => engine.appendNow('feed', 0, record(12))).toThrow('the disk is full');
  expect(await codeOf(commit('c2', 'c3'))).toBe('no_space');
  expect(await codeOf(engine.flush())).toBe('no_space');
  expect(engine.failure?.code).toBe('no_space');
  // Reading goes on, and the commit that waits is seen.
  expect((await engine.store.head(SLOT)).head?.id).toBe('c2');
  expect((await engine.store.load(SLOT, ['a'])).entities.map(String)).toEqual(['c2']);

  failing.full = false;
  await engine.flush();
  expect(engine.failure).toBeUndefined();
  // The retry writes what the failed flush had taken and nothing that came after it.
  expect((await engine.outside.range('feed', 0)).high + (await engine.outside.range('feed', 1)).high).toBe(11);
  expect(engine.dirty).toBe(true);
  fill(engine, 12, 5);
  await engine.close();
  const again = await engineIn({ folder, verify: true });
  expect(again.readMerged('feed', 0, 100).map(({ key }) => key)).toEqual([...Array(17).keys()].map((n) => `k${n}`));
  expect((await again.store.head(SLOT)).head?.id).toBe('c2');
});

test('with autoFlush a full disk is tried again without anybody asking', async () => {
  const failing = failingDisk();
  const engine = await engineIn({ disk: failing.disk, autoFlush: true });
  failing.full = true;
  expect(await codeOf(engine.outside.append('feed', new Map([[0, [record(0)]]])))).toBe('no_space');
  failing.full = false;
  const durable = new Promise<void>((resolve) => engine.onDurable(resolve));
  await durable;
  await engine.outside.append('feed', new Map([[0, [record(1)]]]));
  expect((await engine.outside.range('feed', 0)).high).toBe(2);
});

test('expired files go from disk, their place in the log stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-engine-'));
  let time = 1000;
  const engine = await engineIn({ folder, segmentBytes: 2_000, keepBytes: 0, now: () => time });
  const files = (): number => readdirSync(join(folder, 'logs', 'feed')).length;
  fill(engine, 0, 200);
  await engine.flush();
  time = 2000;
  fill(engine, 200, 200);
  await engine.flush();
  const before = files();
  const reader = await engine.inside.read('feed', 0, 0);
  const expired = engine.expire('feed', 1500);
  await engine.flush();
  await expired;
  expect(files()).toBeLessThan(before);
  const { low, high } = await engine.outside.range('feed', 0);
  expect([low > 0, high]).toEqual([true, 134]);
  expect(await codeOf(reader.poll(10))).toBe('position_out_of_range');
  expect(() => engine.readMerged('feed', 0, 1)).toThrow('not in the log');
  await engine.close();
  const again = await engineIn({ folder, segmentBytes: 2_000, verify: true });
  expect(await again.outside.range('feed', 0)).toEqual({ low, high });
  expect(again.readMerged('feed', 300, 1)[0]?.key).toBe('k300');
  expect(again.readMerged('feed', 199, 2).map(({ appendedAt }) => appendedAt)).toEqual([1000, 2000]);
});

test('a quiet log gives up its old records too: no file holds more than a day', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-engine-'));
  const day = 86_400_000;
  let time = 0;
  const engine = await engineIn({ folder, keepBytes: 0, now: () => time });
  const expire = async (before: number): Promise<void> => {
    const expired = engine.expire('feed', before);
    await engine.flush();
    await expired;
  };
  for (let n = 0; n < 5; n++, time += 0.6 * day) {
    engine.appendNow('feed', 0, record(n));
    await engine.flush();
  }
  await expire(1.5 * day);
  expect(await engine.outside.range('feed', 0)).toEqual({ low: 2, high: 5 });
  await expire(100 * day);
  expect(await engine.outside.range('feed', 0)).toEqual({ low: 5, high: 5 });
  expect(readdirSync(join(folder, 'logs', 'feed'))).toEqual([]);
  await engine.close();
  const again = await engineIn({ folder });
  expect(await again.outside.range('feed', 0)).toEqual({ low: 5, high: 5 });
  again.appendNow('feed', 0, record(5));
  await again.flush();
  expect(again.readMerged('feed', 5, 10).map(({ key, offset }) => [key, offset])).toEqual([['k5', 5]]);
});

test('what is closed says so, and who waits is told', async () => {
  const engine = await engineIn();
  const waiting = engine.outside.append('feed', new Map([[0, [record(0)]]]));
  const code = codeOf(waiting);
  await engine.abandon();
  expect(await code).toBe('closed');
  expect(() => engine.appendNow('feed', 0, record(1))).toThrow('closed');
  expect(await codeOf(engine.store.load(SLOT, ['a']))).toBe('closed');
});

test('the same ids when a test draws them, and another partition count is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-engine-'));
  let drawn = 0;
  const engine = await engineIn({ folder, drawId: () => `id${drawn++}` });
  expect([engine.inside.logId('feed'), engine.inside.logId('change')]).toEqual(['id0', 'id3']);
  await engine.close();
  expect(await codeOf(engineIn({ folder, partitions: { feed: 4 } }))).toBe('partitions_differ');
  const again = await engineIn({ folder, partitions: {} });
  expect([again.inside.partitions('feed'), again.inside.logId('feed')]).toEqual([3, 'id0']);
});
