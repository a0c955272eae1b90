import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  openRedis,
  restoreSnapshot,
  takeSnapshot,
  type CommitHead,
  type RedisOptions,
  type RedisStore,
} from '@yujing/runtime';
import { afterAll, expect, test } from 'vitest';
import { freePort } from '../stack/ports.ts';
import { OwnServers, redisCli } from './servers.ts';

const servers = new OwnServers();
const folder = mkdtempSync(join(tmpdir(), 'yujing-access-'));
const stores: RedisStore[] = [];
afterAll(async () => {
  for (const store of stores) await store.close();
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(url: string, options: Partial<RedisOptions> = {}): Promise<RedisStore> {
  const store = await openRedis({ url, mode: 'single', installation: 'access', startPatienceMs: 2_000, ...options });
  stores.push(store);
  return store;
}

const slot = { stage: 'profile', logId: 'a1', partition: 0 };
const head: CommitHead = { id: 'c1', position: 1, stamps: [], meta: new Uint8Array(0), outbox: [] };
const first = { follows: undefined, head, entities: new Map([['k', Uint8Array.of(1)]]) };

/** The lines of the README, word for word: what is documented is what is tested. */
function documentedUsers(): string[] {
  const lines = readme.split('\n').filter((line) => line.startsWith('user yujing'));
  return lines.map((line) =>
    line.replace('PASSWORD', 'se:cr%t,1').replaceAll('INSTALLATION', 'access').slice('user '.length),
  );
}

const readme = readFileSync(new URL('../../services/runtime/store/redis/README.md', import.meta.url), 'utf8');

test('the users of the README may do what is needed and nothing else', async () => {
  const users = documentedUsers();
  expect(users.map((line) => line.split(' ')[0])).toEqual(['yujing', 'yujing-backup']);
  const { port, cli } = await servers.redis({ user: users });
  const password = encodeURIComponent('se:cr%t,1');
  const store = await open(`redis://yujing:${password}@127.0.0.1:${port}`);
  expect((await store.commit(slot, first)).applied).toBe(true);
  expect((await store.load(slot, ['k'])).entities).toEqual([Buffer.of(1)]);
  expect((await store.head(slot)).head?.id).toBe('c1');
  await store.presence.beat('console-1', ['officer-1']);
  await store.presence.refresh();
  expect(store.presence.isConnected('officer-1')).toBe(true);
  await store.presence.leave('console-1');

  const backup = await open(`redis://yujing-backup:${password}@127.0.0.1:${port}`);
  const { folder: taken } = await takeSnapshot(backup, folder);
  await restoreSnapshot(backup, taken, { replace: true });
  expect((await store.load(slot, ['k'])).id).toBe('c1');

  // Another installation on the same server is out of reach, and so is everything that touches the server as a whole.
  const other = await open(`redis://yujing:${password}@127.0.0.1:${port}`, { installation: 'other' });
  await expect(other.commit(slot, first)).rejects.toMatchObject({ code: 'store_access_denied', retriable: false });
  await expect(other.load(slot, ['k'])).rejects.toMatchObject({ code: 'store_access_denied' });
  const refused = [
    'keys *',
    'flushall',
    'config get maxmemory',
    'get {access/x}',
    'script flush',
    'shutdown',
    'acl list',
  ];
  for (const user of ['yujing', 'yujing-backup']) {
    for (const command of refused) {
      const said = redisCli(port, '--no-auth-warning', '--user', user, '--pass', 'se:cr%t,1', ...command.split(' '));
      expect(`${user} ${command}: ${said}`).toContain('NOPERM');
    }
  }
  expect(cli('exists', '{access/profile/a1/0}')).toBe('1\n');
});

test('the same users in a cluster, with the commands that the README adds', async () => {
  const [, more = ''] = /# in a cluster both also: (.+)/.exec(readme) ?? [];
  expect(more).not.toBe('');
  const nodes = await servers.cluster({ user: documentedUsers().map((line) => `${line} ${more}`) });
  const password = encodeURIComponent('se:cr%t,1');
  const store = await open(`redis://yujing:${password}@127.0.0.1:${nodes[0]!.port}`, { mode: 'cluster' });
  const slots = Array.from({ length: 8 }, (_, partition) => ({ ...slot, partition }));
  for (const one of slots) expect((await store.commit(one, first)).applied).toBe(true);
  const backup = await open(`redis://yujing-backup:${password}@127.0.0.1:${nodes[0]!.port}`, { mode: 'cluster' });
  const { folder: taken, manifest } = await takeSnapshot(backup, join(folder, 'of-cluster'));
  expect(manifest.totals.slots).toBe(8);
  await restoreSnapshot(backup, taken, { replace: true });
  for (const one of slots) expect((await store.head(one)).head?.id).toBe('c1');
});

test('a wrong password, or none, is said at once and never shown', async () => {
  const { port } = await servers.redis({ requirepass: 'right' });
  for (const credentials of ['', ':wrong-one@', 'nobody:wrong-one@']) {
    const startedAt = performance.now();
    const failure = await open(`redis://${credentials}127.0.0.1:${port}`, { startPatienceMs: 10_000 }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ code: 'store_access_denied', retriable: false });
    expect(`${failure.message} ${failure.stack} ${JSON.stringify(failure.facts)}`).not.toContain('wrong-one');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  }
  await open(`redis://:right@127.0.0.1:${port}`);
});

test('nobody at the address: tried for its time, then a clear error; a server that comes meanwhile is taken', async () => {
  const port = await freePort();
  for (const [host, reason] of [
    [`127.0.0.1:${port}`, /ECONNREFUSED/],
    ['no-such-host.invalid:6379', /ENOTFOUND|EAI_AGAIN/],
  ] as const) {
    const failure = await open(`redis://user:hidden@${host}`, { startPatienceMs: 700 }).catch((error) => error);
    expect(failure).toMatchObject({ code: 'store_unreachable', retriable: false });
    expect(failure.message).toMatch(reason);
    expect(failure.message).not.toContain('hidden');
  }
  const late = await servers.redis();
  await late.server.stop();
  const opening = open(late.url, { startPatienceMs: 10_000 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await late.server.start();
  expect((await opening).health().reachable).toBe(true);
});

test('TLS both ways: with the right authority, with an own certificate, and not without', async () => {
  const { ca, cert, key, files } = certificates(folder);
  const port = await freePort();
  await servers.redis({
    'tls-port': String(port),
    'tls-cert-file': files.cert,
    'tls-key-file': files.key,
    'tls-ca-cert-file': files.ca,
  });
  const store = await open(`rediss://127.0.0.1:${port}`, { tls: { ca, cert, key } });
  expect((await store.commit(slot, first)).applied).toBe(true);
  const unknown = await open(`rediss://127.0.0.1:${port}`, { tls: { cert, key }, startPatienceMs: 500 }).catch(
    (error) => error,
  );
  expect(unknown).toMatchObject({ code: 'store_unreachable' });
  expect(unknown.message).toMatch(/SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY/);
  await expect(open(`rediss://127.0.0.1:${port}`, { tls: { ca }, startPatienceMs: 500 })).rejects.toMatchObject({
    code: 'store_unreachable',
  });
});

interface Certificates {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** An authority and one certificate of it, for both ends. */
function certificates(at: string): Certificates {
  const file = (name: string): string => join(at, name);
  const openssl = (...words: string[]): Buffer => execFileSync('openssl', words, { stdio: 'pipe' });
  const request = ['-newkey', 'rsa:2048', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...request, '-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=test authority');
  openssl('req', ...request.slice(0, 3), '-keyout', file('key.pem'), '-out', file('request.pem'), '-subj', '/CN=redis');
  writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1');
  const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-extfile', file('names')];
  openssl('x509', '-req', '-in', file('request.pem'), ...signing, '-days', '2', '-out', file('cert.pem'));
  const files = { ca: file('ca.pem'), cert: file('cert.pem'), key: file('key.pem') };
  return { ca: readFileSync(files.ca), cert: readFileSync(files.cert), key: readFileSync(files.key), files };
}
