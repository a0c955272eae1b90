import { openPostgres, type Database, type PostgresDatabase } from '@yujing/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  identityConformance,
  keysOf,
  sharedIdentityConformance,
  tel,
  type IdentitySubject,
} from '../fixtures/identity-stores.ts';
import { identityTables, migrateIdentity } from './identity-tables.ts';
import { openPostgresIdentity } from './postgres-identity.ts';

const url = process.env.YUJING_TEST_POSTGRES ?? '';
const schemas = new Set<string>();

let setUp: PostgresDatabase;
beforeAll(async () => {
  setUp = await openPostgres({ url, applicationName: 'yujing-set-up' });
});
afterAll(async () => {
  for (const schema of schemas) await setUp.query(`DROP SCHEMA ${schema} CASCADE`);
  await setUp.close();
});

const POSTGRES: IdentitySubject = {
  values: 2_000,
  async open(installation, keys) {
    schemas.add(identityTables(installation).schema);
    await migrateIdentity(setUp, installation);
    const database = await openPostgres({ url, applicationName: 'yujing-door' });
    return openPostgresIdentity({ database, installation, keys, listenEveryMs: 20 });
  },
};

identityConformance('in PostgreSQL', POSTGRES);
sharedIdentityConformance('in PostgreSQL', POSTGRES);

/** The database takes its time over every row, so that statements surely run beside each other. */
function slow(inner: Database): Database {
  const row = 'AS fresh(token text, anchor text, sealed text)';
  return {
    query: (sql, values) =>
      inner.query(sql.replace(row, `${row}, LATERAL (SELECT pg_sleep(0.005 + 0 * length(token))) AS slow`), values),
    transaction: (statements) => inner.transaction(statements),
    close: () => inner.close(),
    lost: inner.lost,
  };
}

test('bodies with the same values in opposite orders do not wait for each other both ways', async () => {
  const installation = `orders-${Date.now()}`;
  schemas.add(identityTables(installation).schema);
  await migrateIdentity(setUp, installation);
  const doors = await Promise.all(
    [0, 1].map(async () => {
      const database = slow(await openPostgres({ url, applicationName: 'yujing-door' }));
      return openPostgresIdentity({ database, installation, keys: keysOf(1) });
    }),
  );
  const fields = Array.from({ length: 40 }, (_, i) => tel(`+8612000000${100 + i}`));
  const bodies = [fields, fields.map(({ value }) => tel(value)).toReversed()];
  await Promise.all(doors.map(({ vault }, i) => vault.mint(bodies[i] ?? [])));
  expect(bodies[1]?.toReversed().map(({ token }) => token)).toEqual(fields.map(({ token }) => token));
  for (const door of doors) await door.close();
});
