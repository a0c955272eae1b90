export type SqlValue = string | number | boolean | null;

export interface Statement {
  readonly sql: string;
  readonly values?: readonly SqlValue[];
  /** how many rows it must change or find; another number undoes the transaction: compare-and-set */
  readonly rows?: number;
}

/** int8 and numeric as number (times and minor units stay below 2^53), json parsed, everything else we use as it is. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * SQL of PostgreSQL, whoever runs it: PGlite in a thread, or a pool of connections. Each call stands alone, so nothing of
 * a session (settings, locks that outlive a transaction) can be relied on. Errors are a `DatabaseError`.
 */
export interface Database {
  /** one statement, which is its own transaction */
  query(sql: string, values?: readonly SqlValue[]): Promise<SqlRow[]>;
  /**
   * All or nothing, in order; each statement sees what was committed before it began (READ COMMITTED).
   * @throws DatabaseError `database_rows_differ` when a statement's `rows` are not what it changed
   */
  transaction(statements: readonly Statement[]): Promise<void>;
  close(): Promise<void>;
  /** resolves when the database has gone away for good and must be opened anew; never rejects */
  readonly lost: Promise<Error>;
}
