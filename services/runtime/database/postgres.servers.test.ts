import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgres, type PostgresDatabase } from './index.ts';
import { checkTables, migrateTables } from './migrate.ts';

const url = process.env.YUJING_TEST_POSTGRES ?? '';
const schema = `postgres_${Date.now()}`;

let other: PostgresDatabase;
beforeAll(async () => {
  other = await openPostgres({ url, applicationName: 'yujing-other' });
  await other.query(`CREATE SCHEMA ${schema}`);
});
afterAll(async () => {
  for (const name of [schema, `${schema}_twice`]) await other.query(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
  await other.close();
});

async function opened(more: Partial<Parameters<typeof openPostgres>[0]> = {}): Promise<PostgresDatabase> {
  const database = await openPostgres({ url, applicationName: 'yujing-victim', ...more });
  onTestFinished(() => database.close());
  return database;
}

/** Ends the connections of the victim from the server's side. */
async function terminate(): Promise<void> {
  await other.query(
    "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name = 'yujing-victim'",
  );
}

const LOST = { name: 'DatabaseError', code: 'database_unreachable', retriable: true };

test('a connection lost under a call fails that call, retriable, and the next takes another', async () => {
  const database = await opened();
  await database.query(`CREATE TABLE ${schema}.lost (id int)`);
  const query = database.query('SELECT pg_sleep(20)');
  const half = database.transaction([{ sql: `INSERT INTO ${schema}.lost VALUES (1)` }, { sql: 'SELECT pg_sleep(20)' }]);
  const both = Promise.all([expect(query).rejects.toMatchObject(LOST), expect(half).rejects.toMatchObject(LOST)]);
  await sleep(200);
  await terminate();
  await both;
  expect(database.health()).toMatchObject({ reachable: false });
  expect(await database.query(`SELECT count(*) AS n FROM ${schema}.lost`)).toEqual([{ n: 0 }]);
  expect(database.health()).toMatchObject({ reachable: true });
});

test('idle connections that are lost end no process and fail no call', async () => {
  const database = await opened();
  await Promise.all([database.query('SELECT 1'), database.query('SELECT 2')]);
  await terminate();
  await sleep(100);
  for (let i = 0; i < 10; i++) expect(await database.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

test('a statement over its time is cancelled, and what it held is let go', async () => {
  const database = await opened({ statementTimeoutMs: 200 });
  await database.query(`CREATE TABLE ${schema}.slow (id int PRIMARY KEY)`);
  const slow = database.transaction([{ sql: `INSERT INTO ${schema}.slow VALUES (1)` }, { sql: 'SELECT pg_sleep(20)' }]);
  await expect(slow).rejects.toMatchObject({ code: 'database_too_slow', retriable: true });
  await database.query(`INSERT INTO ${schema}.slow VALUES (1)`);
});

/** A way to the server that can be stopped without a word, as a frozen machine or a firewall does. */
async function swallowingProxy(): Promise<{ readonly url: string; swallow(): void }> {
  const target = new URL(url);
  const { port, hostname } = target;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const onward = connect(Number(port), hostname);
    for (const end of [socket, onward]) end.on('error', () => undefined);
    socket.pipe(onward).pipe(socket);
    sockets.push(socket, onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  target.port = String((server.address() as { port: number }).port);
  return {
    url: target.href,
    swallow() {
      for (const socket of sockets) socket.unpipe();
    },
  };
}

test('a server that says nothing more is given up', async () => {
  const proxy = await swallowingProxy();
  const database = await opened({ url: proxy.url, statementTimeoutMs: 200 });
  proxy.swallow();
  await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'database_too_slow', retriable: true });
  expect(await database.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

test('a wrong name of a database, or a user that does not exist, is told once and for all', async () => {
  const wrong = new URL(url);
  wrong.pathname = '/nothing_such';
  wrong.password = 'hush-hush';
  const error = await openPostgres({ url: wrong.href }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'database_not_usable', retriable: false, facts: { state: '3D000' } });
  expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toMatch(/hush|nothing_such/);
});

test('TLS that the server does not speak is no connection at all', async () => {
  const address = `${url}?sslmode=require`;
  await expect(openPostgres({ url: address })).rejects.toMatchObject({ code: 'database_not_usable' });
});

test('a server that answers before the disk is refused', async () => {
  const role = `hasty_${Date.now()}`;
  await other.query(`CREATE ROLE ${role} LOGIN`);
  onTestFinished(async () => void (await other.query(`DROP ROLE ${role}`)));
  await other.query(`ALTER ROLE ${role} SET synchronous_commit = off`);
  const address = new URL(url);
  address.username = role;
  await expect(openPostgres({ url: address.href })).rejects.toMatchObject({ code: 'database_not_usable' });
});

test('several set up one database at once', async () => {
  const step = (version: number, sql: (schema: string) => string) => ({ version, sql: (of: string) => [sql(of)] });
  const tables = {
    schema: `${schema}_twice`,
    steps: [
      step(1, (of) => `CREATE TABLE ${of}.things (id serial PRIMARY KEY)`),
      step(2, (of) => `INSERT INTO ${of}.things DEFAULT VALUES`),
      step(3, (of) => `ALTER TABLE ${of}.things ADD COLUMN name text`),
    ],
  };
  const openers = await Promise.all([opened(), opened(), opened()]);
  await Promise.all([...openers, ...openers].map((database) => migrateTables(database, tables)));
  await checkTables(other, tables);
  expect(await other.query(`SELECT count(*) AS n FROM ${tables.schema}.things`)).toEqual([{ n: 1 }]);
});
