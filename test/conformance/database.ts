import { jsonRows, type Database } from '@yujing/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What a suite needs of an implementation. */
export interface DatabaseSubject {
  readonly database: Database;
  /** the same rows, opened anew after everything was closed */
  reopen(): Promise<Database>;
  close(): Promise<void>;
}

/** A subject that several may open at once. */
export interface SharedDatabaseSubject extends DatabaseSubject {
  another(): Promise<Database>;
}

/** Runs the suite on one implementation, in an SQL schema of its own. */
export function databaseConformance(name: string, open: () => Promise<DatabaseSubject>): void {
  describe(`database: ${name}`, () => {
    const schema = `conformance_${Date.now()}`;
    let subject: DatabaseSubject;
    let database: Database;
    let tables = 0;
    beforeAll(async () => {
      subject = await open();
      ({ database } = subject);
      await database.query(`CREATE SCHEMA ${schema}`);
    });
    afterAll(async () => {
      await database.query(`DROP SCHEMA ${schema} CASCADE`);
      await subject.close();
    });

    const table = async (columns: string): Promise<string> => {
      const found = `${schema}.t${tables++}`;
      await database.query(`CREATE TABLE ${found} (${columns})`);
      return found;
    };
    const ids = async (of: string): Promise<unknown[]> =>
      (await database.query(`SELECT id FROM ${of} ORDER BY id`)).map(({ id }) => id);

    test('rows come in the types that we use', async () => {
      const rows = await table(
        'id int, at bigint, money numeric, share float8, name text, is_open boolean, nothing text',
      );
      const values = [1, 1_795_327_200_000, 48_000_000, 0.25, '周 "慧" \\ \n', true, null];
      await database.query(`INSERT INTO ${rows} VALUES ($1, $2, $3, $4, $5, $6, $7)`, values);
      expect(await database.query(`SELECT * FROM ${rows}`)).toEqual([
        {
          id: 1,
          at: 1_795_327_200_000,
          money: 48_000_000,
          share: 0.25,
          name: '周 "慧" \\ \n',
          is_open: true,
          nothing: null,
        },
      ]);
      const [sums] = await database.query(`SELECT count(*) AS n, sum(at) AS sum, json_agg(name) AS names FROM ${rows}`);
      expect(sums).toEqual({ n: 1, sum: 1_795_327_200_000, names: ['周 "慧" \\ \n'] });
      expect(await database.query(`SELECT * FROM ${rows} WHERE id = 2`)).toEqual([]);
    });

    test('any number of rows travels as one value', async () => {
      const rows = await table('id int PRIMARY KEY, name text');
      const many = Array.from({ length: 5_000 }, (_, id) => ({ id, name: `周 ${id}` }));
      const sql = `INSERT INTO ${rows} SELECT id, name FROM json_to_recordset($1::json) AS r(id int, name text)`;
      await database.transaction([{ sql, values: [jsonRows(many)], rows: 5_000 }]);
      const wanted = jsonRows(['周 7', '周 4999', 'nobody']);
      const found = await database.query(
        `SELECT id FROM ${rows} WHERE name = ANY(ARRAY(SELECT json_array_elements_text($1::json))) ORDER BY id`,
        [wanted],
      );
      expect(found).toEqual([{ id: 7 }, { id: 4_999 }]);
    });

    test('a NUL is refused as a value, taken out in rows, and nothing stops', async () => {
      const rows = await table('name text');
      const refused = database.query(`INSERT INTO ${rows} VALUES ($1)`, ['a\0b']);
      await expect(refused).rejects.toMatchObject({ code: 'database_statement_failed' });
      const sql = `INSERT INTO ${rows} SELECT name FROM json_to_recordset($1::json) AS r(name text)`;
      await database.query(sql, [jsonRows([{ name: 'a\0b' }, { name: String.raw`\u0000` }])]);
      const names = (await database.query(`SELECT name FROM ${rows}`)).map(({ name }) => name);
      expect(names).toEqual(['a\uFFFDb', String.raw`\u0000`]);
    });

    test('a refused statement says its state, never a value', async () => {
      const rows = await table('id int PRIMARY KEY, name text NOT NULL');
      await database.query(`INSERT INTO ${rows} VALUES (1, 'anna')`);
      const refusal = async (sql: string, values: string[] = []): Promise<Error & { facts: unknown }> => {
        const error = await database.query(sql, values).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'DatabaseError', code: 'database_statement_failed', retriable: false });
        expect(`${String(error)} ${JSON.stringify(error)}`).not.toMatch(/anna|bert/);
        return error as Error & { facts: unknown };
      };
      expect((await refusal('SELECT * FROM nothing_such')).facts).toMatchObject({ state: '42P01' });
      expect((await refusal(`INSERT INTO ${rows} VALUES (1, $1)`, ['bert'])).facts).toMatchObject({ state: '23505' });
      expect((await refusal(`INSERT INTO ${rows} VALUES (2, NULL)`)).facts).toMatchObject({ state: '23502' });
      expect((await refusal(`SELECT * FROM ${rows} WHERE id = $1`, ['bert'])).facts).toEqual({ state: '22P02' });
      expect((await refusal('SELEKT')).facts).toMatchObject({ state: '42601' });
      expect(await ids(rows)).toEqual([1]);
    });

    test('a transaction is done wholly or not at all', async () => {
      const rows = await table('id int PRIMARY KEY');
      const insert = (id: number) => ({ sql: `INSERT INTO ${rows} VALUES ($1)`, values: [id] });
      await database.transaction([insert(1), insert(2)]);
      await expect(database.transaction([insert(3), insert(1)])).rejects.toMatchObject({ facts: { state: '23505' } });
      await expect(database.transaction([insert(4), { sql: 'SELECT 1 / 0' }])).rejects.toThrow();
      await database.transaction([]);
      // A table goes with its transaction too.
      const other = `${schema}.half`;
      await expect(database.transaction([{ sql: `CREATE TABLE ${other} (id int)` }, insert(1)])).rejects.toThrow();
      await expect(database.query(`SELECT * FROM ${other}`)).rejects.toMatchObject({ facts: { state: '42P01' } });
      expect(await ids(rows)).toEqual([1, 2]);
    });

    test('a statement that meets another number of rows undoes its transaction', async () => {
      const rows = await table('id int PRIMARY KEY, position int');
      await database.query(`INSERT INTO ${rows} VALUES (1, 10), (2, 10)`);
      const move = (from: number, to: number) => ({
        sql: `UPDATE ${rows} SET position = $2 WHERE id = 1 AND position = $1`,
        values: [from, to],
        rows: 1,
      });
      await database.transaction([move(10, 20), { sql: `DELETE FROM ${rows} WHERE id = 2`, rows: 1 }]);
      const late = database.transaction([{ sql: `INSERT INTO ${rows} VALUES (3, 0)`, rows: 1 }, move(10, 30)]);
      await expect(late).rejects.toMatchObject({
        code: 'database_rows_differ',
        facts: { statement: 1, rows: 1, found: 0 },
      });
      expect(await database.query(`SELECT * FROM ${rows}`)).toEqual([{ id: 1, position: 20 }]);
      // Rows that are only found count too; none expected is an expectation as well.
      await database.transaction([
        { sql: `SELECT 1 FROM ${rows} WHERE id = 1 FOR UPDATE`, rows: 1 },
        { sql: `SELECT 1 FROM ${rows} WHERE id = 9`, rows: 0 },
        { sql: `INSERT INTO ${rows} VALUES (1, 0) ON CONFLICT DO NOTHING`, rows: 0 },
        { sql: `INSERT INTO ${rows} VALUES (4, 0) RETURNING id`, rows: 1 },
      ]);
    });

    test('calls made at once are answered each with its own', async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          i % 5 === 4
            ? database.query('SELECT nothing').catch(() => 'refused')
            : database.query('SELECT $1::int AS i', [i]),
        ),
      );
      expect(answers).toEqual(Array.from({ length: 40 }, (_, i) => (i % 5 === 4 ? 'refused' : [{ i }])));
    });

    test('a lock of a transaction is let go with it, whatever became of it', async () => {
      const lock = { sql: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [schema] };
      for (let i = 0; i < 3; i++) {
        await expect(database.transaction([lock, { sql: 'SELECT nothing' }])).rejects.toThrow();
        await database.transaction([lock, lock]);
      }
    });

    test('what was committed is there after it was opened anew, and a closed one refuses', async () => {
      const rows = await table('id int PRIMARY KEY');
      await database.query(`INSERT INTO ${rows} VALUES (1)`);
      const old = database;
      database = await subject.reopen();
      expect(await ids(rows)).toEqual([1]);
      await expect(old.query('SELECT 1')).rejects.toMatchObject({ name: 'DatabaseError' });
      await expect(old.transaction([{ sql: 'SELECT 1' }])).rejects.toMatchObject({ name: 'DatabaseError' });
      await old.close();
    });
  });
}

