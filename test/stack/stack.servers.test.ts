import { spawn } from 'node:child_process';
import { existsSync, statSync, truncateSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kafkaBrokers, redisAnswers } from './answers.ts';
import { identityOf } from './process-identity.ts';
import { openStack, type Stack } from './stack.ts';

const USER = { name: 'reader', password: 'long-enough', mechanism: 'SCRAM-SHA-256' } as const;
const LISTENER = { name: 'SECURE', protocol: 'SASL_PLAINTEXT' } as const;
const PROPERTIES = { 'listener.name.secure.sasl.enabled.mechanisms': 'SCRAM-SHA-256' };
const SCRAM = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
const TOPIC = 'kept';

let stack: Stack;

beforeAll(async () => {
  stack = await openStack({
    kafka: {
      nodes: 3,
      fastSessions: true,
      listeners: [LISTENER],
      users: [USER],
      properties: { ...PROPERTIES, 'listener.name.secure.scram-sha-256.sasl.jaas.config': SCRAM },
    },
    redis: { properties: { maxmemory: '64mb' } },
  });
}, 400_000);
afterAll(() => stack?.stop());

const client = (brokers: readonly string[], sasl?: SASLOptions): Kafka =>
  new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, ...(sasl === undefined ? {} : { sasl }) });

async function append(value: string): Promise<void> {
  const producer = client(stack.kafka.brokers).producer();
  await producer.connect();
  await producer.send({ topic: TOPIC, acks: -1, messages: [{ value }] });
  await producer.disconnect();
}

async function high(): Promise<string | undefined> {
  const admin = client(stack.kafka.brokers).admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  return partition?.high;
}

async function query(text: string): Promise<unknown[]> {
  const database = new Client({ connectionString: stack.postgres.url });
  await database.connect();
  try {
    return (await database.query(text)).rows;
  } finally {
    await database.end();
  }
}

async function redis<T>(work: (connection: Redis) => Promise<T>): Promise<T> {
  const connection = new Redis(stack.redis.url);
  try {
    return await work(connection);
  } finally {
    connection.disconnect();
  }
}

async function register(): Promise<number> {
  const answer = await fetch(`${stack.registry.url}/subjects/kept/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({
      schema: JSON.stringify({ type: 'record', name: 'Kept', fields: [{ name: 'a', type: 'int' }] }),
    }),
  });
  return ((await answer.json()) as { id: number }).id;
}

test('three nodes of Kafka: one is killed, comes back, and nothing is gone', async () => {
  const admin = client(stack.kafka.brokers).admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: [{ topic: TOPIC, numPartitions: 1, replicationFactor: 3 }],
  });
  await admin.disconnect();
  await append('before');
  const [, second] = stack.kafka.nodes;
  const pid = second!.pid;
  await second!.kill();
  expect([second!.pid, identityOf(pid)]).toEqual([0, undefined]);
  await append('between');
  await second!.start();
  expect(second!.pid).not.toBe(pid);
  const port = Number(stack.kafka.brokers[1]!.split(':')[1]);
  expect((await kafkaBrokers(port)).sort()).toEqual([1, 2, 3]);
  await append('after');
  expect(await high()).toBe('3');
});

test('a further listener asks who is there', async () => {
  const { SECURE: brokers = [] } = stack.kafka.listeners;
  const as = async (password: string): Promise<number> => {
    const admin = client(brokers, { mechanism: 'scram-sha-256', username: USER.name, password }).admin();
    await admin.connect();
    const { length } = (await admin.describeCluster()).brokers;
    await admin.disconnect();
    return length;
  };
  expect(await as(USER.password)).toBe(3);
  await expect(as('wrong')).rejects.toThrow(/authentication|credentials/i);
});

test('Redis: killed, it keeps what its log has; with the log cut, not more than that', async () => {
  await redis((connection) => connection.set('first', '1'));
  await sleep(1_500); // its log goes to the disk each second
  const [file] = stack.redis.appendOnlyFiles().slice(-1);
  const { size } = statSync(file!);
  await redis((connection) => connection.set('second', '2'));
  await sleep(1_500);
  await stack.redis.node.kill();
  expect(statSync(file!).size).toBeGreaterThan(size);
  truncateSync(file!, size);
  await stack.redis.node.start();
  expect(await redis((connection) => connection.mget('first', 'second'))).toEqual(['1', null]);
  expect(await redis((connection) => connection.config('GET', 'maxmemory'))).toEqual(['maxmemory', String(64 << 20)]);
});

test('a frozen server answers nothing until it may go on', async () => {
  const port = Number(new URL(stack.redis.url).port);
  stack.redis.node.signal('SIGSTOP');
  await expect(redisAnswers(port)).rejects.toThrow('no answer');
  stack.redis.node.signal('SIGCONT');
  expect(await redisAnswers(port)).toBe(true);
  stack.redis.node.signal('SIGSTOP');
  await stack.redis.node.stop(); // wakes it first
  await stack.redis.node.start();
});

test('PostgreSQL and the registry: killed and stopped, what was acknowledged is there', async () => {
  await query("CREATE TABLE kept AS SELECT 'x' AS a");
  const id = await register();
  const { postgres, registry } = stack;
  await registry.node.kill();
  await postgres.node.kill();
  await postgres.node.start();
  await registry.node.start();
  expect(await query('SELECT a FROM kept')).toEqual([{ a: 'x' }]);
  await registry.node.stop();
  await postgres.node.stop();
  await postgres.node.start();
  await registry.node.start();
  expect(await query('SELECT a FROM kept')).toEqual([{ a: 'x' }]);
  // In memory it knows nothing and gives the first number again; in PostgreSQL it still knows the schema.
  const subjects = (await (await fetch(`${registry.url}/subjects`)).json()) as string[];
  expect(subjects).toEqual(registry.storage === 'postgres' ? ['kept'] : []);
  expect(await register()).toBe(id);
  const config = (await (await fetch(`${registry.url}/config`)).json()) as { compatibilityLevel: string };
  expect(config.compatibilityLevel).toBe('FULL_TRANSITIVE');
}, 300_000);

test('a suite that is killed takes its servers with it', async () => {
  const source = `
    const { openStack } = await import(${JSON.stringify(new URL('../dist/stack/stack.js', import.meta.url).href)});
    const stack = await openStack({ kafka: false, registry: false });
    console.log(JSON.stringify([stack.folder, stack.redis.node.pid, stack.postgres.node.pid]));
    setInterval(() => {}, 1000);`;
  const suite = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: suite.stdout }).once('line', resolve);
    suite.once('exit', () => reject(new Error('the suite ended: is everything built? npm run build')));
  });
  const [folder, ...pids] = JSON.parse(line) as [string, number, number];
  expect(pids.map((pid) => identityOf(pid) !== undefined)).toEqual([true, true]);
  suite.kill('SIGKILL');
  await expect.poll(() => pids.map((pid) => identityOf(pid)), { timeout: 10_000 }).toEqual([undefined, undefined]);
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
});
