import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BrokerError, isCoded } from '../../errors/errors.ts';
import type { AppendRecord, StoredRecord } from '../broker.ts';
import { readBatch } from './batch-reader.ts';
import type { Protocol } from './kafkajs.ts';
import { LANE_LIMITS } from './lane.ts';
import { CODE } from './protocol-errors.ts';
import { Sender, type SenderNetwork } from './sender.ts';
import { StampReader } from './stamp-header.ts';

interface Sent {
  readonly node: number;
  /** of each partition: producer, first sequence, keys */
  readonly partitions: ReadonlyMap<number, { producer: bigint; sequence: number; keys: string[]; bytes: Buffer }>;
  answer(codes?: Record<number, number>): Promise<void>;
  lose(): Promise<void>;
}

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

/** A cluster that does nothing by itself: the test answers its requests. */
class Cluster implements SenderNetwork {
  readonly requests: Sent[] = [];
  leaders: Array<number | undefined> = [0, 0, 1];
  refreshed = 0;
  producers = 0;

  watch(): void {}
  leader(_topic: string, partition: number): number | undefined {
    return this.leaders[partition];
  }
  async refresh(): Promise<void> {
    this.refreshed++;
  }
  async callAny<T>(): Promise<T> {
    return { errorCode: 0, producerId: String(100 + this.producers++), producerEpoch: 0 } as T;
  }
  async call<T>(
    node: number,
    _api: string,
    _payload: object,
    _ms: number,
    change?: (p: Protocol) => Protocol,
  ): Promise<T> {
    const body = await change!({ request: {}, response: {} } as Protocol).request.encode();
    const partitions = read(body.buffer);
    return new Promise<T>((resolve, reject) => {
      this.requests.push({
        node,
        partitions,
        answer: (codes = {}) => {
          const answers = [...partitions.keys()]
            .filter((partition) => codes[partition] !== -1)
            .map((partition) => ({ partition, errorCode: codes[partition] ?? CODE.none }));
          resolve({ topics: [{ topicName: 'log', partitions: answers }] } as T);
          return turns();
        },
        lose: () => {
          reject(new BrokerError('connection_lost'));
          return turns();
        },
      });
    });
  }
}

function read(body: Buffer): Sent['partitions'] {
  const found = new Map<number, { producer: bigint; sequence: number; keys: string[]; bytes: Buffer }>();
  // no transaction 2, acks 2, timeout 4, topics 4, name 2 + 3, partitions 4
  for (let at = 21; at < body.length;) {
    const [partition, length] = [body.readInt32BE(at), body.readInt32BE(at + 4)];
    const bytes = body.subarray(at + 8, at + 8 + length);
    const records: StoredRecord[] = [];
    readBatch(bytes, 0, { partition, from: 0, stamps: new StampReader() }, records);
    const keys = records.map(({ key }) => key);
    found.set(partition, { producer: bytes.readBigInt64BE(43), sequence: bytes.readInt32BE(53), keys, bytes });
    at += 8 + length;
  }
  return found;
}

const records = (...keys: string[]): AppendRecord[] => keys.map((key) => ({ key, bytes: Buffer.from(key) }));
const batches = (of: Record<number, string[]>): Map<number, AppendRecord[]> =>
  new Map(Object.entries(of).map(([partition, keys]) => [Number(partition), records(...keys)]));
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'written',
    (error: unknown) => (isCoded(error) ? error.code : String(error)),
  );

let cluster: Cluster;
let sender: Sender;
beforeEach(() => {
  vi.useFakeTimers();
  cluster = new Cluster();
  sender = new Sender({ network: cluster, lingerMs: 5 });
});
afterEach(() => {
  sender.close();
  vi.useRealTimers();
});

const linger = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(6);
};

