import { DatabaseError, jsonRows, type Database } from '@yujing/runtime';
import type { ClearField } from '../event/draft.ts';
import type { ClearKind } from '../identity/forms.ts';
import type { PersonalRecord } from '../identity/person.ts';
import type { ClearValue, Vault } from '../identity/ports.ts';
import { tokenOf, type TokenKey } from '../identity/tokens.ts';
import type { Keys } from './key-file.ts';
import { KnownTokens } from './known-tokens.ts';
import { SealedBox } from './sealed-box.ts';

const PERSON = 'r:';

/** One value, in however many fields it stands. */
interface Candidate {
  readonly fields: ClearField[];
  /** under each live key, oldest first; the first is its anchor */
  readonly tokens: readonly string[];
}

interface FreshRow {
  readonly token: string;
  readonly anchor: string;
  readonly sealed: string;
}

/** Whatever sorts by bytes in the database sorts so here: tokens are ASCII. */
function byAnchor(a: FreshRow, b: FreshRow): number {
  return a.anchor < b.anchor ? -1 : 1;
}

/** The vault in PostgreSQL, for any number of doors. Values and persons are encrypted as in the data folder, by the same keys. */
export class PostgresVault implements Vault {
  readonly #database: Database;
  readonly #schema: string;
  readonly #keys: readonly TokenKey[];
  readonly #box: SealedBox;
  readonly #known = new KnownTokens();

  constructor(database: Database, schema: string, keys: Keys) {
    this.#database = database;
    this.#schema = schema;
    this.#keys = keys.tokens;
    this.#box = new SealedBox(keys.vault);
  }

  recall(fields: Iterable<ClearField>): ClearField[] {
    return this.#known.recall(fields);
  }

  async mint(fields: readonly ClearField[]): Promise<void> {
    const candidates = this.#candidates(this.recall(fields));
    if (candidates.length === 0) return;
    const found = await this.#find(candidates);
    const fresh = candidates.filter(({ tokens }) => !tokens.some((token) => found.has(token)));
    if (fresh.length > 0) await this.#add(fresh, found);
    for (const { fields: same, tokens } of candidates) {
      const name = tokens.find((token) => found.has(token));
      // Another door's row that was there and is gone: nobody removes any, so its transaction came to nothing.
      if (name === undefined) throw new DatabaseError('database_conflict');
      for (const field of same) {
        field.token = found.get(name) as string;
        this.#known.learn(field);
      }
    }
  }

  #candidates(fields: readonly ClearField[]): Candidate[] {
    const known = new Map<string, Candidate>();
    for (const field of fields) {
      const name = `${field.kind}\0${field.value}`;
      const same = known.get(name);
      if (same !== undefined) same.fields.push(field);
      else known.set(name, { fields: [field], tokens: this.#keys.map((key) => tokenOf(key, field.kind, field.value)) });
    }
    return [...known.values()];
  }

  /** A value keeps its first token for ever, whichever live key made it: token by token, and by anchor. */
  async #find(candidates: readonly Candidate[]): Promise<Map<string, string>> {
    const rows = await this.#database.query(
      `SELECT token, anchor FROM ${this.#schema}.vault_values
        WHERE token = ANY(ARRAY(SELECT json_array_elements_text($1::json)))
       UNION ALL
       SELECT token, anchor FROM ${this.#schema}.vault_values
        WHERE anchor = ANY(ARRAY(SELECT json_array_elements_text($2::json)))`,
      [jsonRows(candidates.flatMap(({ tokens }) => tokens)), jsonRows(candidates.map(({ tokens }) => tokens[0]))],
    );
    const found = new Map<string, string>();
    for (const { token, anchor } of rows) found.set(String(anchor), String(token)).set(String(token), String(token));
    return found;
  }

  /** What another door adds in the same moment stands, and is read back. */
  async #add(fresh: readonly Candidate[], found: Map<string, string>): Promise<void> {
    const rows = fresh.map(({ fields, tokens }): FreshRow => {
      const token = tokens.at(-1) as string;
      const { kind, value } = fields[0] as ClearField;
      return { token, anchor: tokens[0] as string, sealed: this.#seal(token, `${kind}\0${value}`) };
    });
    // In one order at every door: two that add the same values wait for each other once, never both ways.
    const added = await this.#database.query(
      `INSERT INTO ${this.#schema}.vault_values (token, anchor, sealed)
       SELECT token, anchor, decode(sealed, 'base64')
         FROM json_to_recordset($1::json) AS fresh(token text, anchor text, sealed text)
       ON CONFLICT DO NOTHING RETURNING token`,
      [jsonRows(rows.toSorted(byAnchor))],
    );
    for (const { token } of added) found.set(String(token), String(token));
    const late = fresh.filter(({ tokens }) => !found.has(tokens.at(-1) as string));
    if (late.length === 0) return;
    for (const [name, token] of await this.#find(late)) found.set(name, token);
  }

  #seal(name: string, clear: string): string {
    return this.#box.seal(name, clear).toString('base64');
  }

  async reveal(token: string): Promise<ClearValue | null> {
    const clear = await this.#opened(token, 'vault_values', 'token', token);
    if (clear === null) return null;
    const border = clear.indexOf('\0');
    return { kind: clear.slice(0, border) as ClearKind, value: clear.slice(border + 1) };
  }

  async putPersons(records: ReadonlyMap<string, PersonalRecord>): Promise<void> {
    const rows = [...records]
      .map(([person, record]) => ({ person, sealed: this.#seal(PERSON + person, JSON.stringify(record)) }))
      .sort((a, b) => (a.person < b.person ? -1 : 1));
    await this.#database.query(
      `INSERT INTO ${this.#schema}.vault_persons (person, sealed)
       SELECT person, decode(sealed, 'base64') FROM json_to_recordset($1::json) AS known(person text, sealed text)
       ON CONFLICT (person) DO UPDATE SET sealed = excluded.sealed`,
      [jsonRows(rows)],
    );
  }

  async person(person: string): Promise<PersonalRecord | null> {
    const clear = await this.#opened(PERSON + person, 'vault_persons', 'person', person);
    return clear === null ? null : (JSON.parse(clear) as PersonalRecord);
  }

  async #opened(name: string, table: string, key: string, value: string): Promise<string | null> {
    const sql = `SELECT encode(sealed, 'base64') AS sealed FROM ${this.#schema}.${table} WHERE ${key} = $1`;
    const [row] = await this.#database.query(sql, [value]);
    return row === undefined ? null : this.#box.open(name, Buffer.from(String(row.sealed), 'base64'));
  }
}
