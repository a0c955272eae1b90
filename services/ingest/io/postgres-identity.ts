import { checkTables, type Database } from '@yujing/runtime';
import type { IdentityStores } from '../identity/ports.ts';
import { identityTables } from './identity-tables.ts';
import type { Keys } from './key-file.ts';
import { proveKeys } from './key-proof.ts';
import { PostgresDirectory, type PostgresDirectoryOptions } from './postgres-directory.ts';
import { PostgresVault } from './postgres-vault.ts';

export interface PostgresIdentityOptions extends PostgresDirectoryOptions {
  /** closed with the stores */
  readonly database: Database;
  readonly installation: string;
  /** the same at every door and console */
  readonly keys: Keys;
}

/**
 * Vault and directory of an installation with several doors.
 * @throws DatabaseError `database_not_set_up`, KeyFileError for keys other than those the installation began with
 */
export async function openPostgresIdentity(options: PostgresIdentityOptions): Promise<IdentityStores> {
  const { database, installation, keys } = options;
  const tables = identityTables(installation);
  await checkTables(database, tables);
  await proveKeys(database, tables.schema, keys);
  const directory = await PostgresDirectory.open(database, tables.schema, options);
  return {
    vault: new PostgresVault(database, tables.schema, keys),
    directory,
    async close() {
      await directory.close();
      await database.close();
    },
  };
}
