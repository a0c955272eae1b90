import { PGlite, types } from '@electric-sql/pglite';
import type { Database, SqlRow, SqlValue, Statement } from './database.ts';

export interface PgliteOptions {
  /** undefined: in memory */
  readonly folder?: string | undefined;
  /** a dump made by `dumpDataDir`, to start from (tests) */
  readonly dump?: Blob | undefined;
}

/** PostgreSQL compiled into this thread. The console runs it in a worker only: see pglite-thread.ts. */
export class PgliteDatabase implements Database {
  readonly #pglite: PGlite;
  readonly lost = new Promise<Error>(() => {});

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async query(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return (await this.#pglite.query<SqlRow>(sql, [...values])).rows;
  }

  async transaction(statements: readonly Statement[]): Promise<void> {
    await this.#pglite.transaction(async (transaction) => {
      for (const { sql, values = [] } of statements) await transaction.query(sql, [...values]);
    });
  }

  dump(): Promise<Blob> {
    return this.#pglite.dumpDataDir('none');
  }

  close(): Promise<void> {
    return this.#pglite.close();
  }
}

export async function openPglite({ folder, dump }: PgliteOptions): Promise<PgliteDatabase> {
  const pglite = await PGlite.create({
    ...(folder === undefined ? {} : { dataDir: `file://${folder}` }),
    ...(dump === undefined ? {} : { loadDataDir: dump }),
    // Nothing here is near 2^53, and BigInt would not go into JSON.
    parsers: { [types.INT8]: Number, [types.NUMERIC]: Number },
  });
  return new PgliteDatabase(pglite);
}
