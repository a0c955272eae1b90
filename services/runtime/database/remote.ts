import type { MessagePort } from 'node:worker_threads';
import { openChannel, type Channel } from '../broker/remote/channel.ts';
import { BrokerError, DatabaseError } from '../errors/errors.ts';
import type { Database, SqlRow, SqlValue, Statement } from './database.ts';

/** What the database's thread answers. */
type DatabaseCalls = {
  open: (args: undefined) => void;
  query: (args: { readonly sql: string; readonly values: readonly SqlValue[] }) => SqlRow[];
  transaction: (args: readonly Statement[]) => void;
  close: (args: undefined) => void;
};

/** Answers calls with a database of its own thread, opened by the first call; calls run in the order they came. */
export function serveDatabase(port: MessagePort, open: () => Promise<Database>): void {
  const channel = openChannel<DatabaseCalls, Record<string, never>>(port);
  let opened: Promise<Database> | undefined;
  const database = (): Promise<Database> => {
    opened ??= open();
    return opened;
  };
  channel.handle('open', async () => {
    await database();
  });
  channel.handle('query', async ({ sql, values }) => (await database()).query(sql, values));
  channel.handle('transaction', async (statements) => (await database()).transaction(statements));
  channel.handle('close', async () => {
    await (await database()).close();
    // After the answer has left.
    setImmediate(() => channel.close());
  });
}

/** A database in another thread: this one only sends messages. */
export class RemoteDatabase implements Database {
  readonly #channel: Channel<Record<string, never>, DatabaseCalls>;
  readonly lost: Promise<Error>;

  constructor(port: MessagePort) {
    this.#channel = openChannel(port);
    this.lost = new Promise((resolve) => {
      this.#channel.onClose(() => resolve(new DatabaseError('database_ended')));
    });
  }

  /** @throws when the thread cannot open it */
  open(): Promise<void> {
    return this.#channel.call('open', undefined);
  }

  query(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#channel.call('query', { sql, values }).catch(endedInstead);
  }

  transaction(statements: readonly Statement[]): Promise<void> {
    return this.#channel.call('transaction', statements).catch(endedInstead);
  }

  async close(): Promise<void> {
    // Gone already: then there is nothing to close.
    await this.#channel.call('close', undefined).catch(() => undefined);
  }
}

/** The thread is gone: what ran is done wholly or not at all, and must be looked up. */
function endedInstead(error: unknown): never {
  if (error instanceof BrokerError && error.code === 'connection_lost') throw new DatabaseError('database_ended');
  throw error;
}
