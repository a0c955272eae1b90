import { DatabaseError, jsonRows, type Database } from '@yujing/runtime';
import type { Link, PersonEntry } from '../identity/directory.ts';
import type { Directory } from '../identity/ports.ts';
import { TwoGenerations } from './two-generations.ts';

const ENTRY = 'p:';
const LINKS = 'l:';
const NO_LINKS: readonly Link[] = [];
/** What is not in a register is remembered as well, so that it is asked once. */
const CACHED = 200_000;
const LISTEN_EVERY_MS = 1_000;
/** Without a word from the database for so long, nothing that is cached counts until it has been asked again. */
const HEARD_WITHIN_MS = 60_000;
/** Rows of one question. */
const CHUNK = 5_000;

interface Known {
  readonly version: number;
  /** links or entry; null: there is none */
  readonly content: unknown;
}

export interface PostgresDirectoryOptions {
  readonly listenEveryMs?: number;
  readonly heardWithinMs?: number;
  /** what failed and is tried again with the next turn */
  readonly failed?: (error: unknown) => void;
  /** ms that never go back */
  readonly monotonic?: () => number;
}

/**
 * The directory in PostgreSQL, cached at every door. A door asks each second which rows changed and reads anew those that it
 * has: another door's change is known after a second and the time of two questions. A counter and not LISTEN, because a
 * missed notification would be missed for good, and because it needs no connection of its own.
 */
export class PostgresDirectory implements Directory {
  readonly #database: Database;
  readonly #schema: string;
  readonly #options: Required<PostgresDirectoryOptions>;
  readonly #cache = new TwoGenerations<Known>(CACHED);
  /** every change up to this one is in the cache, where the cache has the row */
  #heard: number;
  #heardAt: number;
  #listening: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;
  /** questions under way, and what changed under them: an answer may be older than the change */
  #asking = 0;
  readonly #meanwhile = new Map<string, number>();

