import { setTimeout as sleep } from 'node:timers/promises';
import { createFollower, type Database, type SqlRow } from '@yujing/runtime';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Follow } from '../api/dependencies.ts';
import { ReadModel, type ReadModelOptions } from '../views/read-model.ts';
import { createGeneration, generations, MIGRATIONS, prepareGenerations, schemaOf } from '../views/schema/migrations.ts';
import { TABLES } from '../views/schema/tables.ts';
import { fill } from './fill.ts';
import { StandInBroker } from './log.ts';

const PEOPLE = 15;
const VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/** Numbers that look random and are the same every time. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Brings what there is in batches of any size, when it likes. */
function moody(roll: (below: number) => number): Follow {
  return async (from) => {
    const follower = await createFollower(from);
    return {
      async poll(max) {
        if (roll(3) === 0) await sleep(roll(8));
        return follower.poll(1 + roll(Math.min(max, 25)));
      },
      close: () => follower.close(),
    };
  };
}

/** A process that freezes now and then with a transaction in its hands. */
function freezing(database: Database, roll: (below: number) => number): Database {
  return {
    query: (sql, values) => database.query(sql, values),
    async transaction(statements) {
      if (roll(4) === 0) await sleep(roll(60));
      return database.transaction(statements);
    },
    close: () => database.close(),
    lost: database.lost,
  };
}

