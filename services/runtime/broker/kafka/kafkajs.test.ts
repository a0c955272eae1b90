import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { FETCH_VERSION } from './fetch-answer.ts';
import { loadKafkajs } from './kafkajs.ts';
import { checkVersions } from './open.ts';
import { PRODUCE_VERSION, withBatches } from './produce-request.ts';
import { mendRequestQueue, type RequestQueue } from './request-queue.ts';

const require = createRequire(import.meta.url);
/** As Kafka 4.3.1 answers, of what is used here. */
const KAFKA_4: Record<number, [number, number]> = {
  0: [0, 13],
  1: [4, 18],
  2: [1, 11],
  3: [0, 13],
  8: [2, 10],
  10: [0, 6],
  11: [2, 9],
  12: [0, 4],
  13: [0, 5],
  14: [0, 5],
  19: [2, 7],
  21: [0, 2],
  22: [0, 6],
};

function versions(
  change: Record<number, [number, number]> = {},
): Record<number, { minVersion: number; maxVersion: number }> {
  const all = Object.entries({ ...KAFKA_4, ...change });
  return Object.fromEntries(all.map(([key, [minVersion, maxVersion]]) => [key, { minVersion, maxVersion }]));
}

test('kafkajs is the one whose private files are used', () => {
  expect(require('kafkajs/package.json').version).toBe('2.2.4');
  const { apis } = loadKafkajs();
  const newest = Object.fromEntries(
    Object.entries(apis).map(([name, { definition }]) => [name, Math.max(...definition.versions.map(Number))]),
  );
  expect(newest).toMatchObject({ Produce: PRODUCE_VERSION, Fetch: FETCH_VERSION, JoinGroup: 5, SyncGroup: 3 });
  const Connection = require('kafkajs/src/network/connection');
  for (const method of ['connect', 'send', 'authenticate', 'disconnect', 'rejectRequests', 'isConnected']) {
    expect(typeof Connection.prototype[method], method).toBe('function');
  }
});

test('the body of our produce request is that of kafkajs', async () => {
  const { apis } = loadKafkajs();
  const topicData = [
    { topic: 'logs.例', partitions: [{ partition: 2, firstSequence: 5, messages: [{ key: 'k', value: 'v' }] }] },
  ];
  const payload = { acks: -1, timeout: 3_500, compression: 0, topicData, producerId: '9', producerEpoch: 0 };
  const protocol = (apis.Produce.definition.protocol({ version: 7 }) as (payload: object) => never)(
    payload,
  ) as Parameters<ReturnType<typeof withBatches>>[0];
  const theirs = (await protocol.request.encode()).buffer;
  // Their batch stands at the end, behind its length.
  const head = 2 + 2 + 4 + 4 + 2 + Buffer.byteLength('logs.例') + 4 + 4 + 4;
  const batch = theirs.subarray(head);
  const ours = withBatches([{ topic: 'logs.例', partition: 2, batch }], 3_500)(protocol);
  expect((await ours.request.encode()).buffer.equals(theirs)).toBe(true);
});

test('a broker that dropped or never had a request is refused with its name', () => {
  expect(() => checkVersions(versions())).not.toThrow();
  expect(() => checkVersions(versions({ 1: [12, 20] }))).toThrow(/request=Fetch/);
  expect(() => checkVersions(versions({ 0: [8, 13] }))).toThrow(/request=Produce/);
  expect(() => checkVersions(versions({ 0: [0, 6] }))).toThrow(/request=Produce/);
  expect(() => checkVersions({})).toThrow(/does not speak/);
});

test('a timer is armed only while a request waits', async () => {
  class Queue implements RequestQueue {
    pending: unknown[] = [];
    throttledUntil = -1;
    throttleCheckTimeoutId: NodeJS.Timeout | null = null;
    checks = 0;
    scheduleCheckPendingRequests(): void {}
    checkPendingRequests(): void {
      this.checks++;
      this.pending.pop();
      this.scheduleCheckPendingRequests();
    }
  }
  mendRequestQueue(Queue);
  const queue = new Queue();
  queue.scheduleCheckPendingRequests();
  expect(queue.throttleCheckTimeoutId).toBeNull();
  queue.pending.push(1, 2);
  queue.scheduleCheckPendingRequests();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(queue).toMatchObject({ checks: 2, pending: [], throttleCheckTimeoutId: null });
});

test('the queue of kafkajs itself is mended when it is loaded', () => {
  loadKafkajs();
  const RequestQueue = require('kafkajs/src/network/requestQueue');
  expect(String(RequestQueue.prototype.scheduleCheckPendingRequests)).toContain('this.pending.length === 0');
  expect(RequestQueue.prototype.scheduleCheckPendingRequests.name).toBe('schedule');
});
