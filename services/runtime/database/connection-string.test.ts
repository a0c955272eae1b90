import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectionTarget } from './connection-string.ts';
import { databaseErrorOf } from './database-error.ts';
import { openPostgres } from './index.ts';

const SECRET = 'hush-hush';

function thrown(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return JSON.stringify({ ...(error as object), text: String(error), stack: (error as Error).stack });
  }
  throw new Error('it was taken');
}

test('an address is read in all its parts', () => {
  expect(connectionTarget(`postgres://anna:${encodeURIComponent('a/b@c')}@db.example:6432/yujing`)).toEqual({
    host: 'db.example',
    port: 6432,
    database: 'yujing',
    user: 'anna',
    password: 'a/b@c',
    ssl: false,
  });
  expect(connectionTarget('postgresql://[::1]/x')).toMatchObject({ host: '::1', port: 5432, user: undefined });
  expect(connectionTarget('postgres:///x?host=/run/postgresql')).toMatchObject({ host: '/run/postgresql' });
});

test('sslmode means what libpq means by it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, 'certificates');
  const ssl = (options: string) => connectionTarget(`postgres://h/x?${options}`).ssl;
  expect(ssl('sslmode=disable')).toBe(false);
  expect(ssl('sslmode=require')).toEqual({ rejectUnauthorized: false });
  // With certificates to check against, it is checked.
  expect(ssl(`sslmode=require&sslrootcert=${file}`)).not.toHaveProperty('rejectUnauthorized');
  expect(ssl(`sslmode=verify-ca&sslrootcert=${file}`)).toHaveProperty('checkServerIdentity');
  expect(ssl(`sslmode=verify-full&sslrootcert=${file}`)).toEqual({ ca: Buffer.from('certificates') });
});

test('what is wrong with an address is told without the address', () => {
  for (const address of [
    `mysql://anna:${SECRET}@h/x`,
    `postgres://anna:${SECRET}@h:port/x`,
    `postgres://anna:${SECRET}@h/x?sslmode=verify`,
    `postgres://anna:${SECRET}@h/x?ssl_mode=verify-full`,
    `postgres://anna:${SECRET}@h/x?sslmode=require&sslrootcert=/nowhere`,
  ]) {
    const told = thrown(() => connectionTarget(address));
    expect(told).toContain('database_not_usable');
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain('anna');
  }
});

test('nobody there: retriable, with the place and without user and password', async () => {
  const opening = openPostgres({ url: `postgres://anna:${SECRET}@127.0.0.1:1/x`, connectTimeoutMs: 500 });
  const error = (await opening.catch((thrown: unknown) => thrown)) as Error;
  expect(error).toMatchObject({ code: 'database_unreachable', retriable: true, facts: { host: '127.0.0.1', port: 1 } });
  expect(`${JSON.stringify(error)}${error.stack}`).not.toMatch(/anna|hush/);
});

test('errors of a driver lose what quotes rows', () => {
  const driver = (code: string, message: string) =>
    Object.assign(new Error(message), { code, detail: 'Key (token)=(t1_x) already exists.' });
  const told = (code: string, message: string) => databaseErrorOf(driver(code, message));
  expect(told('23505', 'duplicate key value violates unique constraint "k"')).toMatchObject({
    code: 'database_statement_failed',
    facts: { state: '23505', reason: 'duplicate key value violates unique constraint "k"' },
  });
  expect(told('22P02', 'invalid input syntax for type integer: "Anna"').message).not.toContain('Anna');
  expect(told('40P01', 'deadlock detected')).toMatchObject({ code: 'database_conflict', retriable: true });
  expect(told('57P01', 'terminating connection')).toMatchObject({ code: 'database_unreachable', retriable: true });
  expect(told('57014', 'canceling statement')).toMatchObject({ code: 'database_too_slow', retriable: true });
  expect(told('28P01', 'password authentication failed for user "anna"').message).not.toContain('anna');
  expect(told('53100', 'could not extend file')).toMatchObject({ code: 'database_not_writing', retriable: true });
});
