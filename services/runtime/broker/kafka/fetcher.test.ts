import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BrokerError, isCoded } from '../../errors/errors.ts';
import { writeBatch } from './batch-writer.ts';
import type { FetchedPartition } from './fetch-answer.ts';
import { Fetcher, type FetcherNetwork } from './fetcher.ts';
import { CODE } from './protocol-errors.ts';
import type { KafkaReader } from './reader.ts';

interface Fetch {
  readonly node: number;
  /** partition -> offset asked for */
  readonly offsets: ReadonlyMap<number, number>;
  answer(of: Record<number, Partial<FetchedPartition>>): Promise<void>;
  lose(): Promise<void>;
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** A cluster whose fetches the test answers. */
class Cluster implements FetcherNetwork {
  readonly fetches: Fetch[] = [];
  leaders: Array<number | undefined> = [0, 0, 1];
  refreshed = 0;

  watch(): void {}
  close(): void {}
  leader(_topic: string, partition: number): number | undefined {
    return this.leaders[partition];
  }
  async refresh(): Promise<void> {
    this.refreshed++;
  }
  call<T>(node: number, _api: string, payload: object): Promise<T> {
    const { topics } = payload as { topics: Array<{ partitions: Array<{ partition: number; fetchOffset: string }> }> };
    const offsets = new Map(
      topics.flatMap(({ partitions }) => partitions.map((p) => [p.partition, Number(p.fetchOffset)])),
    );
    return new Promise<T>((resolve, reject) => {
      this.fetches.push({
        node,
        offsets,
        answer: (of) => {
          const empty = { topic: 'log', errorCode: CODE.none, high: 0, records: Buffer.alloc(0) };
          resolve(
            Object.entries(of).map(([partition, found]) => ({ ...empty, partition: Number(partition), ...found })) as T,
          );
          return turns();
        },
        lose: () => {
          reject(new BrokerError('connection_lost'));
          return turns();
        },
      });
    });
  }

  get last(): Fetch {
    return this.fetches.at(-1)!;
  }
}

/** `count` records from offset `base` on; random bytes do not pack. */
function batch(base: number, count: number, size = 10): Buffer {
  const records = Array.from({ length: count }, (_, n) => ({ key: `${base + n}`, bytes: randomBytes(size) }));
  const bytes = writeBatch(records, { producerId: 1n, producerEpoch: 0, first: 0 }, 5);
  bytes.writeBigInt64BE(BigInt(base), 0);
  return bytes;
}

let cluster: Cluster;
let fetcher: Fetcher;
beforeEach(() => {
  vi.useFakeTimers();
  cluster = new Cluster();
  fetcher = new Fetcher(cluster);
});
afterEach(async () => {
  await fetcher.close();
  vi.useRealTimers();
});

const keys = (records: ReadonlyArray<{ key: string }>): string[] => records.map(({ key }) => key);

test('one fetch a leader at a time, for all that it leads, each from where its last batch ended', async () => {
  const [zero, one, two] = [0, 1, 2].map((partition) => fetcher.open('log', partition, 10 * partition)) as [
    KafkaReader,
    KafkaReader,
    KafkaReader,
  ];
  // The first reader's fetch was under way when the second one came.
  expect(cluster.fetches.map(({ node, offsets }) => [node, [...offsets]])).toEqual([
    [0, [[0, 0]]],
    [1, [[2, 20]]],
  ]);
  await cluster.fetches[0]!.answer({ 0: { records: batch(0, 3), high: 9 } });
  expect(new Map(cluster.last.offsets)).toEqual(
    new Map([
      [0, 3],
      [1, 10],
    ]),
  );
  expect(keys(await zero.poll(2))).toEqual(['0', '1']);
  expect(zero.behind()).toBe(7);
  await cluster.last.answer({ 0: { records: batch(3, 2), high: 9 }, 1: { records: batch(8, 5), high: 13 } });
  expect(keys(await zero.poll(10))).toEqual(['2', '3', '4']);
  expect(keys(await one.poll(10))).toEqual(['10', '11', '12']);
  expect(two.behind()).toBeUndefined();
});

test('a reader that holds enough is left out until it was polled', async () => {
  const reader = fetcher.open('log', 0, 0);
  fetcher.open('log', 1, 0);
  await cluster.last.answer({ 0: { records: batch(0, 20, 90_000), high: 40 } });
  expect([...cluster.last.offsets.keys()].sort()).toEqual([1]);
  expect(await reader.poll(5)).toHaveLength(5);
  await cluster.last.answer({ 1: {} });
  expect([...cluster.last.offsets.keys()].sort()).toEqual([0, 1]);
});

test('errors and lost answers: who leads is asked, and reading goes on without a gap', async () => {
  const reader = fetcher.open('log', 0, 0);
  await cluster.last.answer({ 0: { records: batch(0, 2), high: 2 } });
  cluster.leaders = [1, 0, 1];
  await cluster.last.answer({ 0: { errorCode: CODE.not_leader } });
  expect(cluster.refreshed).toBe(1);
  await vi.advanceTimersByTimeAsync(300);
  expect(cluster.last).toMatchObject({ node: 1 });
  expect(cluster.last.offsets.get(0)).toBe(2);
  await cluster.last.lose();
  cluster.leaders = [undefined, 0, 1];
  await vi.advanceTimersByTimeAsync(300);
  const before = cluster.fetches.length;
  cluster.leaders = [0, 0, 1];
  await vi.advanceTimersByTimeAsync(300);
  expect(cluster.fetches.length).toBe(before + 1);
  await cluster.last.answer({ 0: { records: batch(2, 1), high: 3 } });
  expect(keys(await reader.poll(10))).toEqual(['0', '1', '2']);
});

test('out of range is believed when it stays so, and then said for ever', async () => {
  const reader = fetcher.open('log', 0, 50);
  const until = performance.now() + 20_000;
  let code: string | undefined;
  while (code === undefined && performance.now() < until) {
    await cluster.last.answer({ 0: { errorCode: CODE.offset_out_of_range } });
    await vi.advanceTimersByTimeAsync(300);
    const poll = reader.poll(1).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(300);
    const found = await poll;
    if (isCoded(found)) code = found.code;
    else expect(found).toEqual([]);
  }
  expect(code).toBe('position_out_of_range');
  expect(cluster.fetches.length).toBeGreaterThan(4);
  await expect(reader.poll(1)).rejects.toThrow('not in the log');
});

test('out of range for a moment is a leader that does not know yet', async () => {
  const reader = fetcher.open('log', 0, 50);
  await cluster.last.answer({ 0: { errorCode: CODE.offset_out_of_range } });
  await vi.advanceTimersByTimeAsync(2_000);
  await cluster.last.answer({ 0: { records: batch(50, 1), high: 51 } });
  await cluster.last.answer({ 0: { errorCode: CODE.offset_out_of_range } });
  await vi.advanceTimersByTimeAsync(2_000);
  await cluster.last.answer({ 0: { errorCode: CODE.offset_out_of_range } });
  expect(keys(await reader.poll(1))).toEqual(['50']);
});
