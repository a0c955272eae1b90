import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { PgliteOptions } from './pglite.ts';
import { RemoteDatabase } from './remote.ts';

/** Threads run from dist also when this file does not (tests, Node 24 on sources). */
function workerFile(): string {
  const [beside = '', fromSources = ''] = ['./pglite-worker.js', '../dist/database/pglite-worker.js'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  return existsSync(beside) ? beside : fromSources;
}

/** PGlite in its own thread. */
export class PgliteThread extends RemoteDatabase {
  readonly #worker: Worker;
  #failure: unknown;

  constructor(options: PgliteOptions) {
    const { port1, port2 } = new MessageChannel();
    super(port1);
    this.#worker = new Worker(workerFile(), {
      name: 'read-model',
      workerData: { port: port2, options },
      transferList: [port2],
      // A process that runs from sources resolves packages to sources; this thread runs from dist.
      execArgv: [],
    });
    // A thread that ends closes its port, and that is how everybody hears of it; without a listener it would end the process.
    this.#worker.on('error', (error) => {
      this.#failure = error;
      port1.close();
    });
  }

  /** why the thread ended by itself */
  get failure(): unknown {
    return this.#failure;
  }

  /** Ends the thread in whatever it is doing. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The data folder must be locked by the caller: PGlite does not refuse a second opener. */
export async function openPgliteThread(options: PgliteOptions): Promise<PgliteThread> {
  const database = new PgliteThread(options);
  try {
    await database.open();
    return database;
  } catch (error) {
    await database.kill();
    // A thread that never came up says why; what its caller saw is only that nobody answered.
    throw database.failure ?? error;
  }
}
