import { migrateTables, sqlSchema, type Database, type MigratedTables } from '@yujing/runtime';

/** The audit in PostgreSQL. Entries are only ever added, and the head only rises; somebody who may drop triggers shows in the chain. */
export function auditTables(installation: string): MigratedTables {
  return { schema: sqlSchema(installation, 'audit'), steps: [{ version: 1, sql: firstTables }] };
}

function firstTables(schema: string): string[] {
  return [
    `CREATE TABLE ${schema}.entries (
       seq bigint PRIMARY KEY, at bigint NOT NULL, actor text NOT NULL, role text NOT NULL, action text NOT NULL,
       facts text NOT NULL, prev text NOT NULL, hash text NOT NULL)`,
    `CREATE INDEX entries_by_action ON ${schema}.entries (action, at)`,
    `CREATE TABLE ${schema}.head (one boolean PRIMARY KEY CHECK (one), seq bigint NOT NULL, hash text NOT NULL)`,
    `INSERT INTO ${schema}.head VALUES (true, 0, '')`,
    `CREATE FUNCTION ${schema}.refuse() RETURNS trigger LANGUAGE plpgsql AS
       $refuse$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $refuse$`,
    `CREATE TRIGGER entries_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON ${schema}.entries
       FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.refuse()`,
    `CREATE TRIGGER head_stands BEFORE DELETE OR TRUNCATE ON ${schema}.head
       FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.refuse()`,
    `CREATE TRIGGER head_rises BEFORE UPDATE ON ${schema}.head
       FOR EACH ROW WHEN (NEW.seq <= OLD.seq) EXECUTE FUNCTION ${schema}.refuse()`,
  ];
}

/** What `yujing setup` does for the consoles. */
export function migrateAudit(database: Database, installation: string): ReturnType<typeof migrateTables> {
  return migrateTables(database, auditTables(installation));
}