test('calls that come together go together, one request a leader, the next when the answer is there', async () => {
  const first = sender.append('log', batches({ 0: ['a', 'b'], 2: ['x'] }));
  const second = sender.append('log', batches({ 0: ['c'], 1: ['p'] }));
  expect(cluster.requests).toEqual([]);
  await linger();
  expect(cluster.requests.map(({ node }) => node)).toEqual([0, 1]);
  expect(cluster.requests[0]!.partitions.get(0)).toMatchObject({ keys: ['a', 'b', 'c'], sequence: 0 });
  expect([...cluster.requests[0]!.partitions.keys()]).toEqual([0, 1]);
  const third = sender.append('log', batches({ 0: ['d'] }));
  await linger();
  expect(cluster.requests).toHaveLength(2);
  await cluster.requests[1]!.answer();
  await cluster.requests[0]!.answer();
  expect([...(await first)].sort()).toEqual([0, 2]);
  expect([...(await second)].sort()).toEqual([0, 1]);
  expect(cluster.requests[2]!.partitions.get(0)).toMatchObject({ keys: ['d'], sequence: 3 });
  await cluster.requests[2]!.answer();
  expect([...(await third)]).toEqual([0]);
  expect(cluster.producers).toBe(1);
});

test('a partition that the answer does not name, or whose answer is lost, goes again as it was', async () => {
  const call = sender.append('log', batches({ 0: ['a'], 1: ['p'] }));
  await linger();
  // What comes meanwhile may not overtake it.
  const later = sender.append('log', batches({ 0: ['b'] }));
  const before = cluster.requests[0]!.partitions.get(0)!;
  await cluster.requests[0]!.answer({ 0: -1 });
  await vi.advanceTimersByTimeAsync(300);
  const again = cluster.requests[1]!.partitions.get(0)!;
  expect(again.bytes.equals(before.bytes)).toBe(true);
  await cluster.requests[1]!.lose();
  await vi.advanceTimersByTimeAsync(300);
  await cluster.requests[2]!.answer({ 0: CODE.duplicate_sequence });
  expect([...(await call)].sort()).toEqual([0, 1]);
  await vi.advanceTimersByTimeAsync(1);
  expect(cluster.requests[3]!.partitions.get(0)).toMatchObject({ keys: ['b'], sequence: 1, producer: 100n });
  await cluster.requests[3]!.answer();
  expect([...(await later)]).toEqual([0]);
});

test('a leader that moved is followed, and the others go on', async () => {
  const call = sender.append('log', batches({ 0: ['a'], 1: ['p'] }));
  await linger();
  cluster.leaders = [1, 0, 1];
  await cluster.requests[0]!.answer({ 0: CODE.not_leader });
  const other = sender.append('log', batches({ 1: ['q'] }));
  await linger();
  expect(cluster.requests[1]).toMatchObject({ node: 0 });
  expect([...cluster.requests[1]!.partitions.keys()]).toEqual([1]);
  await cluster.requests[1]!.answer();
  expect([...(await other)]).toEqual([1]);
  await vi.advanceTimersByTimeAsync(300);
  expect(cluster.refreshed).toBeGreaterThan(0);
  expect(cluster.requests[2]).toMatchObject({ node: 1 });
  await cluster.requests[2]!.answer();
  expect([...(await call)].sort()).toEqual([0, 1]);
});

test('a broken sequence costs its partition a new producer, the same records first', async () => {
  const call = sender.append('log', batches({ 0: ['a'], 1: ['p'] }));
  await linger();
  await cluster.requests[0]!.answer();
  await call;
  const next = sender.append('log', batches({ 0: ['b'], 1: ['q'] }));
  await linger();
  const newer = sender.append('log', batches({ 0: ['c'], 1: ['r'] }));
  await cluster.requests[1]!.answer({ 0: CODE.out_of_order_sequence });
  await turns();
  const { partitions } = cluster.requests[2]!;
  expect(partitions.get(0)).toMatchObject({ producer: 101n, sequence: 0, keys: ['b'] });
  expect(partitions.get(1)).toMatchObject({ producer: 100n, sequence: 2, keys: ['r'] });
  await cluster.requests[2]!.answer();
  expect([...(await next)].sort()).toEqual([0, 1]);
  await cluster.requests[3]!.answer();
  expect([...(await newer)].sort()).toEqual([0, 1]);
  expect(cluster.producers).toBe(2);
});

