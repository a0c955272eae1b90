import { lockOf, type Database, type Statement } from '@yujing/runtime';
import { createTables, type SchemaName } from './statements.ts';

/** A step from one version of the tables to the next. Where a step cannot be told in SQL, `rebuild`: the log is the truth. */
export interface Migration {
  readonly version: number;
  readonly statements: ((schema: SchemaName) => Statement[]) | 'rebuild';
}

/** In order; the first makes the tables as they are now, so a new folder takes one step. */
export const MIGRATIONS: readonly Migration[] = [{ version: 1, statements: createTables }];

/** Beginning of the names of all SQL schemas of a read model that has its database to itself. */
export const ALONE = 'read_model';

export interface Generation {
  readonly generation: number;
  readonly version: number;
  readonly ready: boolean;
}

export function schemaOf(generation: number, prefix = ALONE): SchemaName {
  return `${prefix}_${generation}`;
}

function tableOf(prefix: string): string {
  return `${prefix}_meta.generations`;
}

/** First statement of whatever makes, changes or drops a generation: one console at a time. */
function lock(prefix: string): Statement {
  return lockOf(`${prefix}/generations`);
}

export async function prepareGenerations(database: Database, prefix = ALONE): Promise<void> {
  await database.transaction([
    lock(prefix),
    { sql: `CREATE SCHEMA IF NOT EXISTS ${prefix}_meta` },
    // ready = it has caught up once; the highest ready generation is read, lower ones are dropped
    {
      sql: `CREATE TABLE IF NOT EXISTS ${tableOf(prefix)} (
              generation int PRIMARY KEY, version int NOT NULL, ready boolean NOT NULL)`,
    },
  ]);
}

export async function generations(database: Database, prefix = ALONE): Promise<Generation[]> {
  const rows = await database.query(`SELECT generation, version, ready FROM ${tableOf(prefix)} ORDER BY 1`);
  return rows as unknown as Generation[];
}

/** @throws DatabaseError `database_rows_differ` when another console made it */
export function createGeneration(generation: number, version: number, prefix = ALONE): Statement[] {
  return [
    lock(prefix),
    {
      sql: `INSERT INTO ${tableOf(prefix)} (generation, version, ready) VALUES ($1, $2, false) ON CONFLICT DO NOTHING`,
      values: [generation, version],
      rows: 1,
    },
    ...createTables(schemaOf(generation, prefix)),
  ];
}

/**
 * The row first: it waits for whoever writes, and whoever comes later finds it gone.
 * @throws DatabaseError `database_rows_differ` when another console dropped it
 */
export function dropGeneration(generation: number, prefix = ALONE): Statement[] {
  return [
    lock(prefix),
    { sql: `DELETE FROM ${tableOf(prefix)} WHERE generation = $1`, values: [generation], rows: 1 },
    { sql: `DROP SCHEMA IF EXISTS ${schemaOf(generation, prefix)} CASCADE` },
  ];
}

export function markReady(generation: number, prefix = ALONE): Statement {
  return { sql: `UPDATE ${tableOf(prefix)} SET ready = true WHERE generation = $1`, values: [generation] };
}

/**
 * First statement of whatever writes rows: lets one console write at a time, so that no two wait for each other, and none
 * once the generation is gone or was brought to a version that its writer does not know.
 */
export function holdGeneration(generation: number, version: number, prefix = ALONE): Statement {
  return {
    sql: `SELECT 1 FROM ${tableOf(prefix)} WHERE generation = $1 AND version = $2 FOR UPDATE`,
    values: [generation, version],
    rows: 1,
  };
}

/**
 * Brings a generation to the newest version, a step at a time, each in one transaction with its version.
 * @returns false when a step asks for a rebuild, or the tables are newer than this release
 * @throws DatabaseError `database_rows_differ` when another console takes the same step
 */
export async function migrate(
  database: Database,
  { generation, version }: Generation,
  migrations: readonly Migration[] = MIGRATIONS,
  prefix = ALONE,
): Promise<boolean> {
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) return false;
  let from = version;
  for (const step of migrations) {
    if (step.version <= version) continue;
    if (step.statements === 'rebuild') return false;
    await database.transaction([
      lock(prefix),
      {
        sql: `UPDATE ${tableOf(prefix)} SET version = $2 WHERE generation = $1 AND version = $3`,
        values: [generation, step.version, from],
        rows: 1,
      },
      ...step.statements(schemaOf(generation, prefix)),
    ]);
    from = step.version;
  }
  return true;
}
