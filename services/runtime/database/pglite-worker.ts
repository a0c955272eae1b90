import { workerData, type MessagePort } from 'node:worker_threads';
import { openPglite, type PgliteOptions } from './pglite.ts';
import { serveDatabase } from './remote.ts';

// The thread of the read model: PGlite holds its thread for as long as a statement runs.
const { port, options } = workerData as { readonly port: MessagePort; readonly options: PgliteOptions };
serveDatabase(port, () => openPglite(options));
