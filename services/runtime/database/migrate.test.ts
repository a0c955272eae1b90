import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPglite, type Database } from './index.ts';
import { checkTables, migrateTables, sqlSchema } from './migrate.ts';

let database: Database;
beforeAll(async () => {
  database = await openPglite({});
});
afterAll(() => database.close());

const step = (version: number, ...sql: string[]) => ({
  version,
  sql: (schema: string) => sql.map((text) => text.replaceAll('$', schema)),
});
const FIRST = step(1, 'CREATE TABLE $.things (id int PRIMARY KEY)');
const SECOND = step(2, 'ALTER TABLE $.things ADD COLUMN name text', "INSERT INTO $.things VALUES (1, 'one')");

test('an installation has schemas of its own', () => {
  expect(sqlSchema('yujing', 'identity')).toBe('yujing_identity');
  expect(sqlSchema('county-3', 'audit')).toBe('county_3_audit');
  expect(sqlSchema('pg-1', 'audit')).toBe('_pg_1_audit');
});

test('a start against a database that nobody set up says what to do', async () => {
  const error = await checkTables(database, { schema: 'nobody', steps: [FIRST] }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'database_not_set_up', facts: { version: 0, needed: 1 } });
  expect((error as { action: string }).action).toContain('yujing setup');
});

test('steps are taken once, in order, and what is newer is refused', async () => {
  const tables = (...steps: (typeof FIRST)[]) => ({ schema: 'steps', steps });
  expect(await migrateTables(database, tables(FIRST))).toEqual({ from: 0, to: 1 });
  await checkTables(database, tables(FIRST));
  await expect(checkTables(database, tables(FIRST, SECOND))).rejects.toMatchObject({ code: 'database_not_set_up' });
  expect(await migrateTables(database, tables(FIRST, SECOND))).toEqual({ from: 1, to: 2 });
  expect(await migrateTables(database, tables(FIRST, SECOND))).toEqual({ from: 2, to: 2 });
  expect(await database.query('SELECT * FROM steps.things')).toEqual([{ id: 1, name: 'one' }]);
  await expect(migrateTables(database, tables(FIRST))).rejects.toMatchObject({ code: 'database_newer' });
  await expect(checkTables(database, tables(FIRST))).rejects.toMatchObject({ code: 'database_newer' });
});

test('a step that fails leaves the version and the tables as they were', async () => {
  const wrong = step(2, 'CREATE TABLE $.half (id int)', 'SELECT nothing');
  const tables = { schema: 'failing', steps: [FIRST, wrong] };
  await expect(migrateTables(database, tables)).rejects.toMatchObject({ facts: { state: '42703' } });
  await expect(database.query('SELECT * FROM failing.half')).rejects.toMatchObject({ facts: { state: '42P01' } });
  expect(await migrateTables(database, { schema: 'failing', steps: [FIRST, SECOND] })).toEqual({ from: 1, to: 2 });
});

test('two at once take each step once', async () => {
  const tables = { schema: 'twice', steps: [FIRST, SECOND, step(3, 'INSERT INTO $.things VALUES (2)')] };
  await Promise.all(Array.from({ length: 4 }, () => migrateTables(database, tables)));
  expect(await database.query('SELECT id FROM twice.things ORDER BY id')).toEqual([{ id: 1 }, { id: 2 }]);
});
