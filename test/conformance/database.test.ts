import { MessageChannel } from 'node:worker_threads';
import { openPglite, RemoteDatabase, serveDatabase, type Database, type PgliteDatabase } from '@yujing/runtime';
import { expect, test } from 'vitest';
import { databaseConformance, type DatabaseSubject } from './database.ts';

/** How a suite holds a PGlite: as it is, or from another thread's side of a port. */
type Face = (pglite: PgliteDatabase) => Promise<Database>;

async function overPort(pglite: PgliteDatabase): Promise<RemoteDatabase> {
  const { port1, port2 } = new MessageChannel();
  serveDatabase(port2, async () => pglite);
  const database = new RemoteDatabase(port1);
  await database.open();
  return database;
}

let kept: Promise<Blob> | undefined;

/** A new PGlite takes 2 s, a restored one a third of that. */
async function empty(): Promise<Blob> {
  const pglite = await openPglite({});
  const dump = await pglite.dump();
  await pglite.close();
  return dump;
}

/** In memory; opened anew from what it would have on disk. A folder of its own: pglite-thread.test.ts. */
async function subjectOf(face: Face): Promise<DatabaseSubject> {
  kept ??= empty();
  let pglite = await openPglite({ dump: await kept });
  let current = await face(pglite);
  return {
    database: current,
    async reopen() {
      const dump = await pglite.dump();
      await current.close();
      pglite = await openPglite({ dump });
      current = await face(pglite);
      return current;
    },
    close: () => current.close(),
  };
}

databaseConformance('PGlite', () => subjectOf(async (pglite) => pglite));
databaseConformance('PGlite, over a message port', () => subjectOf(overPort));

test('whoever holds a port hears of the end of its other side', async () => {
  const { port1, port2 } = new MessageChannel();
  serveDatabase(port2, () => Promise.reject(new Error('not needed')));
  const database = new RemoteDatabase(port1);
  port2.close();
  expect(await database.lost).toMatchObject({ code: 'database_ended' });
  await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'database_ended', retriable: true });
  await database.close();
});
