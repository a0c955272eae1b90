import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFollower, type Database, openPglite, type SqlRow } from '@yujing/runtime';
import type { Case } from '@yujing/schemas';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { emptyDump } from '../stand-in/dump.ts';
import { fill } from '../stand-in/fill.ts';
import { StandInBroker } from '../stand-in/log.ts';
import { caseOf, hex, START, warningOf } from '../stand-in/records.ts';
import type { Follow } from '../api/dependencies.ts';
import { ReadModel, ReadModelUnavailable, type ReadModelOptions } from './read-model.ts';
import { dropGeneration, generations, migrate, prepareGenerations, schemaOf } from './schema/migrations.ts';
import { TABLES } from './schema/tables.ts';

let database: Database & { close(): Promise<void> };
beforeAll(async () => {
  database = await openPglite({ dump: await emptyDump() });
});
afterAll(() => database.close());

/** One PGlite for all tests here, empty for each: opening one costs half a second, dropping the tables a tenth. */
beforeEach(async () => {
  await prepareGenerations(database);
  for (const { generation } of await generations(database)) await database.transaction(dropGeneration(generation));
});

/** The shared database; whoever closes it closes nothing. */
function shared(): Database {
  return {
    query: (sql, values) => database.query(sql, values),
    transaction: (statements) => database.transaction(statements),
    close: async () => {},
    lost: new Promise(() => {}),
  };
}

/** A database that dies when told to: what ran is lost, and `lost` says so. */
class Mortal implements Database {
  readonly inner: Database;
  lost: Promise<Error>;
  #die: (error: Error) => void = () => {};
  dies: 'before' | 'after' | undefined;
  dead = false;

  constructor(inner: Database) {
    this.inner = inner;
    this.lost = new Promise((resolve) => (this.#die = resolve));
  }

  query: Database['query'] = async (sql, values) => {
    if (this.dead) throw new Error('gone');
    return this.inner.query(sql, values);
  };

  transaction: Database['transaction'] = async (statements) => {
    if (this.dead) throw new Error('gone');
    if (this.dies === undefined) return this.inner.transaction(statements);
    // Done or not done: whoever asked hears the same.
    if (this.dies === 'after') await this.inner.transaction(statements);
    this.dead = true;
    this.#die(new Error('gone'));
    throw new Error('gone');
  };

  close = async (): Promise<void> => {};
}

async function openModel(
  broker: StandInBroker,
  database: Database | (() => Promise<Database>),
  more: Partial<ReadModelOptions> = {},
): Promise<ReadModel> {
  const open = typeof database === 'function' ? database : async () => database;
  const model = new ReadModel({ broker, codec: broker.codec, follow: createFollower, open, failed: () => {}, ...more });
  onTestFinished(() => model.close());
  await model.start();
  return model;
}

async function caughtUp(model: ReadModel, broker: StandInBroker): Promise<void> {
  const partitions = Array.from({ length: broker.partitions() }, (_, partition) => partition);
  const ends = await Promise.all(partitions.map(async (partition) => (await broker.range('case', partition)).high));
  for (let i = 0; i < 1_000; i++) {
    const reached = await model.reached(ends, 1_000).catch(() => false);
    if (reached && (await model.state()).state === 'ready') return;
    await sleep(5);
  }
  throw new Error('the read model does not catch up');
}

/** Every row of every table, without the generation's name. */
async function rowsOf(generation: number): Promise<Record<string, SqlRow[]>> {
  const found: Record<string, SqlRow[]> = {};
  for (const { name, key } of Object.values(TABLES)) {
    found[name] = await database.query(`SELECT * FROM ${schemaOf(generation)}.${name} ORDER BY ${key.join(', ')}`);
  }
  found.positions = await database.query(
    `SELECT log_partition, log_position, stamps FROM ${schemaOf(generation)}.positions ORDER BY 1`,
  );
  return found;
}

test('the tables are the log: newest snapshot, highest level, first alarm, each record once', async () => {
  const broker = new StandInBroker();
  fill(broker, 30);
  const model = await openModel(broker, shared());
  await caughtUp(model, broker);
  const rows = await rowsOf(1);
  expect(Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, list.length]))).toMatchObject({
    cases: 30,
    warnings: 30,
    orders: 30,
    commands: 60,
    verdicts: 30,
    opened: 30,
    labels: 30,
    timeline: 90,
    positions: 4,
  });
  const one = rows.cases?.find(({ case_id }) => case_id === hex('case person 7'));
  expect(one).toMatchObject({
    revision: 3,
    level: 1,
    top_level: 3,
    is_open: false,
    alerted_at: START,
    call_answered_at: START - 300_000,
    outcome_code: 'T1',
  });
  expect(rows.opened?.[0]).toMatchObject({ actor: 'officer-3107', purpose: 'contact', fields: 'name tel' });
});