/** What holds where several processes open one database. PGlite has one opener: README.md. */
export function sharedDatabaseConformance(name: string, open: () => Promise<SharedDatabaseSubject>): void {
  databaseConformance(name, open);
  describe(`database of several: ${name}`, () => {
    const schema = `conformance_shared_${Date.now()}`;
    let subject: SharedDatabaseSubject;
    let database: Database;
    beforeAll(async () => {
      subject = await open();
      ({ database } = subject);
      await database.query(`CREATE SCHEMA ${schema}`);
    });
    afterAll(async () => {
      await database.query(`DROP SCHEMA ${schema} CASCADE`);
      await subject.close();
    });

    test('two openers: one waits for the other, and a compare-and-set lets one through', async () => {
      const other = await subject.another();
      const rows = `${schema}.moves`;
      await database.query(`CREATE TABLE ${rows} (id int PRIMARY KEY, position int)`);
      await database.query(`INSERT INTO ${rows} VALUES (1, 0)`);
      const move = (from: number) => [
        { sql: `UPDATE ${rows} SET position = $1 + 1 WHERE id = 1 AND position = $1`, values: [from], rows: 1 },
        { sql: 'SELECT pg_sleep(0.02)' },
      ];
      for (let i = 0; i < 10; i++) {
        const both = await Promise.allSettled([database.transaction(move(i)), other.transaction(move(i))]);
        expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const [lost] = both.flatMap((one) => (one.status === 'rejected' ? [one.reason as object] : []));
        expect(lost).toMatchObject({ code: 'database_rows_differ' });
      }
      expect(await other.query(`SELECT position FROM ${rows}`)).toEqual([{ position: 10 }]);
      await other.close();
      expect(await database.query('SELECT 1 AS still')).toEqual([{ still: 1 }]);
    });

    test('two openers in each other’s way: one is told to try again', async () => {
      const other = await subject.another();
      const rows = `${schema}.crossing`;
      await database.query(`CREATE TABLE ${rows} (id int PRIMARY KEY, n int)`);
      await database.query(`INSERT INTO ${rows} VALUES (1, 0), (2, 0)`);
      const both = (ids: number[]) =>
        ids.flatMap((id) => [
          { sql: `UPDATE ${rows} SET n = n + 1 WHERE id = $1`, values: [id], rows: 1 },
          { sql: 'SELECT pg_sleep(0.05)' },
        ]);
      const ends = await Promise.allSettled([database.transaction(both([1, 2])), other.transaction(both([2, 1]))]);
      const lost = ends.flatMap((one) => (one.status === 'rejected' ? [one.reason as object] : []));
      expect(lost).toHaveLength(1);
      expect(lost[0]).toMatchObject({ code: 'database_conflict', retriable: true });
      await other.close();
    });
  });
}
