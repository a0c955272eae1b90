import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTopics, isCoded, openKafka, type KafkaOptions } from '@yujing/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jdkFrom } from '../stack/java.ts';
import { KAFKA_JAVA } from '../stack/kafka.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import { appendAll, record } from './broker.ts';

const USERS = [
  { name: 'worker', password: 'one-of-a-test', mechanism: 'SCRAM-SHA-256' },
  { name: 'other', password: 'two-of-a-test', mechanism: 'SCRAM-SHA-512' },
] as const;
const LOGIN = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
let folder: string;
let stack: Stack;
let ca: Buffer;

/** A certificate of 127.0.0.1 that signs itself, as Java keeps it and as text. */
function makeCertificate(): string {
  const keytool = join(dirname(jdkFrom(KAFKA_JAVA).command), 'keytool');
  const store = join(folder, 'server.p12');
  const at = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', 'changeit', '-alias', 'server'];
  const kind = ['-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2', '-dname', 'CN=127.0.0.1'];
  execFileSync(keytool, ['-genkeypair', ...at, ...kind, '-ext', 'san=ip:127.0.0.1'], { stdio: 'pipe' });
  execFileSync(keytool, ['-exportcert', '-rfc', ...at, '-file', join(folder, 'ca.pem')], { stdio: 'pipe' });
  return store;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yujing-secure-'));
  const store = makeCertificate();
  ca = readFileSync(join(folder, 'ca.pem'));
  const secure = 'listener.name.secure.';
  stack = await openStack({
    redis: false,
    postgres: false,
    registry: false,
    kafka: {
      users: USERS,
      listeners: [{ name: 'SECURE', protocol: 'SASL_SSL' }],
      properties: {
        [`${secure}ssl.keystore.type`]: 'PKCS12',
        [`${secure}ssl.keystore.location`]: store,
        [`${secure}ssl.keystore.password`]: 'changeit',
        [`${secure}ssl.key.password`]: 'changeit',
        [`${secure}sasl.enabled.mechanisms`]: 'SCRAM-SHA-256,SCRAM-SHA-512',
        [`${secure}scram-sha-256.sasl.jaas.config`]: LOGIN,
        [`${secure}scram-sha-512.sasl.jaas.config`]: LOGIN,
        // Sessions end often here, so that logging in anew on an open connection is met too.
        [`${secure}connections.max.reauth.ms`]: '12000',
      },
    },
  });
});

afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function options(user: (typeof USERS)[number], change: Partial<KafkaOptions> = {}): KafkaOptions {
  return {
    brokers: stack.kafka.listeners['SECURE']!,
    installation: `secure-${user.name}`,
    clientId: 'secure',
    tls: { ca },
    sasl: {
      mechanism: user.mechanism === 'SCRAM-SHA-256' ? 'scram-sha-256' : 'scram-sha-512',
      username: user.name,
      password: user.password,
    },
    ...change,
  };
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'nothing was thrown',
    (reason: unknown) => reason,
  );
  return isCoded(error) ? error.code : String(error);
}

test.each(USERS)(
  '$mechanism over TLS: set-up, append, read, group, and a new login on open connections',
  async (user) => {
    await createTopics({ ...options(user), replication: 'single' });
    const broker = await openKafka(options(user));
    const owned = new Set<number>();
    const member = await broker.join('watch', 'feed', {
      assigned: (partition) => void owned.add(partition),
      revoked: (partition) => void owned.delete(partition),
    });
    const reader = await broker.read('feed', 3, 0);
    const keys: string[] = [];
    for (let second = 0; second < 8; second++) {
      await appendAll(broker, 'feed', new Map([[3, [record(`${second}`)]]]));
      const until = performance.now() + 1_000;
      while (performance.now() < until) keys.push(...(await reader.poll(100)).map(({ key }) => key));
    }
    expect(keys).toEqual([...Array(8).keys()].map((second) => `key-${second}`));
    expect(owned.size).toBe(broker.partitions('feed'));
    await member.leave();
    await broker.close();
  },
);

test('a wrong password is said as what it is', async () => {
  const sasl = { ...options(USERS[0]).sasl!, password: 'wrong' };
  expect(await codeOf(openKafka(options(USERS[0], { sasl })))).toBe('login_refused');
});

test('a certificate of somebody unknown is refused, and so is a client without TLS', async () => {
  expect(await codeOf(openKafka(options(USERS[0], { tls: {} })))).toBe('connection_lost');
  expect(await codeOf(openKafka(options(USERS[0], { tls: undefined })))).toBe('connection_lost');
});
