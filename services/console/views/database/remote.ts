import { DatabaseLost, SqlError, type Database, type SqlRow, type SqlValue, type Statement } from './database.ts';

export type Request =
  | { readonly id: number; readonly call: 'query'; readonly sql: string; readonly values: readonly SqlValue[] }
  | { readonly id: number; readonly call: 'transaction'; readonly statements: readonly Statement[] }
  | { readonly id: number; readonly call: 'close' };

export type Reply =
  | { readonly id: number; readonly rows: SqlRow[] }
  | { readonly id: number; readonly failed: { readonly message: string; readonly state: string } };

/** The few things of a MessagePort or Worker that are needed here. */
export interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** Answers requests with a database of its own thread. */
export function serveDatabase(port: Port, database: Database, closed: () => void): void {
  const answer = async (request: Request): Promise<SqlRow[]> => {
    switch (request.call) {
      case 'query':
        return database.query(request.sql, request.values);
      case 'transaction':
        await database.transaction(request.statements);
        return [];
      case 'close':
        await database.close();
        return [];
    }
  };
  port.on('message', (message) => {
    const request = message as Request;
    const done = (reply: Reply): void => {
      port.postMessage(reply);
      if (request.call === 'close') closed();
    };
    answer(request).then(
      (rows) => done({ id: request.id, rows }),
      (error: unknown) => {
        const { message: text, state } = error as SqlError;
        done({ id: request.id, failed: { message: text, state: state ?? '' } });
      },
    );
  });
}

interface Waiting {
  readonly resolve: (rows: SqlRow[]) => void;
  readonly reject: (error: Error) => void;
}

/** A database in another thread: this one only sends messages. */
export class RemoteDatabase implements Database {
  readonly #port: Port;
  readonly #waiting = new Map<number, Waiting>();
  readonly lost: Promise<Error>;
  #giveUp: (error: Error) => void = () => {};
  #gone: Error | undefined;
  #last = 0;

  constructor(port: Port) {
    this.#port = port;
    this.lost = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
    port.on('message', (message) => this.#answered(message as Reply));
  }

  query(sql: string, values: readonly SqlValue[] = []): Promise<SqlRow[]> {
    return this.#send({ id: 0, call: 'query', sql, values });
  }

  async transaction(statements: readonly Statement[]): Promise<void> {
    await this.#send({ id: 0, call: 'transaction', statements });
  }

  async close(): Promise<void> {
    if (this.#gone === undefined) await this.#send({ id: 0, call: 'close' });
  }

  /** The other thread has ended: nobody will answer any more. */
  gone(error: Error): void {
    if (this.#gone !== undefined) return;
    this.#gone = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#giveUp(error);
  }

  #send(request: Request): Promise<SqlRow[]> {
    if (this.#gone !== undefined) return Promise.reject(new DatabaseLost(this.#gone.message));
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#port.postMessage({ ...request, id });
    });
  }

  #answered(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('rows' in reply) waiting?.resolve(reply.rows);
    else waiting?.reject(new SqlError(reply.failed.message, reply.failed.state));
  }
}
