import { Pool, types, type CustomTypesConfig, type PoolClient, type PoolConfig } from 'pg';
import { DatabaseError } from '../errors/errors.ts';
import { connectionTarget, type ConnectionTarget } from './connection-string.ts';
import { checkRows, databaseErrorOf } from './database-error.ts';
import type { Database, SqlRow, SqlValue, Statement } from './database.ts';

export interface PostgresOptions {
  /** postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=disable|require|verify-ca|verify-full&sslrootcert=FILE */
  readonly url: string;
  /** most connections of this process */
  readonly poolSize?: number;
  /** shown in pg_stat_activity */
  readonly applicationName?: string;
  readonly connectTimeoutMs?: number;
  /** a statement that takes longer is cancelled by the server, and given up by us shortly after */
  readonly statementTimeoutMs?: number;
}

/** What readiness is made of: from the calls themselves, no question of its own. */
export interface DatabaseHealth {
  /** the last call reached the server */
  readonly reachable: boolean;
  /** ms since 1970; 0 before the first answer */
  readonly lastProgressAt: number;
}

export interface PostgresDatabase extends Database {
  health(): DatabaseHealth;
}

const POOL_SIZE = 4;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const GIVE_UP_AFTER_MS = 2_000;
/** A process that freezes inside a transaction must not hold its locks: others wait for them. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const IDLE_CONNECTION_MS = 30_000;

/** As PGlite gives them: nothing here is near 2^53, and BigInt would not go into JSON. */
const NUMBERS: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);

const TYPES: CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') =>
    NUMBERS.has(id) ? Number : types.getTypeParser(id, format as 'text')) as CustomTypesConfig['getTypeParser'],
};

/** A pool of connections. One that is lost fails the call it carried; the next call takes another. */
export class PgDatabase implements PostgresDatabase {
  readonly #pool: Pool;
  readonly #where: Readonly<Record<string, string | number>>;
  /** The pool connects again by itself, so it never is. */
  readonly lost = new Promise<Error>(() => {});
  #health: DatabaseHealth = { reachable: false, lastProgressAt: 0 };

  constructor(pool: Pool, { host, port }: Pick<ConnectionTarget, 'host' | 'port'>) {
    this.#pool = pool;
    this.#where = { host, port };
  }

  health(): DatabaseHealth {
    return this.#health;
  }

  query(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#told(async () => (await this.#pool.query<SqlRow>(sql, [...values])).rows);
  }

  transaction(statements: readonly Statement[]): Promise<void> {
    return this.#told(async () => {
      const client = await this.#pool.connect();
      let isDone = false;
      try {
        // Whatever the server's default is.
        await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        await runAll(client, statements);
        await client.query('COMMIT');
        isDone = true;
      } finally {
        // A connection that cannot even take a step back is not used again.
        const isClean = isDone || (await isRolledBack(client));
        client.release(!isClean);
      }
    });
  }

  async #told<T>(call: () => Promise<T>): Promise<T> {
    if (this.#pool.ending) throw new DatabaseError('closed');
    try {
      const answer = await call();
      this.#health = { reachable: true, lastProgressAt: Date.now() };
      return answer;
    } catch (error) {
      const told = databaseErrorOf(error, this.#where);
      const reached = !(told instanceof DatabaseError) || told.code !== 'database_unreachable';
      this.#health = { reachable: reached, lastProgressAt: reached ? Date.now() : this.#health.lastProgressAt };
      throw told;
    }
  }

  async close(): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end();
  }
}

async function runAll(client: PoolClient, statements: readonly Statement[]): Promise<void> {
  for (const [i, statement] of statements.entries()) {
    const { rowCount, rows } = await client.query(statement.sql, [...(statement.values ?? [])]);
    checkRows(statement, i, Math.max(rowCount ?? 0, rows.length));
  }
}

async function isRolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** @throws DatabaseError when nobody answers there, or does not let us in */
export async function openPostgres(options: PostgresOptions): Promise<PostgresDatabase> {
  const target = connectionTarget(options.url);
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new Pool({
    ...target,
    types: TYPES,
    max: options.poolSize ?? POOL_SIZE,
    application_name: options.applicationName ?? 'yujing',
    connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    statement_timeout: statementTimeoutMs,
    // For a server that froze, or a network that swallows: nobody would cancel anything there.
    query_timeout: statementTimeoutMs + GIVE_UP_AFTER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
  } as PoolConfig);
  // Of a connection that nobody uses, or that died under a call: the call hears of it itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const database = new PgDatabase(pool, target);
  try {
    // With it off an answer comes before the disk: what was told as kept could be lost.
    const [row] = await database.query("SELECT current_setting('synchronous_commit') AS commit");
    if (row?.commit === 'off') throw new DatabaseError('database_not_usable', { reason: 'synchronous_commit is off' });
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