test('a rebuild gives the same rows, and the old ones are read until then', async () => {
  const broker = new StandInBroker();
  fill(broker, 40);
  const model = await openModel(broker, shared());
  await caughtUp(model, broker);
  const before = await rowsOf(1);
  const rebuilt = model.rebuild();
  expect(model.rebuild()).toBe(rebuilt);
  expect((await model.cases.queue({ user: 'a', role: 'analyst', precinct: null })).length).toBe(0);
  await rebuilt;
  expect((await model.state()).generation).toBe(2);
  expect(await rowsOf(2)).toEqual(before);
  await expect(rowsOf(1)).rejects.toThrow(/does not exist/);
  // It goes on from there.
  fill(broker, 5, 40);
  await caughtUp(model, broker);
  expect((await rowsOf(2)).cases).toHaveLength(45);
});

test('whatever the batches, the rows are the same', async () => {
  const broker = new StandInBroker(3);
  fill(broker, 25);
  const found: Record<string, SqlRow[]>[] = [];
  let size = 1;
  const follow: Follow = async (from) => {
    const follower = await createFollower(from);
    return { ...follower, poll: (max) => follower.poll(Math.min(max, size)) };
  };
  const model = await openModel(broker, shared(), { follow });
  await caughtUp(model, broker);
  found.push(await rowsOf(1));
  for (size of [7, 1_000]) {
    await model.rebuild();
    found.push(await rowsOf((await model.state()).generation ?? 0));
  }
  expect(found[1]).toEqual(found[0]);
  expect(found[2]).toEqual(found[0]);
});

test('killed before or after a commit it repeats nothing and loses nothing', async () => {
  const broker = new StandInBroker(2);
  let current = new Mortal(database);
  const model = await openModel(broker, async () => (current = new Mortal(database)));
  for (let i = 0; i < 12; i++) {
    const dying = current;
    dying.dies = i % 2 === 0 ? 'before' : 'after';
    fill(broker, 3, i * 3);
    for (let wait = 0; wait < 2_000 && !dying.dead; wait++) await sleep(1);
    await caughtUp(model, broker);
  }
  expect((await model.state()).failures).toBeGreaterThanOrEqual(12);
  const { generation } = await model.state();
  const killed = await rowsOf(generation ?? 0);
  expect(killed.cases).toHaveLength(36);
  await model.rebuild();
  expect(await rowsOf((generation ?? 0) + 1)).toEqual(killed);
});

test('a statement that fails is tried again, for all partitions that shared it', async () => {
  const broker = new StandInBroker(4);
  let failing = true;
  const failures: unknown[] = [];
  const refusing: Database = {
    ...shared(),
    transaction: async (statements) => {
      if (failing && statements.some(({ sql }) => sql.includes('.cases (') && sql.startsWith('INSERT')))
        throw new Error('once');
      return database.transaction(statements);
    },
  };
  const model = await openModel(broker, refusing, { failed: (error) => failures.push(error) });
  fill(broker, 20);
  await sleep(50);
  failing = false;
  await caughtUp(model, broker);
  expect(failures.length).toBeGreaterThan(0);
  expect((await rowsOf(1)).cases).toHaveLength(20);
});

