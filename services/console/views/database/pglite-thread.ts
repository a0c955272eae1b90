import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { packageFile } from '../../api/package-file.ts';
import { DatabaseLost, type Database } from './database.ts';
import type { PgliteOptions } from './pglite.ts';
import { RemoteDatabase } from './remote.ts';

/** Threads run from dist also when this file does not (tests, Node 24 on sources). */
function workerFile(): string {
  const beside = fileURLToPath(new URL('./pglite-worker.js', import.meta.url));
  return existsSync(beside) ? beside : packageFile('dist/views/database/pglite-worker.js');
}

/** Opens PGlite in its own thread. The data folder must be locked by the caller: PGlite does not refuse a second opener. */
export async function openPgliteThread(options: PgliteOptions): Promise<Database & { kill(): Promise<void> }> {
  const worker = new Worker(workerFile(), { workerData: options, name: 'read-model' });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new DatabaseLost(`the thread ended with ${code}`)));
  });
  worker.removeAllListeners();
  const database = new RemoteDatabase(worker);
  worker.on('error', (error) => database.gone(new DatabaseLost(String((error as Error).message))));
  worker.on('exit', (code) => database.gone(new DatabaseLost(`the thread ended with ${code}`)));
  return Object.assign(database, {
    async kill() {
      await worker.terminate();
    },
  });
}