  private constructor(
    database: Database,
    schema: string,
    heard: number,
    { listenEveryMs, heardWithinMs, failed, monotonic }: PostgresDirectoryOptions,
  ) {
    this.#database = database;
    this.#schema = schema;
    this.#options = {
      listenEveryMs: listenEveryMs ?? LISTEN_EVERY_MS,
      heardWithinMs: heardWithinMs ?? HEARD_WITHIN_MS,
      failed: failed ?? (() => {}),
      monotonic: monotonic ?? (() => performance.now()),
    };
    this.#heard = heard;
    this.#heardAt = this.#options.monotonic();
    this.#timer = setInterval(() => {
      this.#listen().catch((error: unknown) => this.#options.failed(error));
    }, this.#options.listenEveryMs).unref();
  }

  static async open(
    database: Database,
    schema: string,
    options: PostgresDirectoryOptions = {},
  ): Promise<PostgresDirectory> {
    return new PostgresDirectory(database, schema, await newestVersion(database, schema), options);
  }

  load(tokens: Iterable<string>, persons: Iterable<string>): Promise<void> | undefined {
    const names = [...namesOf(tokens, LINKS), ...namesOf(persons, ENTRY)];
    if (this.#options.monotonic() - this.#heardAt > this.#options.heardWithinMs) {
      return this.#listen().then(() => this.#loadMissing(names));
    }
    return this.#loadMissing(names);
  }

  #loadMissing(names: readonly string[]): Promise<void> | undefined {
    const missing = names.filter((name) => this.#cache.get(name) === undefined);
    return missing.length === 0 ? undefined : this.#fetch([...new Set(missing)]);
  }

  async #fetch(names: readonly string[]): Promise<void> {
    const again: string[] = [];
    this.#asking += 1;
    try {
      const found = await this.#read(names);
      for (const name of names) {
        const known = found.get(name) ?? { version: 0, content: null };
        if (known.version < (this.#meanwhile.get(name) ?? 0)) again.push(name);
        else if (known.version >= (this.#cache.get(name)?.version ?? 0)) this.#cache.set(name, known);
      }
    } finally {
      this.#asking -= 1;
      if (this.#asking === 0) this.#meanwhile.clear();
    }
    if (again.length > 0) await this.#fetch(again);
  }

  async #read(names: readonly string[]): Promise<Map<string, Known>> {
    const rows = await this.#database.query(
      `SELECT name, content, version FROM ${this.#schema}.directory
        WHERE name = ANY(ARRAY(SELECT json_array_elements_text($1::json)))`,
      [jsonRows(names)],
    );
    return new Map(
      rows.map(({ name, content, version }) => [
        String(name),
        { version: Number(version), content: JSON.parse(String(content)) as unknown },
      ]),
    );
  }

  links(token: string): readonly Link[] {
    return (this.#cache.get(LINKS + token)?.content as readonly Link[] | null | undefined) ?? NO_LINKS;
  }

  entry(person: string): PersonEntry | null {
    return (this.#cache.get(ENTRY + person)?.content as PersonEntry | null | undefined) ?? null;
  }

  async read(person: string): Promise<PersonEntry | null> {
    await this.load([], [person]);
    return this.entry(person);
  }

  /**
   * Writes only on top of what `links` and `entry` have said.
   * @throws DatabaseError `database_conflict` when another door was faster; what it wrote is loaded then
   */
  async put(entries: readonly PersonEntry[], links: ReadonlyMap<string, readonly Link[]>): Promise<void> {
    const contents = [
      ...[...links].map(([token, list]) => [LINKS + token, list] as const),
      ...entries.map((entry) => [ENTRY + entry.person, entry] as const),
    ];
    const names = contents.map(([name]) => name);
    const rows = contents.map(([name, content]) => {
      return { name, content: JSON.stringify(content), before: this.#cache.get(name)?.version ?? 0 };
    });
    try {
      await this.#database.transaction(putStatements(this.#schema, jsonRows(rows)));
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.code !== 'database_rows_differ') throw error;
      await this.#fetch(names);
      throw new DatabaseError('database_conflict');
    }
    await this.#fetch(names);
  }

  /** Brings the cache up with what changed. */
  #listen(): Promise<void> {
    this.#listening ??= this.#hear().finally(() => {
      this.#listening = undefined;
    });
    return this.#listening;
  }

  async #hear(): Promise<void> {
    const at = this.#options.monotonic();
    const newest = await newestVersion(this.#database, this.#schema);
    if (newest > this.#heard) {
      const rows = await this.#database.query(
        `SELECT name, version FROM ${this.#schema}.directory WHERE version > $1 AND version <= $2`,
        [this.#heard, newest],
      );
      const stale: string[] = [];
      for (const { name, version } of rows) {
        if (this.#asking > 0) this.#meanwhile.set(String(name), Number(version));
        if (this.#cache.get(String(name)) !== undefined) stale.push(String(name));
      }
      for (let from = 0; from < stale.length; from += CHUNK) await this.#fetch(stale.slice(from, from + CHUNK));
      this.#heard = newest;
    }
    this.#heardAt = at;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#listening?.catch(() => undefined);
  }
}

function namesOf(values: Iterable<string>, kind: string): string[] {
  return Array.from(values, (value) => kind + value);
}

async function newestVersion(database: Database, schema: string): Promise<number> {
  const [row] = await database.query(`SELECT version FROM ${schema}.directory_version`);
  return Number(row?.version ?? 0);
}

function putStatements(schema: string, rows: string): { sql: string; values?: string[]; rows?: number }[] {
  return [
    { sql: `UPDATE ${schema}.directory_version SET version = version + 1`, rows: 1 },
    {
      // Whoever writes has the row above, so what is looked at here stays so.
      sql: `SELECT 1 FROM json_to_recordset($1::json) AS changed(name text, before bigint)
              LEFT JOIN ${schema}.directory USING (name) WHERE coalesce(version, 0) <> before`,
      values: [rows],
      rows: 0,
    },
    {
      sql: `INSERT INTO ${schema}.directory AS known (name, content, version)
            SELECT name, content, (SELECT version FROM ${schema}.directory_version)
              FROM json_to_recordset($1::json) AS changed(name text, content text)
            ON CONFLICT (name) DO UPDATE SET content = excluded.content, version = excluded.version`,
      values: [rows],
    },
  ];
}
