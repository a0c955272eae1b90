import { openPostgres, type PostgresDatabase } from '@yujing/runtime';
import { afterAll, beforeAll } from 'vitest';
import { identityConformance, sharedIdentityConformance, type IdentitySubject } from '../fixtures/identity-stores.ts';
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
