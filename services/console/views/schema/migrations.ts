import type { Database, Statement } from '@yujing/runtime';
import { createTables, type SchemaName } from './statements.ts';

/** A step from one version of the tables to the next. Where a step cannot be told in SQL, `rebuild`: the log is the truth. */
export interface Migration {
  readonly version: number;
  readonly statements: ((schema: SchemaName) => Statement[]) | 'rebuild';
}

/** In order; the first makes the tables as they are now, so a new folder takes one step. */
export const MIGRATIONS: readonly Migration[] = [{ version: 1, statements: createTables }];

export const META_SQL: readonly string[] = [
  'CREATE SCHEMA IF NOT EXISTS read_model_meta',
  // ready = it has caught up once; the highest ready generation is read, lower ones are dropped
  `CREATE TABLE IF NOT EXISTS read_model_meta.generations (
     generation int PRIMARY KEY, version int NOT NULL, ready boolean NOT NULL)`,
];

export interface Generation {
  readonly generation: number;
  readonly version: number;
  readonly ready: boolean;
}

export function schemaOf(generation: number): SchemaName {
  return `read_model_${generation}`;
}

export async function generations(database: Database): Promise<Generation[]> {
  for (const sql of META_SQL) await database.query(sql);
  const rows = await database.query('SELECT generation, version, ready FROM read_model_meta.generations ORDER BY 1');
  return rows as unknown as Generation[];
}

export function createGeneration(generation: number, version: number): Statement[] {
  return [
    ...createTables(schemaOf(generation)),
    {
      sql: 'INSERT INTO read_model_meta.generations (generation, version, ready) VALUES ($1, $2, false)',
      values: [generation, version],
    },
  ];
}

export function dropGeneration(generation: number): Statement[] {
  return [
    { sql: `DROP SCHEMA IF EXISTS ${schemaOf(generation)} CASCADE` },
    { sql: 'DELETE FROM read_model_meta.generations WHERE generation = $1', values: [generation] },
  ];
}

export function markReady(generation: number): Statement {
  return { sql: 'UPDATE read_model_meta.generations SET ready = true WHERE generation = $1', values: [generation] };
}

/**
 * Brings a generation to the newest version, a step at a time, each in one transaction with its version.
 * @returns false when a step asks for a rebuild, or the tables are newer than this release
 */
export async function migrate(
  database: Database,
  { generation, version }: Generation,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<boolean> {
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest) return false;
  for (const step of migrations) {
    if (step.version <= version) continue;
    if (step.statements === 'rebuild') return false;
    await database.transaction([
      ...step.statements(schemaOf(generation)),
      {
        sql: 'UPDATE read_model_meta.generations SET version = $2 WHERE generation = $1',
        values: [generation, step.version],
      },
    ]);
  }
  return true;
}
