import { readFileSync } from 'node:fs';
import { createFollower, createLocalCodec, MemoryEngine, partitionOf, type MemoryDisk } from '@yujing/runtime';
import type { RecordType, RecordTypes } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { deliveryId, openDeliver, type Deliver } from '../index.ts';

const codec = createLocalCodec();

function sample<T extends RecordType>(name: string): RecordTypes[T] {
  const path = new URL(`../../../schemas/samples/${name}.valid.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as RecordTypes[T];
}

const ORDER: RecordTypes['Order'] = { ...sample<'Order'>('order'), channels: ['sse', 'sms', 'voice'] };

/** A small installation: an engine that flushes, pages that open, and deliver. */
class Town {
  readonly engine: MemoryEngine;
  readonly open = new Set<string>();
  readonly partition: number;
  readonly #flushing: NodeJS.Timeout;
  deliver: Deliver | undefined;
  time = ORDER.issued_at;

  constructor(disk?: MemoryDisk) {
    this.engine = new MemoryEngine({ disk, partitions: { case: 2 } });
    this.partition = partitionOf(ORDER.subject, 2);
    this.#flushing = setInterval(() => void this.engine.flush(), 1);
  }

  async start(failed?: (error: unknown) => void): Promise<void> {
    this.deliver = await openDeliver({
      broker: this.engine.outside,
      store: this.engine.store,
      codec,
      connections: { isConnected: (officer) => this.open.has(officer) },
      now: () => this.time,
      lookEveryMs: 1,
      ...(failed === undefined ? {} : { failed }),
    });
  }

  put<T extends RecordType>(type: T, value: RecordTypes[T]): void {
    this.engine.appendNow('case', this.partition, { key: ORDER.subject, bytes: codec.encode(type, value) });
  }

  async deliveries(): Promise<Array<RecordTypes['Delivery']>> {
    const from = { position: 0, stamps: [] };
    const reader = await createFollower({
      broker: this.engine.outside,
      codec,
      log: 'case',
      partition: this.partition,
      ...from,
    });
    const { records } = await reader.poll(1_000);
    return records.flatMap((record) => (record.type === 'Delivery' ? [record.value] : []));
  }

  async until(count: number): Promise<Array<RecordTypes['Delivery']>> {
    for (let i = 0; i < 2_000; i++) {
      const found = await this.deliveries();
      if (found.length >= count) return found;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`${count} deliveries expected, ${(await this.deliveries()).length} found`);
  }

  async stop(): Promise<MemoryDisk> {
    await this.deliver?.close();
    clearInterval(this.#flushing);
    await this.engine.flush();
    return this.engine.disk;
  }
}

function words(deliveries: ReadonlyArray<RecordTypes['Delivery']>): string[] {
  return deliveries.map(({ channel, status }) => `${channel} ${status}`);
}

test('an open page is sent to; ways that nobody set up say so', async () => {
  const town = new Town();
  town.open.add(ORDER.officer);
  await town.start();
  town.put('Order', ORDER);
  const found = await town.until(3);
  expect(words(found)).toEqual(['sse sent', 'sms not_configured', 'voice not_configured']);
  expect(found[0]).toMatchObject({
    order_id: ORDER.order_id,
    officer: ORDER.officer,
    reported_by: 'server',
    at: town.time,
  });
  await town.stop();
});

test('a page that opens later is told once', async () => {
  const town = new Town();
  await town.start();
  town.put('Order', ORDER);
  expect(words(await town.until(3))).toContain('sse not_connected');
  expect(town.deliver?.waiting()).toBe(1);
  town.time += 60_000;
  town.open.add(ORDER.officer);
  const found = await town.until(4);
  expect(found[3]).toMatchObject({ status: 'sent', attempt: 2, at: town.time });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await town.deliveries()).toHaveLength(4);
  expect(town.deliver?.waiting()).toBe(0);
  await town.stop();
});

test('after a restart nothing is said twice, and what waited still waits', async () => {
  const first = new Town();
  await first.start();
  first.put('Order', ORDER);
  await first.until(3);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const second = new Town(await first.stop());
  second.open.add(ORDER.officer);
  await second.start();
  expect(words(await second.until(4)).slice(3)).toEqual(['sse sent']);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await second.deliveries()).toHaveLength(4);
  await second.stop();
});

test('a crash before the commit: what stands in the log is not said again, and the page is still waited for', async () => {
  const first = new Town();
  await first.start();
  first.put('Order', ORDER);
  await first.until(3);
  const disk = await first.stop();
  disk.slots.clear();
  const second = new Town(disk);
  await second.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await second.deliveries()).toHaveLength(3);
  second.open.add(ORDER.officer);
  expect(words(await second.until(4)).slice(3)).toEqual(['sse sent']);
  await second.stop();
});

test('the same word about the same push has the same id', () => {
  const id = deliveryId(ORDER.order_id, 'sse', 'sent', null);
  expect(deliveryId(ORDER.order_id, 'sse', 'sent', null)).toBe(id);
  expect(deliveryId(ORDER.order_id, 'sse', 'not_connected', null)).not.toBe(id);
});

test('who has been taken care of is not called any more', async () => {
  const town = new Town();
  await town.start();
  town.put('Order', ORDER);
  await town.until(3);
  const card = sample<'Case'>('case');
  town.put('Case', { ...card, case_id: ORDER.case_id, subject: ORDER.subject, status: 'en_route' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(town.deliver?.waiting()).toBe(0);
  town.open.add(ORDER.officer);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await town.deliveries()).toHaveLength(3);
  await town.stop();
});

test('two at once: the one whose commit is refused starts from the store', async () => {
  const town = new Town();
  const failures: unknown[] = [];
  await town.start((error) => failures.push(error));
  const first = town.deliver;
  await town.start((error) => failures.push(error));
  town.put('Order', ORDER);
  await town.until(3);
  await new Promise((resolve) => setTimeout(resolve, 600));
  const ids = (await town.deliveries()).map(({ delivery_id }) => delivery_id);
  expect(new Set(ids).size).toBe(3);
  expect(failures.every((error) => (error as Error).name === 'StaleError')).toBe(true);
  await first?.close();
  await town.stop();
});
