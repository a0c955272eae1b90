import { migrateTables, sqlSchema, type Database, type MigratedTables } from '@yujing/runtime';

/**
 * Vault and directory in PostgreSQL. Keys compare by bytes: no language sorts tokens. What stands in `sealed` opens only with
 * the key file; the directory holds tokens and areas.
 */
export function identityTables(installation: string): MigratedTables {
  return { schema: sqlSchema(installation, 'identity'), steps: [{ version: 1, sql: firstTables }] };
}

function firstTables(schema: string): string[] {
  return [
    // anchor: the token under the oldest key, whichever key made the token. It is what makes a value unique: two doors of
    // which one has a newer key already would otherwise give it two tokens.
    `CREATE TABLE ${schema}.vault_values (
       token text COLLATE "C" PRIMARY KEY, anchor text COLLATE "C" NOT NULL UNIQUE, sealed bytea NOT NULL)`,
    `CREATE TABLE ${schema}.vault_persons (person text COLLATE "C" PRIMARY KEY, sealed bytea NOT NULL)`,
    // name: `l:` and a token for its links, `p:` and a person for his entry; content: JSON
    `CREATE TABLE ${schema}.directory (
       name text COLLATE "C" PRIMARY KEY, content text NOT NULL, version bigint NOT NULL)`,
    `CREATE INDEX directory_version_of ON ${schema}.directory (version)`,
    // Raised first by every change: whoever holds the row writes, so versions become visible in their order.
    `CREATE TABLE ${schema}.directory_version (one boolean PRIMARY KEY CHECK (one), version bigint NOT NULL)`,
    `INSERT INTO ${schema}.directory_version VALUES (true, 0)`,
    // which keys the installation began with: see key-proof.ts
    `CREATE TABLE ${schema}.key_proofs (name text PRIMARY KEY, proof text NOT NULL)`,
  ];
}

/** What `yujing setup` does for the door. */
export function migrateIdentity(database: Database, installation: string): ReturnType<typeof migrateTables> {
  return migrateTables(database, identityTables(installation));
}
