import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { BrokerError, CLUSTER_SETTINGS, type AppendRecord, type Values } from '@yujing/runtime';
import { CompressionCodecs, CompressionTypes, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UPSTREAM_SETTINGS, type UpstreamSettings } from '../config.ts';
import { MemoryBroker } from '../fixtures/memory-broker.ts';
import { NOON, openTestDoor, type TestDoor } from '../fixtures/open-test-door.ts';
import type { Entrance } from './entrance.ts';
import { openUpstreamSource, type UpstreamSource } from './upstream-source.ts';

const BROKERS = (process.env.YUJING_TEST_BROKERS ?? '').split(',');
const PARTITIONS = 3;
const MAPPING = `
source: city-operator
record: call
format: json
time: { column: at, unit: ms }
id: no
sides: [{ subject: to, peer: from, direction: incoming }]
fields:
  phase: { column: state, lookup: { '2': answered, '4': ended } }
  duration_s: seconds
`;

const kafka = new Kafka({ brokers: BROKERS, clientId: 'upstream-test', logLevel: logLevel.NOTHING });
const admin = kafka.admin();
const producer = kafka.producer();
const folder = mkdtempSync(join(tmpdir(), 'yujing-upstream-'));
const mappingFile = join(folder, 'calls.yaml');
const topics: string[] = [];

beforeAll(async () => {
  writeFileSync(mappingFile, MAPPING);
  await admin.connect();
  await producer.connect();
});

afterAll(async () => {
  await admin.deleteTopics({ topics }).catch(() => {});
  await admin.deleteGroups(topics.map((topic) => `yujing.upstream.${topic}`)).catch(() => {});
  await Promise.all([admin.disconnect(), producer.disconnect()]);
  rmSync(folder, { recursive: true });
});

async function newTopic(): Promise<string> {
  const topic = `upstream-test-${Date.now()}-${topics.length}`;
  topics.push(topic);
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1 }] });
  return topic;
}

function defaults<S extends typeof UPSTREAM_SETTINGS | typeof CLUSTER_SETTINGS>(settings: S): Values<S> {
  return Object.fromEntries(Object.entries(settings).map(([name, { default: value }]) => [name, value])) as Values<S>;
}

interface SourceOptions {
  readonly brokers?: readonly string[];
  readonly over?: Partial<UpstreamSettings>;
  readonly entrance?: Pick<Entrance, 'take'>;
}

function openSource(t: TestDoor, topic: string, options: SourceOptions = {}): UpstreamSource {
  const source = openUpstreamSource({
    settings: {
      ...defaults(UPSTREAM_SETTINGS),
      upstreamTopic: topic,
      upstreamMapping: mappingFile,
      upstreamFromBeginning: true,
      ...options.over,
    },
    cluster: { ...defaults(CLUSTER_SETTINGS), brokers: options.brokers ?? BROKERS },
    clientId: 'upstream-test',
    entrance: options.entrance ?? t.door.entrance,
    door: { itemBytes: 4096, queued: 50_000 },
  });
  if (source === undefined) throw new Error('no source');
  return source;
}

/** Every fifth message is broken, each in another way; one counterparty a partition, so that order shows in the feed. */
const BROKEN = [
  '{"no": ',
  '{"no":"x","at":"soon","from":"1","to":"2","state":2}',
  '{"no":"x","at":1795241520000,"from":"1","to":"2","state":7}',
  '',
  `{"no":"x","at":${NOON},"from":"1","to":"12000000002","state":2,"seconds":-1}`,
];

interface Sent {
  readonly good: string[];
  readonly places: string[];
}

async function send(topic: string, from: number, until: number): Promise<Sent> {
  const sent: Sent = { good: [], places: [] };
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const messages = [];
    for (let n = from; n < until; n++) {
      const isBroken = n % 5 === 3;
      const no = `p${partition}-${n}`;
      if (isBroken) sent.places.push(`${topic}/${partition}/${n}`);
      else sent.good.push(no);
      const call = {
        no,
        at: NOON,
        from: `1200000000${partition}`,
        to: `120001${String(n).padStart(5, '0')}`,
        state: 2,
      };
      messages.push({ partition, value: isBroken ? (BROKEN[n % BROKEN.length] as string) : JSON.stringify(call) });
    }
    await producer.send({ topic, messages, acks: -1 });
  }
  return sent;
}

/** Remembers in which order records came, over all partitions: two doors with keys of their own write one number to two. */
class OrderedBroker extends MemoryBroker {
  readonly arrived: AppendRecord[] = [];

  override async append(
    log: string,
    batches: ReadonlyMap<number, readonly AppendRecord[]>,
  ): Promise<ReadonlySet<number>> {
    const written = await super.append(log, batches);
    for (const [partition, records] of batches) if (written.has(partition)) this.arrived.push(...records);
    return written;
  }
}