test('nobody waits long for a partition in trouble; a record that has not left is not sent afterwards', async () => {
  cluster.leaders = [0, undefined, 1];
  const call = sender.append('log', batches({ 0: ['a'], 1: ['p'] }));
  await linger();
  await cluster.requests[0]!.answer();
  await vi.advanceTimersByTimeAsync(LANE_LIMITS.troubledMs + 200);
  expect([...(await call)]).toEqual([0]);
  const alone = codeOf(sender.append('log', batches({ 1: ['p'] })));
  await vi.advanceTimersByTimeAsync(LANE_LIMITS.troubledMs + 200);
  expect(await alone).toBe('append_unknown');
  cluster.leaders = [0, 0, 1];
  const third = sender.append('log', batches({ 1: ['p'] }));
  await linger();
  await vi.advanceTimersByTimeAsync(300);
  expect(cluster.requests.slice(1).map(({ partitions }) => partitions.get(1)?.keys)).toEqual([['p']]);
  await cluster.requests[1]!.answer();
  expect([...(await third)]).toEqual([1]);
});

test('a batch whose fate is open is decided before its caller sends again', async () => {
  const call = codeOf(sender.append('log', batches({ 0: ['a'] })));
  await linger();
  await cluster.requests[0]!.lose();
  cluster.leaders = [undefined, 0, 1];
  await vi.advanceTimersByTimeAsync(LANE_LIMITS.troubledMs + 200);
  expect(await call).toBe('append_unknown');
  const again = sender.append('log', batches({ 0: ['a'] }));
  cluster.leaders = [1, 0, 1];
  await vi.advanceTimersByTimeAsync(200);
  expect(cluster.requests[1]!.partitions.get(0)).toMatchObject({ keys: ['a'], sequence: 0 });
  await cluster.requests[1]!.answer({ 0: CODE.duplicate_sequence });
  expect(cluster.requests[2]!.partitions.get(0)).toMatchObject({ keys: ['a'], sequence: 1 });
  await cluster.requests[2]!.answer();
  expect([...(await again)]).toEqual([0]);
});

test('a call larger than a batch is answered when its last record is written', async () => {
  const many = Array.from({ length: LANE_LIMITS.batchRecords + 1 }, (_, n) => `k${n}`);
  const call = sender.append('log', batches({ 0: many }));
  await turns();
  expect(cluster.requests[0]!.partitions.get(0)!.keys).toHaveLength(LANE_LIMITS.batchRecords);
  await cluster.requests[0]!.answer();
  expect(cluster.requests[1]!.partitions.get(0)).toMatchObject({
    keys: [many.at(-1)],
    sequence: LANE_LIMITS.batchRecords,
  });
  await cluster.requests[1]!.answer();
  expect([...(await call)]).toEqual([0]);
});

test('what the broker will never take is said at once, and the next goes under the same sequence', async () => {
  const call = codeOf(sender.append('log', batches({ 0: ['a'] })));
  await linger();
  await cluster.requests[0]!.answer({ 0: 29 });
  expect(await call).toBe('broker_refused');
  const next = sender.append('log', batches({ 0: ['b'] }));
  await linger();
  expect(cluster.requests[1]!.partitions.get(0)).toMatchObject({ keys: ['b'], sequence: 0 });
  await cluster.requests[1]!.answer();
  expect([...(await next)]).toEqual([0]);
});

test('closing refuses whoever waits', async () => {
  const call = codeOf(sender.append('log', batches({ 0: ['a'] })));
  sender.close();
  expect(await call).toBe('closed');
  expect(await codeOf(sender.append('log', batches({ 0: ['a'] })))).toBe('closed');
});
