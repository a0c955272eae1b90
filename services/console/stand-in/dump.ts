import { openPglite } from '@yujing/runtime';
import { createGeneration, markReady, MIGRATIONS, prepareGenerations } from '../views/schema/migrations.ts';

let kept: Promise<Blob> | undefined;

/** A new PGlite takes 2 s; a restored one a third of that. Made once per process, whoever asks first. */
export function emptyDump(): Promise<Blob> {
  kept ??= makeDump();
  return kept;
}

async function makeDump(): Promise<Blob> {
  const database = await openPglite({});
  await prepareGenerations(database);
  await database.transaction([...createGeneration(1, MIGRATIONS.at(-1)?.version ?? 0), markReady(1)]);
  const dump = await database.dump();
  await database.close();
  return dump;
}