/** What holds where several consoles read and write one database. `open`: one more opener of it. */
export function sharedReadModelConformance(name: string, open: () => Promise<Database>): void {
  describe(`read models of several consoles: ${name}`, () => {
    const models: ReadModel[] = [];
    const openers: Database[] = [];
    let count = 0;
    const run = `shared_${Date.now()}`;
    const prefix = () => `${run}_${count++}`;
    afterEach(async () => {
      await Promise.all(models.splice(0).map((model) => model.close()));
      for (const database of openers.splice(0)) await database.close();
    });
    afterAll(async () => {
      const database = await open();
      const made = await database.query('SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)', [run]);
      for (const { nspname } of made) await database.query(`DROP SCHEMA ${nspname} CASCADE`);
      await database.close();
    });
    const opener = async (): Promise<Database> => {
      const database = await open();
      openers.push(database);
      return database;
    };
    const modelOf = (broker: StandInBroker, of: string, more: Partial<ReadModelOptions> = {}): ReadModel => {
      const shared = { prefix: of, lookEveryMs: 20, keepOldMs: 100 };
      const all = { broker, codec: broker.codec, follow: createFollower, open, failed: () => {}, shared, ...more };
      const model = new ReadModel(all);
      models.push(model);
      return model;
    };
    const caughtUp = async (model: ReadModel, broker: StandInBroker): Promise<void> => {
      const partitions = [...Array(broker.partitions()).keys()];
      const ends = await Promise.all(partitions.map(async (p) => (await broker.range('case', p)).high));
      for (let i = 0; i < 2_000; i++) {
        const isUp = await model.reached(ends, 1_000).catch(() => false);
        if (isUp && (await model.state()).state === 'ready') return;
        await sleep(5);
      }
      throw new Error('a read model does not catch up');
    };
    const rowsOf = async (of: string, generation = 1): Promise<Record<string, SqlRow[]>> => {
      const database = await opener();
      const found: Record<string, SqlRow[]> = {};
      for (const { name: table, key } of Object.values(TABLES)) {
        const from = `${schemaOf(generation, of)}.${table}`;
        found[table] = await database.query(`SELECT * FROM ${from} ORDER BY ${key.join(', ')}`);
      }
      const positions = `${schemaOf(generation, of)}.positions`;
      found.positions = await database.query(`SELECT log_partition, log_position, stamps FROM ${positions} ORDER BY 1`);
      return found;
    };
    /** the tables as one console alone makes them, and how many rows it wrote */
    const alone = async (broker: StandInBroker) => {
      const of = prefix();
      const model = modelOf(broker, of);
      await model.start();
      await caughtUp(model, broker);
      const { rows } = await model.state();
      return { rows, tables: await rowsOf(of) };
    };

    test('several that start at once on nothing make one set of tables, and write each record once', async () => {
      const broker = new StandInBroker();
      fill(broker, PEOPLE);
      const of = prefix();
      const several = [modelOf(broker, of), modelOf(broker, of), modelOf(broker, of)];
      await Promise.all(several.map((model) => model.start()));
      await Promise.all(several.map((model) => caughtUp(model, broker)));
      expect(await generations(await opener(), of)).toEqual([{ generation: 1, version: VERSION, ready: true }]);
      fill(broker, PEOPLE, PEOPLE);
      await Promise.all(several.map((model) => caughtUp(model, broker)));
      const expected = await alone(broker);
      expect(await rowsOf(of)).toEqual(expected.tables);
      const written = await Promise.all(several.map(async (model) => (await model.state()).rows));
      expect(written.reduce((sum, rows) => sum + rows, 0)).toBe(expected.rows);
    });

    test('what another console wrote is reached here too, soon, without a record of one’s own', async () => {
      const broker = new StandInBroker();
      const of = prefix();
      const writer = modelOf(broker, of);
      // Its log brings nothing: it only hears of what is in the tables.
      const deaf: Follow = async ({ position, stamps }) => ({
        poll: async () => sleep(20, { records: [], position, stamps }),
        close: async () => {},
      });
      const listener = modelOf(broker, of, { follow: deaf });
      await writer.start();
      await listener.start();
      fill(broker, 5);
      const partitions = [...Array(broker.partitions()).keys()];
      const ends = await Promise.all(partitions.map(async (p) => (await broker.range('case', p)).high));
      expect(await writer.reached(ends, 20_000)).toBe(true);
      expect(await listener.reached(ends, 5_000)).toBe(true);
      expect((await listener.state()).rows).toBe(0);
      expect((await listener.state()).lag).toBe(0);
    });

    test('when the one that writes stops, another goes on where it stood', async () => {
      const broker = new StandInBroker();
      const of = prefix();
      const several = [modelOf(broker, of), modelOf(broker, of)];
      for (const model of several) await model.start();
      let people = 0;
      for (const model of several) {
        for (let i = 0; i < 3; i++) {
          fill(broker, 4, people);
          people += 4;
          await Promise.all(several.map((one) => caughtUp(one, broker)));
        }
        if (model !== several[0]) continue;
        await model.close();
        several.shift();
      }
      expect(await rowsOf(of)).toEqual((await alone(broker)).tables);
    });

    test('any batches in any order, frozen writers: no one waits for another both ways, nothing is lost or doubled', async () => {
      const broker = new StandInBroker(6);
      const of = prefix();
      const failures: unknown[] = [];
      const several: ReadModel[] = [];
      for (let i = 1; i <= 3; i++) {
        const roll = dice(i * 7_919);
        several.push(
          modelOf(broker, of, {
            follow: moody(roll),
            open: async () => freezing(await opener(), roll),
            failed: (error) => failures.push(error),
          }),
        );
      }
      await Promise.all(several.map((model) => model.start()));
      for (let i = 0; i < 6; i++) {
        fill(broker, 4, i * 4);
        await sleep(30);
      }
      await Promise.all(several.map((model) => caughtUp(model, broker)));
      const expected = await alone(broker);
      expect(await rowsOf(of)).toEqual(expected.tables);
      const written = await Promise.all(several.map(async (model) => (await model.state()).rows));
      expect(written.reduce((sum, rows) => sum + rows, 0)).toBe(expected.rows);
      expect(failures.map(String)).toEqual([]);
    });

    test('a rebuild of one is a rebuild of all; asked of several at once it is one', async () => {
      const broker = new StandInBroker();
      fill(broker, PEOPLE);
      const of = prefix();
      const several = [modelOf(broker, of), modelOf(broker, of), modelOf(broker, of)];
      for (const model of several) await model.start();
      await Promise.all(several.map((model) => caughtUp(model, broker)));
      const before = await rowsOf(of);
      await Promise.all([several[0]?.rebuild(), several[1]?.rebuild()]);
      const database = await opener();
      for (let waited = 0; waited < 1_000; waited++) {
        const states = await Promise.all(several.map((model) => model.state()));
        const all = await generations(database, of);
        if (all.length === 1 && states.every(({ generation, state }) => generation === 2 && state === 'ready')) break;
        await sleep(10);
      }
      expect(await generations(database, of)).toEqual([{ generation: 2, version: VERSION, ready: true }]);
      expect((await Promise.all(several.map((model) => model.state()))).map(({ generation }) => generation)).toEqual([
        2, 2, 2,
      ]);
      expect(await rowsOf(of, 2)).toEqual(before);
      fill(broker, 3, PEOPLE);
      await Promise.all(several.map((model) => caughtUp(model, broker)));
      expect((await rowsOf(of, 2)).cases).toHaveLength(PEOPLE + 3);
    });

    test('a rebuild that its console did not live to finish is finished by another', async () => {
      const broker = new StandInBroker();
      fill(broker, 10);
      const of = prefix();
      const model = modelOf(broker, of);
      await model.start();
      await caughtUp(model, broker);
      await (await opener()).transaction(createGeneration(2, VERSION, of));
      for (let waited = 0; waited < 1_000 && (await model.state()).generation !== 2; waited++) await sleep(10);
      await caughtUp(model, broker);
      expect((await rowsOf(of, 2)).cases).toHaveLength(10);
    });

    test('tables of a newer console are left to it', async () => {
      const broker = new StandInBroker();
      fill(broker, 3);
      const of = prefix();
      const database = await opener();
      await prepareGenerations(database, of);
      await database.transaction(createGeneration(1, VERSION + 1, of));
      const model = modelOf(broker, of);
      await expect(model.start()).rejects.toMatchObject({ code: 'database_newer' });
      expect(await generations(database, of)).toHaveLength(1);
      // And one that is brought up while an older console runs is written by it no more.
      const other = prefix();
      const older = modelOf(broker, other);
      await older.start();
      await caughtUp(older, broker);
      await database.query(`UPDATE ${other}_meta.generations SET version = version + 1`);
      fill(broker, 3, 3);
      await sleep(200);
      expect((await rowsOf(other)).cases).toHaveLength(3);
      expect(() => older.cases).toThrow();
    });
  });
}
