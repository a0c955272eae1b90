import { setTimeout as sleep } from 'node:timers/promises';
import { openUpstream, type UpstreamBatch } from '@yujing/runtime';
import { Kafka, logLevel, type Producer } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStack, type Stack } from '../stack/stack.ts';

const TOPIC = 'calls';
const PARTITIONS = 4;
const FROZEN_MS = 40_000;

let stack: Stack;

beforeAll(async () => {
  stack = await openStack({ kafka: { nodes: 1, fastSessions: true }, redis: false, postgres: false, registry: false });
});
afterAll(() => stack.stop());

/** Writes numbered messages to every partition, again and again the same until the broker says that it has them. */
class Writer {
  readonly written: number[] = Array.from({ length: PARTITIONS }, () => 0);
  #going = true;
  readonly #running: Promise<void>[];

  constructor(producer: Producer) {
    this.#running = this.written.map((_, partition) => this.#write(producer, partition));
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#running);
  }

  async #write(producer: Producer, partition: number): Promise<void> {
    while (this.#going) {
      const next = this.written[partition] ?? 0;
      const messages = Array.from({ length: 20 }, (_, i) => ({ partition, value: String(next + i) }));
      // One answer lost may mean written twice: then the numbers come twice, which the reader's order allows for.
      const isWritten = await producer.send({ topic: TOPIC, messages, acks: -1 }).then(
        () => true,
        () => false,
      );
      if (isWritten) this.written[partition] = next + 20;
      await sleep(50);
    }
  }
}

/** Notes what is taken; a number may come again, but none may be left out. */
class Taker {
  readonly next: number[] = Array.from({ length: PARTITIONS }, () => 0);
  readonly overtaken: string[] = [];
  /** messages taken more than once, by their offsets: what a producer wrote twice is not ours */
  takenAgain = 0;
  readonly #nextOffset: number[] = Array.from({ length: PARTITIONS }, () => 0);
  longestGapMs = 0;
  #last = performance.now();

  async take({ partition, records }: UpstreamBatch): Promise<void> {
    await sleep(5);
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - this.#last);
    this.#last = now;
    for (const { value, offset } of records) {
      const number = Number(value);
      const expected = this.next[partition] ?? 0;
      if (offset < (this.#nextOffset[partition] ?? 0)) this.takenAgain += 1;
      this.#nextOffset[partition] = Math.max(this.#nextOffset[partition] ?? 0, offset + 1);
      if (number === expected) this.next[partition] = expected + 1;
      else if (number > expected) this.overtaken.push(`${partition}: ${number} where ${expected} was due`);
    }
  }

  gap(): number {
    const gap = this.longestGapMs;
    this.longestGapMs = 0;
    return Math.round(gap);
  }
}

async function until(what: () => boolean, forMs: number): Promise<void> {
  const end = performance.now() + forMs;
  while (!what()) {
    if (performance.now() > end) throw new Error('it did not come to that in time');
    await sleep(50);
  }
}

test('killed and frozen: nothing that is written is left out', async () => {
  const kafka = new Kafka({ brokers: [...stack.kafka.brokers], clientId: 'writer', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS, replicationFactor: 1 }] });
  const producer = kafka.producer({ retry: { retries: 2 } });
  await producer.connect();
  const writer = new Writer(producer);
  let startMs = 0;
  const taker = new Taker();
  const said: string[] = [];
  const upstream = openUpstream({
    brokers: stack.kafka.brokers,
    clientId: 'reader',
    topic: TOPIC,
    group: 'readers',
    fromBeginning: true,
    log: (level, message) => void (level === 'debug' || said.push(`${level} ${message}`)),
  });
  const running = upstream.run((batch) => taker.take(batch));
  const reads = (count: number): Promise<void> => {
    const from = taker.next.map((next) => next + count);
    return until(() => taker.next.every((next, i) => next >= (from[i] ?? 0)), 90_000);
  };
  await reads(200);
  const node = stack.kafka.nodes[0];
  if (node === undefined) throw new Error('no node');
  taker.gap();
  await node.kill();
  await sleep(2_000);
  const startedAt = performance.now();
  await node.start();
  startMs = Math.round(performance.now() - startedAt);
  await reads(200);
  const killedMs = taker.gap();
  node.signal('SIGSTOP');
  await sleep(FROZEN_MS);
  node.signal('SIGCONT');
  await reads(200);
  const frozenMs = taker.gap();
  await writer.stop();
  await until(() => taker.next.every((next, i) => next >= (writer.written[i] ?? 0)), 30_000);
  await upstream.close();
  await running;
  await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
  console.log({ written: writer.written, takenAgain: taker.takenAgain, startMs, killedMs, frozenMs, said });
  expect(taker.overtaken).toEqual([]);
  // At most what was under way, each time.
  expect(taker.takenAgain).toBeLessThanOrEqual(2 * PARTITIONS * 500);
  expect(frozenMs).toBeGreaterThan(FROZEN_MS - 5_000);
  expect(frozenMs).toBeLessThan(FROZEN_MS + 20_000);
}, 240_000);
