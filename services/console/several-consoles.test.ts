import { openPglite, type Database } from '@yujing/runtime';
import { afterAll, beforeAll } from 'vitest';
import { emptyDump } from './stand-in/dump.ts';
import { sharedAuditConformance } from './stand-in/shared-audits.ts';
import { sharedReadModelConformance } from './stand-in/shared-read-models.ts';

let pglite: Database;
beforeAll(async () => {
  pglite = await openPglite({ dump: await emptyDump() });
});
afterAll(() => pglite.close());

/** One PGlite for this file; whoever closes it closes nothing. */
const open = async (): Promise<Database> => ({
  query: (sql, values) => pglite.query(sql, values),
  transaction: (statements) => pglite.transaction(statements),
  close: async () => {},
  lost: new Promise(() => {}),
});

sharedReadModelConformance('PGlite', open);
sharedAuditConformance('PGlite', open);
