import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPglite, type Database } from '@yujing/runtime';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import {
  identityConformance,
  keysOf,
  sharedIdentityConformance,
  tel,
  type IdentitySubject,
} from '../fixtures/identity-stores.ts';
import { identityTables, migrateIdentity } from './identity-tables.ts';
import { openLevelIdentity } from './level-identity.ts';
import { PostgresDirectory } from './postgres-directory.ts';
import { tokenKey } from '../identity/tokens.ts';
import type { Keys } from './key-file.ts';
import { openPostgresIdentity } from './postgres-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'yujing-identity-'));
let pglite: Database;
beforeAll(async () => {
  pglite = await openPglite({});
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await pglite.close();
});

/** The one PGlite of this file; whoever closes it closes nothing. */
function shared(over: Partial<Database> = {}): Database {
  return {
    query: (sql, values) => pglite.query(sql, values),
    transaction: (statements) => pglite.transaction(statements),
    close: async () => {},
    lost: new Promise(() => {}),
    ...over,
  };
}

const LEVEL: IdentitySubject = { open: (installation, keys) => openLevelIdentity(join(folder, installation), keys) };
const PGLITE: IdentitySubject = {
  async open(installation, keys) {
    await migrateIdentity(pglite, installation);
    return openPostgresIdentity({ database: shared(), installation, keys, listenEveryMs: 20 });
  },
};

identityConformance('in the data folder', LEVEL);
identityConformance('in SQL', PGLITE);
sharedIdentityConformance('in SQL', PGLITE);

test('a start against a database that was not set up says so', async () => {
  const opening = openPostgresIdentity({ database: shared(), installation: 'nobody', keys: keysOf(1) });
  await expect(opening).rejects.toMatchObject({ code: 'database_not_set_up', retriable: false });
});

test('keys other than those the installation began with are refused; a new version beside them is not', async () => {
  const first = await PGLITE.open('keys', keysOf(1));
  await first.close();
  const other: Keys = { ...keysOf(1), tokens: [tokenKey(1, new Uint8Array(32).fill(7))] };
  await expect(PGLITE.open('keys', other)).rejects.toThrow(/not the one that this installation began with/);
  const rotated = await PGLITE.open('keys', keysOf(1, 2));
  await rotated.close();
});

test('a sealed value that was moved under another token does not open', async () => {
  const { vault, close } = await PGLITE.open('moved', keysOf(1));
  onTestFinished(close);
  const [one, two] = [tel('+8612000000001'), tel('+8612000000002')];
  await vault.mint([one, two]);
  const { schema } = identityTables('moved');
  const values = `${schema}.vault_values`;
  await pglite.query(`UPDATE ${values} SET sealed = (SELECT sealed FROM ${values} WHERE token = $1) WHERE token = $2`, [
    one.token,
    two.token,
  ]);
  await expect(vault.reveal(two.token)).rejects.toThrow();
  const [row] = await pglite.query(`SELECT encode(sealed, 'escape') AS sealed FROM ${values} WHERE token = $1`, [
    one.token,
  ]);
  expect(String(row?.sealed)).not.toContain('12000000001');
});

test('an answer that is older than a change heard meanwhile is asked for again', async () => {
  const { schema } = identityTables('late');
  await migrateIdentity(pglite, 'late');
  let isHeld = false;
  let letGo: () => void = () => {};
  const slow = shared({
    async query(sql, values) {
      const rows = await pglite.query(sql, values);
      // The answer of the first load arrives only after everything else has happened.
      if (isHeld && sql.includes('content')) {
        isHeld = false;
        await new Promise<void>((resolve) => (letGo = resolve));
      }
      return rows;
    },
  });
  const reader = await PostgresDirectory.open(slow, schema, { listenEveryMs: 10 });
  const writer = await PostgresDirectory.open(shared(), schema);
  onTestFinished(() => Promise.all([reader.close(), writer.close()]).then(() => undefined));
  await writer.load(['t1'], []);
  isHeld = true;
  const loading = reader.load(['t1'], []);
  await sleep(5);
  await writer.put([], new Map([['t1', [{ person: 'p1', valid_from: 1, valid_to: null }]]]));
  // Several turns of listening.
  await sleep(80);
  letGo();
  await loading;
  expect(reader.links('t1')).toEqual([{ person: 'p1', valid_from: 1, valid_to: null }]);
});

test('what is cached counts for a minute without a word from the database, and no longer', async () => {
  const { schema } = identityTables('away');
  await migrateIdentity(pglite, 'away');
  let now = 0;
  let isAway = false;
  let failures = 0;
  const database = shared({
    async query(sql, values) {
      if (isAway) throw new Error('away');
      return pglite.query(sql, values);
    },
  });
  const directory = await PostgresDirectory.open(database, schema, {
    listenEveryMs: 5,
    monotonic: () => now,
    failed: () => (failures += 1),
  });
  onTestFinished(() => directory.close());
  await directory.load(['t1'], ['p1']);
  isAway = true;
  now = 59_000;
  await sleep(20);
  expect(directory.load(['t1'], ['p1'])).toBeUndefined();
  now = 61_000;
  await expect(directory.load(['t1'], ['p1'])).rejects.toThrow('away');
  expect(failures).toBeGreaterThan(0);
  isAway = false;
  await directory.load(['t1'], ['p1']);
  expect(directory.load(['t1'], ['p1'])).toBeUndefined();
});
