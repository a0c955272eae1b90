import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and a server, and can keep back what one says to the other before it hangs up. */
export class Proxy {
  readonly #server = createServer((client) => this.#join(client));
  readonly #sockets = new Set<Socket>();
  readonly #target: number;
  #keepBack: 'nothing' | 'request' | 'answer' = 'nothing';
  /** connections that were cut by {@link cutNext} */
  cuts = 0;

  constructor(target: number) {
    this.#target = target;
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next request, or the answer to it, is swallowed and the connection ends. */
  cutNext(what: 'request' | 'answer'): void {
    this.#keepBack = what;
  }

  #join(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1');
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (bytes) => this.#pass('request', bytes, server, client));
    server.on('data', (bytes) => this.#pass('answer', bytes, client, client));
  }

  #pass(what: 'request' | 'answer', bytes: Buffer, to: Socket, client: Socket): void {
    if (this.#keepBack !== what) {
      to.write(bytes);
      return;
    }
    this.#keepBack = 'nothing';
    this.cuts++;
    client.destroy();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
