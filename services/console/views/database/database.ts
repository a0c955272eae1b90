export type SqlValue = string | number | boolean | null;

export interface Statement {
  readonly sql: string;
  readonly values?: readonly SqlValue[];
}

/** Rows with int8 as number: times and minor units stay below 2^53. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** SQL of PostgreSQL, whoever runs it. Small, so that a pool of real connections can stand in for PGlite. */
export interface Database {
  query(sql: string, values?: readonly SqlValue[]): Promise<SqlRow[]>;
  /** all or nothing, in order; nothing else sees it half done */
  transaction(statements: readonly Statement[]): Promise<void>;
  close(): Promise<void>;
  /** resolves when the database has gone away by itself; never rejects */
  readonly lost: Promise<Error>;
}

/** The database is gone: what ran is done wholly or not at all, and must be looked up. */
export class DatabaseLost extends Error {
  override readonly name = 'DatabaseLost';
}
