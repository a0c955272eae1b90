import { PGlite, types, type Transaction } from '@electric-sql/pglite';
import { DatabaseError } from '../errors/errors.ts';
import type { Database, SqlRow, SqlValue, Statement } from './database.ts';
import { checkRows, databaseErrorOf } from './database-error.ts';

export interface PgliteOptions {
  /** undefined: in memory */
  readonly folder?: string | undefined;
  /** a dump made by `dumpDataDir`, to start from (tests) */
  readonly dump?: Blob | undefined;
}

/** PostgreSQL compiled into this thread. A process runs it in a worker only: see pglite-thread.ts. */
export class PgliteDatabase implements Database {
  readonly #pglite: PGlite;
  readonly lost = new Promise<Error>(() => {});

  constructor(pglite: PGlite) {
    this.#pglite = pglite;
  }

  async query(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    this.#checkOpen();
    try {
      return (await this.#pglite.query<SqlRow>(sql, [...values])).rows;
    } catch (error) {
      throw databaseErrorOf(error);
    }
  }

  async transaction(statements: readonly Statement[]): Promise<void> {
    this.#checkOpen();
    try {
      await this.#pglite.transaction((transaction) => runAll(transaction, statements));
    } catch (error) {
      throw databaseErrorOf(error);
    }
  }

  #checkOpen(): void {
    if (this.#pglite.closed) throw new DatabaseError('closed');
  }

  dump(): Promise<Blob> {
    return this.#pglite.dumpDataDir('none');
  }

  async close(): Promise<void> {
    if (!this.#pglite.closed) await this.#pglite.close();
  }
}

async function runAll(transaction: Transaction, statements: readonly Statement[]): Promise<void> {
  for (const [i, statement] of statements.entries()) {
    const { rows, affectedRows } = await transaction.query(statement.sql, [...(statement.values ?? [])]);
    // Rows that were changed, or found when nothing was.
    checkRows(statement, i, Math.max(affectedRows ?? 0, rows.length));
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