test('positions of another log, or beyond the end of this one, mean: build anew', async () => {
  const first = new StandInBroker(2, 'log-1');
  fill(first, 10);
  const model = await openModel(first, shared());
  await caughtUp(model, first);
  const restart = async (broker: StandInBroker, people: number) => {
    const again = await openModel(broker, shared());
    await caughtUp(again, broker);
    const { generation } = await again.state();
    expect((await rowsOf(generation ?? 0)).cases).toHaveLength(people);
    expect(await generations(database)).toHaveLength(1);
  };
  const other = new StandInBroker(2, 'log-2');
  fill(other, 4);
  await restart(other, 4);
  const shorter = new StandInBroker(2, 'log-2');
  fill(shorter, 2);
  await restart(shorter, 2);
  const wider = new StandInBroker(1, 'log-2');
  fill(wider, 12);
  await restart(wider, 12);
});

test('old tables are brought up step by step, newer ones are not touched', async () => {
  const before = new StandInBroker();
  const first = await openModel(before, shared());
  await caughtUp(first, before);
  await first.close();
  const [generation] = await generations(database);
  if (generation === undefined) throw new Error('there is a generation');
  const steps = [
    { version: 1, statements: () => [] },
    { version: 2, statements: (schema: string) => [{ sql: `ALTER TABLE ${schema}.cases ADD COLUMN note text` }] },
    { version: 3, statements: (schema: string) => [{ sql: `CREATE TABLE ${schema}.more (id int)` }] },
  ];
  expect(await migrate(database, generation, steps)).toBe(true);
  const [migrated] = await generations(database);
  expect(migrated?.version).toBe(3);
  expect(await database.query('SELECT note FROM read_model_1.cases')).toEqual([]);
  // Once more does nothing; a step that SQL cannot say, and tables of a newer release, ask for a rebuild.
  expect(await migrate(database, migrated ?? generation, steps)).toBe(true);
  expect(await migrate(database, migrated ?? generation, [...steps, { version: 4, statements: 'rebuild' }])).toBe(
    false,
  );
  expect(await migrate(database, migrated ?? generation, steps.slice(0, 2))).toBe(false);
  const broker = new StandInBroker();
  fill(broker, 3);
  const model = await openModel(broker, shared());
  await caughtUp(model, broker);
  expect((await model.state()).generation).toBe(2);
});

test('a folder that does not open is put aside', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'yujing-read-model-')), 'read-model');
  onTestFinished(() => rmSync(join(folder, '..'), { recursive: true, force: true }));
  mkdirSync(folder);
  writeFileSync(join(folder, 'PG_VERSION'), 'damaged');
  let tries = 0;
  const open = async (): Promise<Database> => {
    tries += 1;
    if (tries === 1) throw new Error('cannot open');
    return shared();
  };
  const broker = new StandInBroker();
  const model = await openModel(broker, open, { folder });
  await caughtUp(model, broker);
  expect(tries).toBe(2);
  rmSync(`${folder}.broken`, { recursive: true });
});

test('before it is open it says so', async () => {
  const broker = new StandInBroker();
  const model = new ReadModel({
    broker,
    codec: broker.codec,
    follow: createFollower,
    open: async () => shared(),
    failed: () => {},
  });
  expect(() => model.cases).toThrow(ReadModelUnavailable);
  await expect(model.reached([0, 0, 0, 0], 10)).rejects.toThrow(ReadModelUnavailable);
  expect((await model.state()).state).toBe('opening');
  await model.start();
  await model.close();
});

test('a text with a NUL does not stop the tables', async () => {
  const broker = new StandInBroker();
  const title: Partial<Case> = { title_zh: 'a\u0000b' };
  broker.put('Case', caseOf('nul', title));
  broker.put('Warning', warningOf('nul', title));
  const model = await openModel(broker, shared());
  await caughtUp(model, broker);
  expect((await rowsOf(1)).warnings?.[0]?.title_zh).toBe('a\uFFFDb');
});
