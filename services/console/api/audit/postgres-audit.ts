import { checkTables, DatabaseError, jsonRows, type Database, type SqlRow, type Statement } from '@yujing/runtime';
import { AuditUnavailable, type Audit, type AuditOpening, type OpenAudit } from './audit.ts';
import { auditTables } from './audit-tables.ts';
import {
  AuditCheck,
  entryAfter,
  type AuditAction,
  type AuditEntry,
  type AuditFact,
  type AuditHead,
  type AuditVerdict,
} from './entry.ts';

interface Waiting {
  readonly fact: AuditFact;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface PostgresAuditOptions {
  readonly open: () => Promise<Database>;
  readonly installation: string;
  /** how often it is asked which sessions other consoles ended */
  readonly listenEveryMs?: number;
  readonly failed?: (error: unknown) => void;
}

const LISTEN_EVERY_MS = 1_000;
/** Rows of one question while the chain is walked. */
const PAGE = 1_000;

/**
 * The audit of several consoles: one chain in one table. The head is moved by compare-and-set, so of two that append at
 * once the second chains its entries anew. Entries of one moment share a transaction.
 */
export class PostgresAudit implements Audit {
  readonly #database: Database;
  readonly #schema: string;
  #head: AuditHead;
  #heard: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #listening: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(database: Database, schema: string, head: AuditHead, listen: PostgresAuditListener) {
    this.#database = database;
    this.#schema = schema;
    this.#head = head;
    this.#heard = head.seq;
    this.#timer = setInterval(() => {
      this.#listening ??= this.#listen(listen.ended)
        .catch((error: unknown) => listen.failed?.(error))
        .finally(() => {
          this.#listening = undefined;
        });
    }, listen.everyMs).unref();
  }

  append(fact: AuditFact): Promise<void> {
    return new Promise((resolve, reject) => {
      // As it comes back from the database: a text there has no NUL.
      const [kept] = JSON.parse(jsonRows([fact])) as [AuditFact];
      this.#waiting.push({ fact: kept, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async #write(): Promise<void> {
    // Whatever comes in this moment goes with it.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const turn = this.#waiting;
      this.#waiting = [];
      try {
        await this.#writeTurn(turn.map(({ fact }) => fact));
        for (const { resolve } of turn) resolve();
      } catch (error) {
        // It may stand there all the same; then it says that somebody asked, and nothing was shown.
        const told = new AuditUnavailable('the audit could not be written', { cause: error });
        for (const { reject } of turn) reject(told);
      }
    }
    this.#writing = undefined;
  }

  async #writeTurn(facts: readonly AuditFact[]): Promise<void> {
    for (;;) {
      const entries: AuditEntry[] = [];
      for (const fact of facts) entries.push(entryAfter(entries.at(-1) ?? lastOf(this.#head), fact));
      try {
        await this.#database.transaction(appendStatements(this.#schema, this.#head, entries));
        const { seq, hash } = entries.at(-1) as AuditEntry;
        this.#head = { seq, hash };
        return;
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.code !== 'database_rows_differ') throw error;
        this.#head = await headOf(this.#database, this.#schema);
      }
    }
  }

  async #listen(ended: (entry: AuditEntry) => void): Promise<void> {
    const { seq } = await headOf(this.#database, this.#schema);
    if (seq === this.#heard) return;
    const rows = await this.#database.query(
      `SELECT * FROM ${this.#schema}.entries WHERE seq > $1 AND seq <= $2 AND action = 'session_ended' ORDER BY seq`,
      [this.#heard, seq],
    );
    for (const row of rows) ended(entryOf(row));
    this.#heard = seq;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#listening;
    await this.#writing;
    await this.#database.close();
  }
}

interface PostgresAuditListener {
  readonly everyMs: number;
  readonly ended: (entry: AuditEntry) => void;
  readonly failed?: ((error: unknown) => void) | undefined;
}

/** The first entry follows nothing. */
function lastOf(head: AuditHead): AuditHead | undefined {
  return head.seq === 0 ? undefined : head;
}

async function headOf(database: Database, schema: string): Promise<AuditHead> {
  const [row] = await database.query(`SELECT seq, hash FROM ${schema}.head`);
  return { seq: Number(row?.seq), hash: String(row?.hash) };
}

function entryOf({ seq, at, actor, role, action, facts, prev, hash }: SqlRow): AuditEntry {
  return {
    seq: Number(seq),
    at: Number(at),
    by: String(actor),
    role: String(role),
    action: String(action) as AuditAction,
    facts: JSON.parse(String(facts)) as AuditFact['facts'],
    prev: String(prev),
    hash: String(hash),
  };
}

function appendStatements(schema: string, head: AuditHead, entries: readonly AuditEntry[]): Statement[] {
  const { seq, hash } = entries.at(-1) as AuditEntry;
  const rows = entries.map(({ by, facts, ...entry }) => ({ ...entry, actor: by, facts: JSON.stringify(facts) }));
  return [
    {
      sql: `UPDATE ${schema}.head SET seq = $1, hash = $2 WHERE seq = $3 AND hash = $4`,
      values: [seq, hash, head.seq, head.hash],
      rows: 1,
    },
    {
      sql: `INSERT INTO ${schema}.entries (seq, at, actor, role, action, facts, prev, hash)
            SELECT seq, at, actor, role, action, facts, prev, hash FROM json_to_recordset($1::json)
              AS added(seq bigint, at bigint, actor text, role text, action text, facts text, prev text, hash text)`,
      values: [jsonRows(rows)],
      rows: entries.length,
    },
  ];
}

/**
 * Opens the audit of an installation with several consoles.
 * @throws DatabaseError `database_not_set_up`
 */
export function postgresAudit(options: PostgresAuditOptions): OpenAudit {
  const { open, installation, failed } = options;
  const tables = auditTables(installation);
  return async ({ since, ended }: AuditOpening) => {
    const database = await open();
    try {
      await checkTables(database, tables);
      // The head first: what is ended after it is heard of by listening.
      const head = await headOf(database, tables.schema);
      const rows = await database.query(
        `SELECT * FROM ${tables.schema}.entries WHERE action = 'session_ended' AND at >= $1 ORDER BY seq`,
        [since],
      );
      const listen = { everyMs: options.listenEveryMs ?? LISTEN_EVERY_MS, ended, failed };
      return { audit: new PostgresAudit(database, tables.schema, head, listen), tail: rows.map(entryOf) };
    } catch (error) {
      await database.close();
      throw error;
    }
  };
}

/** As `AuditCheck` reads it; facts that are no JSON make it none. */
function lineOf(row: SqlRow): string {
  try {
    return JSON.stringify(entryOf(row));
  } catch {
    return '';
  }
}

/** Checks the audit of an installation from its first entry. */
export async function verifyAudit(database: Database, installation: string): Promise<AuditVerdict> {
  const { schema } = auditTables(installation);
  const head = await headOf(database, schema);
  const check = new AuditCheck();
  for (let from = 0; ;) {
    const sql = `SELECT * FROM ${schema}.entries WHERE seq > $1 ORDER BY seq LIMIT ${PAGE}`;
    const rows = await database.query(sql, [from]);
    for (const row of rows) {
      const wrong = check.line(lineOf(row));
      if (wrong !== undefined) return wrong;
      from = Number(row.seq);
    }
    if (rows.length < PAGE) return check.end(head, false);
  }
}
