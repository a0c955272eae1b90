import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isCoded } from '../../errors/errors.ts';
import type { KafkaBroker } from './kafka-broker.ts';
import { openKafka } from './open.ts';
import type { KafkaOptions } from './options.ts';
import { createTopics } from './topics.ts';

const brokers = (process.env['YUJING_TEST_BROKERS'] ?? '').split(',');
const installation = `kafka-${Date.now().toString(36)}`;
const options: KafkaOptions = { brokers, installation, clientId: 'test' };
const setup = { ...options, replication: 'single', partitions: { feed: 3 } } as const;
let admin: Admin;
let broker: KafkaBroker;

beforeAll(async () => {
  admin = new Kafka({ brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
});

afterAll(async () => {
  await broker?.close();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${installation}.`));
  await admin.deleteTopics({ topics });
  await admin.disconnect();
});

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'nothing was thrown',
    (reason: unknown) => reason,
  );
  return isCoded(error) ? error.code : String(error);
}

async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (const end = performance.now() + 20_000; ;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error('waited 20 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('before the set-up a start says what to do', async () => {
  expect(await codeOf(openKafka(options))).toBe('topic_missing');
});

test('topics are created once, with all their settings; ids are drawn once', async () => {
  const first = await createTopics(setup);
  expect(first.map(({ topic, created, partitions }) => [topic, created, partitions])).toEqual([
    [`${installation}.feed`, true, 3],
    [`${installation}.encounter`, true, 8],
    [`${installation}.case`, true, 8],
    [`${installation}.change`, true, 1],
    [`${installation}.dead-letters`, true, 1],
    [`${installation}.logs`, true, 1],
  ]);
  const again = await createTopics({ ...options, replication: 'single' });
  expect(again).toEqual(first.map((report) => ({ ...report, created: false })));
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: `${installation}.change` }],
  });
  const of = new Map(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]));
  expect(of.get('retention.ms')).toBe('-1');
  expect(of.get('message.timestamp.type')).toBe('LogAppendTime');
  expect(of.get('min.insync.replicas')).toBe('1');
  expect(of.get('max.message.bytes')).toBe(String(1_048_576 + 65_536));
});

test('another number of partitions is refused, at the set-up and at a start', async () => {
  expect(await codeOf(createTopics({ ...setup, partitions: { feed: 4 } }))).toBe('partitions_differ');
  await admin.createPartitions({ topicPartitions: [{ topic: `${installation}.case`, count: 9 }] });
  await until(async () => ((await codeOf(openKafka(options))) === 'partitions_differ' ? true : undefined));
});

test('a topic that had to be made anew is another log', async () => {
  const topic = `${installation}.case`;
  const before = (await createTopics(setup).catch(() => [])).find((report) => report.topic === topic);
  expect(before).toBeUndefined();
  await admin.deleteTopics({ topics: [topic] });
  const made = await until(async () => {
    const reports = await createTopics(setup).catch(() => []);
    return reports.find((report) => report.topic === topic && report.partitions === 8);
  });
  broker = await openKafka(options);
  expect(broker.logId('case')).toBe(made.logId);
  expect(broker.partitions('case')).toBe(8);
  expect(broker.partitions('feed')).toBe(3);
});

test('a dead letter is one JSON document under the name of its place', async () => {
  const letter = {
    stage: 'detect',
    log: 'feed',
    logId: 'id',
    partition: 2,
    offset: 7,
    reason: 'undecodable',
    key: 'k',
  } as const;
  const bytes = Buffer.from([1, 2, 255]);
  await broker.deadLetters.put([
    { ...letter, bytes },
    { ...letter, offset: 8, bytes: Buffer.alloc(1_048_576) },
  ]);
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: `${installation}.letters` });
  await consumer.connect();
  await consumer.subscribe({ topic: `${installation}.dead-letters`, fromBeginning: true });
  const { CompressionCodecs, CompressionTypes } = await import('kafkajs');
  const { decompressFrame } = await import('lz4-napi');
  CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: () => Promise.reject(new Error()),
    decompress: decompressFrame,
  });
  const found: Array<{ key: string; value: Record<string, unknown> }> = [];
  await consumer.run({
    eachMessage: async ({ message }) => {
      found.push({ key: String(message.key), value: JSON.parse(String(message.value)) });
    },
  });
  await until(async () => (found.length === 2 ? true : undefined));
  await consumer.disconnect();
  expect(found[0]).toEqual({ key: 'id/2/7/detect', value: { ...letter, bytes: bytes.toString('base64') } });
});

test('ordinary tools see where a group stands', async () => {
  const group = 'hinted';
  const owned = new Set<number>();
  const member = await broker.join(group, 'feed', {
    assigned: (partition) => void owned.add(partition),
    revoked: (partition) => void owned.delete(partition),
  });
  await until(async () => (owned.size === 3 ? true : undefined));
  broker.hint(
    group,
    'feed',
    new Map([
      [0, 12],
      [2, 5],
    ]),
  );
  const groupId = `${installation}.${group}`;
  const offsets = await until(async () => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [`${installation}.feed`] });
    const of = new Map(found!.partitions.map(({ partition, offset }) => [partition, offset]));
    return of.get(0) === '12' ? of : undefined;
  });
  expect(offsets.get(2)).toBe('5');
  expect(offsets.get(1)).toBe('-1');
  const { members } = (await admin.describeGroups([groupId])).groups[0]!;
  expect(members).toHaveLength(1);
  await member.leave();
  expect(owned.size).toBe(0);
});

test('a reader knows how far it is behind, and health follows the answers', async () => {
  const records = [...Array(40).keys()].map((n) => ({ key: `k${n}`, bytes: Buffer.from('x') }));
  await until(async () => ((await broker.append('feed', new Map([[1, records]]))).has(1) ? true : undefined));
  const reader = await broker.read('feed', 1, 0);
  const polled = await until(async () => {
    const found = await reader.poll(10);
    return found.length > 0 ? found.length : undefined;
  });
  expect(polled).toBe(10);
  expect(reader.behind?.()).toBe(30);
  await reader.close();
  const { reachable, lastProgressAt } = broker.health();
  expect(reachable).toBe(true);
  expect(Math.abs(Date.now() - lastProgressAt)).toBeLessThan(10_000);
});

test('where nobody listens, a start fails soon and is to be tried again', async () => {
  const nowhere = openKafka({ ...options, brokers: ['127.0.0.1:1'] });
  expect(await codeOf(nowhere)).toBe('connection_lost');
});
