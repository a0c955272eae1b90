import { parentPort, workerData } from 'node:worker_threads';
import { openPglite, type PgliteOptions } from './pglite.ts';
import { serveDatabase } from './remote.ts';

// The thread of the read model: PGlite holds its thread for as long as a statement runs.
const port = parentPort;
if (port === null) throw new Error('pglite-worker runs as a thread');
const database = await openPglite(workerData as PgliteOptions);
serveDatabase(port, database, () => port.close());
port.postMessage('open');
