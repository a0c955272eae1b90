import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@yujing/runtime';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { Audit, AuditOpening } from '../api/audit/audit.ts';
import { auditTables, migrateAudit } from '../api/audit/audit-tables.ts';
import type { AuditEntry, AuditFact } from '../api/audit/entry.ts';
import { postgresAudit, verifyAudit } from '../api/audit/postgres-audit.ts';

function fact(i: number, more: Partial<AuditFact> = {}): AuditFact {
  const facts = { found: `case ${i}`, register: i };
  return { at: 1_000 + i, by: 'analyst-1', role: 'analyst', action: 'searched', facts, ...more };
}

function ended(session: string, at: number): AuditFact {
  return fact(at, { at, action: 'session_ended', facts: { session, expires_at: at + 1_000 } });
}

/** What the audit of several consoles does. `open`: one more opener of the database. */
export function sharedAuditConformance(name: string, open: () => Promise<Database>): void {
  describe(`audit of several consoles: ${name}`, () => {
    const audits: Audit[] = [];
    const schemas: string[] = [];
    const openers: Database[] = [];
    let count = 0;
    const opener = async (): Promise<Database> => {
      const database = await open();
      openers.push(database);
      return database;
    };
    const setUp = async () => {
      const installation = `audit-${Date.now()}-${count++}`;
      const database = await opener();
      await migrateAudit(database, installation);
      const { schema } = auditTables(installation);
      schemas.push(schema);
      const entries = `${schema}.entries`;
      const openAudit = async (more: Partial<AuditOpening> & { open?: () => Promise<Database> } = {}) => {
        const from = postgresAudit({ open: more.open ?? open, installation, listenEveryMs: 20 });
        const opened = await from({ now: () => 5, since: 0, ended: () => {}, ...more });
        audits.push(opened.audit);
        return opened;
      };
      return { database, entries, openAudit, verify: () => verifyAudit(database, installation) };
    };
    afterEach(async () => {
      for (const audit of audits.splice(0)) await audit.close();
      for (const database of openers.splice(0)) await database.close();
    });

    afterAll(async () => {
      const database = await open();
      for (const schema of schemas) await database.query(`DROP SCHEMA ${schema} CASCADE`);
      await database.close();
    });

    test('what is appended forms a chain that verifies, across openings', async () => {
      const { openAudit, verify } = await setUp();
      expect(await verify()).toMatchObject({ ok: true, entries: 0 });
      const { audit } = await openAudit();
      await Promise.all(Array.from({ length: 10 }, (_, i) => audit.append(fact(i))));
      await (await openAudit()).audit.append(fact(10, { by: 'a\0b', facts: { found: 'c\0d', odd: '"\\\u0001' } }));
      expect(await verify()).toMatchObject({ ok: true, entries: 11, head: { seq: 11 } });
    });

    test('several that append at once make one chain', async () => {
      const { openAudit, verify } = await setUp();
      const several = await Promise.all([openAudit(), openAudit(), openAudit()]);
      for (let round = 0; round < 6; round++) {
        const turns = several.flatMap(({ audit }, who) =>
          Array.from({ length: 5 }, (_, i) => audit.append(fact(round * 5 + i, { by: `console-${who}` }))),
        );
        await Promise.all(turns);
      }
      expect(await verify()).toMatchObject({ ok: true, entries: 90, head: { seq: 90 } });
    });

    test('an ended session is in the tail, and heard of by the others', async () => {
      const { openAudit } = await setUp();
      const heard: AuditEntry[] = [];
      const listener = await openAudit({ ended: (entry) => heard.push(entry) });
      const { audit } = await openAudit();
      await audit.append(ended('old', 100));
      await audit.append(fact(1));
      await audit.append(ended('new', 200));
      for (let waited = 0; waited < 500 && heard.length < 2; waited++) await sleep(10);
      expect(heard.map(({ facts }) => facts.session)).toEqual(['old', 'new']);
      await listener.audit.append(ended('mine', 300));
      const { tail } = await openAudit({ since: 150 });
      expect(tail.map(({ facts }) => facts.session)).toEqual(['new', 'mine']);
    });

    test('the tables refuse every change, and a change that was forced shows', async () => {
      const { openAudit, database, entries, verify } = await setUp();
      const { audit } = await openAudit();
      await Promise.all(Array.from({ length: 6 }, (_, i) => audit.append(fact(i))));
      const head = entries.replace(/entries$/, 'head');
      for (const sql of [
        `UPDATE ${entries} SET actor = 'somebody' WHERE seq = 3`,
        `DELETE FROM ${entries} WHERE seq = 6`,
        `TRUNCATE ${entries}`,
        `DELETE FROM ${head}`,
        `UPDATE ${head} SET seq = seq - 1`,
      ]) {
        await expect(database.query(sql)).rejects.toMatchObject({ facts: { state: 'P0001' } });
      }
      expect(await verify()).toMatchObject({ ok: true, entries: 6 });
      await database.query(`ALTER TABLE ${entries} DISABLE TRIGGER ALL`);
      const forced = async (sql: string, ...back: string[]) => {
        await database.query(sql);
        const verdict = await verify();
        for (const undo of back) await database.query(undo);
        return verdict;
      };
      const saved = `${entries}_saved`;
      await database.query(`CREATE TABLE ${saved} AS SELECT * FROM ${entries}`);
      const back = [`DELETE FROM ${entries}`, `INSERT INTO ${entries} SELECT * FROM ${saved}`];
      const wrong = (line: number, what: string) => ({ ok: false, line, what });
      expect(await forced(`UPDATE ${entries} SET actor = 'x' WHERE seq = 3`, ...back)).toEqual(wrong(3, 'changed'));
      expect(await forced(`UPDATE ${entries} SET facts = '{' WHERE seq = 2`, ...back)).toEqual(wrong(2, 'not_json'));
      expect(await forced(`DELETE FROM ${entries} WHERE seq = 3`, ...back)).toEqual(wrong(3, 'broken_chain'));
      expect(await forced(`DELETE FROM ${entries} WHERE seq > 4`, ...back)).toEqual(wrong(5, 'cut'));
      expect(await verify()).toMatchObject({ ok: true, entries: 6 });
    });

    test('what could not be written is not answered, and the chain goes on', async () => {
      const { openAudit, verify } = await setUp();
      let fails: 'before' | 'after' | undefined;
      const failing = async (): Promise<Database> => {
        const inner = await open();
        return {
          query: (sql, values) => inner.query(sql, values),
          async transaction(statements) {
            if (fails === 'before') throw new Error('away');
            await inner.transaction(statements);
            if (fails === 'after') throw new Error('away');
          },
          close: () => inner.close(),
          lost: inner.lost,
        };
      };
      const { audit } = await openAudit({ open: failing });
      await audit.append(fact(0));
      for (fails of ['before', 'after'] as const) {
        await expect(audit.append(fact(1))).rejects.toMatchObject({ name: 'AuditUnavailable', retriable: true });
      }
      fails = undefined;
      await audit.append(fact(2));
      expect(await verify()).toMatchObject({ ok: true, entries: 3 });
    });

    test('a start against a database that was not set up says so', async () => {
      const openAudit = postgresAudit({ open, installation: 'nobody' });
      const opening = openAudit({ now: () => 5, since: 0, ended: () => {} });
      await expect(opening).rejects.toMatchObject({ code: 'database_not_set_up' });
    });
  });
}
