import type { PgliteDatabase, PgliteOptions } from './pglite.ts';
import type { PostgresDatabase, PostgresOptions } from './postgres.ts';

export type { Database, SqlRow, SqlValue, Statement } from './database.ts';
export { jsonRows } from './json-rows.ts';
export { checkTables, lockOf, migrateTables, sqlSchema, type MigratedTables, type MigrationStep } from './migrate.ts';
export { openPgliteThread, PgliteThread } from './pglite-thread.ts';
export { RemoteDatabase, serveDatabase } from './remote.ts';
export type { PgliteDatabase, PgliteOptions } from './pglite.ts';
export type { DatabaseHealth, PostgresDatabase, PostgresOptions } from './postgres.ts';

// The drivers are loaded by whoever opens one: most processes need none, and PGlite alone is 27 MB of program.

/** PostgreSQL in this thread, for tests: it holds the thread for as long as a statement runs. */
export async function openPglite(options: PgliteOptions): Promise<PgliteDatabase> {
  return (await import('./pglite.ts')).openPglite(options);
}

/** A PostgreSQL server. */
export async function openPostgres(options: PostgresOptions): Promise<PostgresDatabase> {
  return (await import('./postgres.ts')).openPostgres(options);
}