/** Numbers of the calls in the feed, by upstream partition, in the order in which they came. */
function callsOf(broker: OrderedBroker, t: TestDoor): string[][] {
  const calls: string[][] = Array.from({ length: PARTITIONS }, () => []);
  for (const { bytes } of broker.arrived) {
    const { type, value } = t.decode(bytes);
    if (type === 'Call') calls[Number(value.call_id[1])]?.push(value.call_id);
  }
  return calls;
}

async function until(what: () => boolean | Promise<boolean>, forMs = 40_000): Promise<void> {
  const end = Date.now() + forMs;
  while (!(await what())) {
    if (Date.now() > end) throw new Error('it did not come to that in time');
    await sleep(50);
  }
}

/** A coordinator that has just begun on a new broker refuses for a moment: nothing is committed as far as anybody knows. */
async function committed(topic: string): Promise<number> {
  const asked = admin.fetchOffsets({ groupId: `yujing.upstream.${topic}`, topics: [topic] });
  const [answer] = await asked.catch(() => []);
  return answer?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0) ?? 0;
}

function expectInOrder(calls: readonly string[][], good: readonly string[]): void {
  for (const [partition, list] of calls.entries()) {
    expect(list).toEqual(good.filter((no) => no.startsWith(`p${partition}-`)));
  }
}

async function expectLetters(t: TestDoor, places: readonly string[]): Promise<void> {
  const letters = await t.door.deadLetters.list(10_000);
  expect([...new Set(letters.map(({ place }) => place))].sort()).toEqual([...places].sort());
}

test('killed before and after the door had taken a batch: every good message once, in order, every bad one a dead letter', async () => {
  const topic = await newTopic();
  const sent = await send(topic, 0, 1200);
  const broker = new OrderedBroker();
  let t = await openTestDoor({ broker });
  const { folder: doorFolder } = t;
  for (let kills = 0; ; kills++) {
    let visits = 0;
    const { entrance } = t.door;
    const takes: Entrance['take'] = async (items, sender, media) => {
      visits += 1;
      // What a process does when it is killed: nothing more. The group is told nothing of what the door took.
      if (visits === 2 && kills < 3 && kills % 2 === 0) throw new BrokerError('closed');
      const answer = await entrance.take(items, sender, media);
      if (visits === 2 && kills < 3) throw new BrokerError('closed');
      return answer;
    };
    const source = openSource(t, topic, { entrance: { take: takes } });
    const isKilled = await Promise.race([
      source.done.then(
        () => false,
        () => true,
      ),
      until(async () => (await committed(topic)) === 1200 * PARTITIONS).then(() => false),
    ]);
    await source.close();
    if (!isKilled) break;
    await t.door.close();
    t = await openTestDoor({ broker, folder: doorFolder });
  }
  expectInOrder(callsOf(broker, t), sent.good);
  await expectLetters(t, sent.places);
  const [letter] = await t.door.deadLetters.list(1);
  const shown = await t.door.deadLetters.show(letter?.id ?? '');
  expect(BROKEN).toContain(shown?.text);
  await t.close();
}, 90_000);

test('two members of the group: one comes, one goes, nothing is lost and nothing overtakes', async () => {
  const topic = await newTopic();
  const broker = new OrderedBroker();
  const [first, second] = [await openTestDoor({ broker }), await openTestDoor({ broker })];
  broker.delayMs = 30;
  const parts = [await send(topic, 0, 1500)];
  const one = openSource(first, topic);
  await until(() => broker.feed.flat().length > 500);
  const two = openSource(second, topic);
  parts.push(await send(topic, 1500, 2500));
  await until(async () => (await committed(topic)) === 2500 * PARTITIONS);
  await one.close();
  parts.push(await send(topic, 2500, 3000));
  await until(async () => (await committed(topic)) === 3000 * PARTITIONS);
  await two.close();
  const good = parts.flatMap((part) => part.good);
  const letters = [...(await first.door.deadLetters.list(10_000)), ...(await second.door.deadLetters.list(10_000))];
  expect(new Set(letters.map(({ place }) => place))).toEqual(new Set(parts.flatMap(({ places }) => places)));
  // Two doors know nothing of each other's events: a repeat between them is dropped by its id at the next stage.
  const calls = callsOf(broker, first);
  expectInOrder(
    calls.map((list) => [...new Set(list)]),
    good,
  );
  // A batch that one member took is committed before the other goes on.
  expect(calls.flat()).toHaveLength(good.length);
  await Promise.all([first.close(), second.close()]);
}, 120_000);

