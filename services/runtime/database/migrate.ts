import { DatabaseError } from '../errors/errors.ts';
import type { Database, Statement } from './database.ts';

/** A step from one version of the tables to the next; the first makes them from nothing. */
export interface MigrationStep {
  readonly version: number;
  readonly sql: (schema: string) => readonly string[];
}

/** Tables that are not rebuilt from a log: they are only ever brought up, a step at a time. */
export interface MigratedTables {
  readonly schema: string;
  /** in order */
  readonly steps: readonly MigrationStep[];
}

/** SQL schema of a part of an installation, so that several installations may share a database. */
export function sqlSchema(installation: string, part: string): string {
  // Names of installations have `-` and no `_`, so no two become one. What begins with pg_ belongs to PostgreSQL.
  const name = `${installation.replaceAll('-', '_')}_${part}`;
  return name.startsWith('pg_') ? `_${name}` : name;
}

/** First statement of a transaction that one process at a time may do; let go with the transaction. */
export function lockOf(name: string): Statement {
  return { sql: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', values: [name] };
}

/** Nobody's tables yet: version 0. */
const UNDEFINED_TABLE = '42P01';
const UNDEFINED_SCHEMA = '3F000';

async function versionOf(database: Database, schema: string): Promise<number> {
  try {
    const [row] = await database.query(`SELECT version FROM ${schema}.version`);
    return Number(row?.version ?? 0);
  } catch (error) {
    const state = error instanceof DatabaseError ? error.facts.state : undefined;
    if (state === UNDEFINED_TABLE || state === UNDEFINED_SCHEMA) return 0;
    throw error;
  }
}

function newestOf({ steps }: MigratedTables): number {
  return steps.at(-1)?.version ?? 0;
}

/**
 * Brings tables to the newest version, each step in a transaction of its own. Two processes may do it at once: the lock lets
 * one through, and the other finds its step done.
 * @throws DatabaseError `database_newer`
 */
export async function migrateTables(
  database: Database,
  tables: MigratedTables,
): Promise<{ readonly from: number; readonly to: number }> {
  const { schema, steps } = tables;
  const lock = lockOf(`${schema}/migrate`);
  const from = await versionOf(database, schema);
  if (from === 0) {
    await database.transaction([
      lock,
      { sql: `CREATE SCHEMA IF NOT EXISTS ${schema}` },
      {
        sql: `CREATE TABLE IF NOT EXISTS ${schema}.version (one boolean PRIMARY KEY CHECK (one), version int NOT NULL)`,
      },
      { sql: `INSERT INTO ${schema}.version VALUES (true, 0) ON CONFLICT DO NOTHING` },
    ]);
  }
  for (;;) {
    const version = await versionOf(database, schema);
    if (version > newestOf(tables)) throw new DatabaseError('database_newer', { schema, version });
    const step = steps.find((candidate) => candidate.version > version);
    if (step === undefined) return { from, to: version };
    const moved = { sql: `UPDATE ${schema}.version SET version = $2 WHERE version = $1`, rows: 1 };
    const done = step.sql(schema).map((sql) => ({ sql }));
    await database
      .transaction([lock, { ...moved, values: [version, step.version] }, ...done])
      .catch(unlessSomebodyDidIt);
  }
}

function unlessSomebodyDidIt(error: unknown): void {
  if (!(error instanceof DatabaseError) || error.code !== 'database_rows_differ') throw error;
}

/**
 * What a start asks: whether the tables are those of this release. A start changes none of them.
 * @throws DatabaseError `database_not_set_up`, `database_newer`
 */
export async function checkTables(database: Database, tables: MigratedTables): Promise<void> {
  const { schema } = tables;
  const version = await versionOf(database, schema);
  const newest = newestOf(tables);
  if (version < newest) throw new DatabaseError('database_not_set_up', { schema, version, needed: newest });
  if (version > newest) throw new DatabaseError('database_newer', { schema, version, known: newest });
}