test('the door is busy: the batch waits, the group stays, nothing is lost', async () => {
  const topic = await newTopic();
  const broker = new OrderedBroker();
  const t = await openTestDoor({ broker, settings: { answerTimeoutMs: 500 } });
  const everything = new Set([0, 1, 2, 3]);
  let isStuck = true;
  broker.trouble = () => (isStuck ? everything : undefined);
  const source = openSource(t, topic);
  const sent = await send(topic, 0, 100);
  await sleep(13_000);
  expect(callsOf(broker, t).flat()).toEqual([]);
  expect(await committed(topic)).toBe(0);
  isStuck = false;
  await until(async () => (await committed(topic)) === 100 * PARTITIONS);
  await source.close();
  expectInOrder(callsOf(broker, t), sent.good);
  await expectLetters(t, sent.places);
  await t.close();
}, 60_000);

test('a group that begins at the end keeps its beginning; a position behind the end stops the reading', async () => {
  const topic = await newTopic();
  await send(topic, 0, 10);
  const broker = new OrderedBroker();
  const t = await openTestDoor({ broker });
  const source = openSource(t, topic, { over: { upstreamFromBeginning: false } });
  await until(async () => (await committed(topic)) === 10 * PARTITIONS);
  await source.close();
  const sent = await send(topic, 10, 20);
  const again = openSource(t, topic, { over: { upstreamFromBeginning: false } });
  await until(async () => (await committed(topic)) === 20 * PARTITIONS);
  await again.close();
  expectInOrder(callsOf(broker, t), sent.good);
  const partitions = [{ partition: 1, offset: '500' }];
  await admin.setOffsets({ groupId: `yujing.upstream.${topic}`, topic, partitions });
  const lost = openSource(t, topic);
  await expect(lost.done).rejects.toMatchObject({
    code: 'upstream_position',
    facts: { partition: 1, position: 500, high: 20 },
  });
  await t.close();
}, 60_000);

/** Packs a message as a producer of another make would; kafkajs reads its table of codecs at each batch. */
async function sendPacked(
  topic: string,
  type: CompressionTypes,
  pack: (bytes: Buffer) => Buffer,
  value: string,
): Promise<void> {
  const known = CompressionCodecs[type];
  CompressionCodecs[type] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => pack(buffer),
    decompress: async (bytes: Buffer) => bytes,
  });
  try {
    await producer.send({ topic, compression: type, messages: [{ partition: 0, value }], acks: -1 });
  } finally {
    CompressionCodecs[type] = known as () => unknown;
  }
}

/** Snappy allows text that is not packed at all: a length, then literals of at most 60 bytes. */
function snappyOf(bytes: Buffer): Buffer {
  const parts = [Buffer.from([(bytes.length & 0x7f) | 0x80, bytes.length >> 7])];
  for (let at = 0; at < bytes.length; at += 60) {
    const literal = bytes.subarray(at, at + 60);
    parts.push(Buffer.from([(literal.length - 1) << 2]), literal);
  }
  return Buffer.concat(parts);
}

/** So does zstd: a frame of one segment, with one block as it is. */
function zstdOf(bytes: Buffer): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x60, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(bytes.length - 256, 5);
  head.writeUIntLE((bytes.length << 3) | 1, 7, 3);
  return Buffer.concat([head, bytes]);
}

test('packed topics are read, whatever packed them; zstd is named where this Node has none', async () => {
  const topic = await newTopic();
  const call = (no: string): string =>
    JSON.stringify({ no, at: NOON, from: '12000000009', to: '12000000008', state: 2, filler: 'x'.repeat(200) });
  await producer.send({
    topic,
    compression: CompressionTypes.GZIP,
    messages: [{ partition: 0, value: call('p0-gzip') }],
  });
  const lz4 = createRequire(import.meta.resolve('@yujing/runtime'))('lz4-napi') as {
    compressFrameSync(b: Buffer): Buffer;
  };
  await sendPacked(topic, CompressionTypes.LZ4, (bytes) => lz4.compressFrameSync(bytes), call('p0-lz4'));
  await sendPacked(topic, CompressionTypes.Snappy, snappyOf, call('p0-snappy'));
  const broker = new OrderedBroker();
  const t = await openTestDoor({ broker });
  const source = openSource(t, topic);
  await until(async () => (await committed(topic)) === 3);
  expect(callsOf(broker, t)[0]).toEqual(['p0-gzip', 'p0-lz4', 'p0-snappy']);
  await source.close();
  await sendPacked(topic, CompressionTypes.ZSTD, zstdOf, call('p0-zstd'));
  const again = openSource(t, topic);
  const outcome = await Promise.race([
    again.done.catch((error: unknown) => error),
    until(async () => (await committed(topic)) === 4).then(() => 'read'),
  ]);
  if ('zstdDecompressSync' in zlib) expect(outcome).toBe('read');
  else expect(outcome).toMatchObject({ code: 'upstream_compression', facts: { topic, codec: 'zstd' } });
  await again.close();
  await t.close();
}, 60_000);
