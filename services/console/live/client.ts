import type { ServerResponse } from 'node:http';
import type { Viewer } from '../api/viewer.ts';

/** One open live stream, as the hub sees it. */
export interface LiveClient {
  readonly viewer: Viewer;
  /** false once the session has ended */
  isWelcome(): boolean;
  write(text: string): void;
  /** bytes that the network has not taken yet */
  readonly backlog: number;
  /** resolves when the network has taken everything, or the client is gone */
  drained(): Promise<void>;
  readonly isOpen: boolean;
  end(): void;
}

/** Event of the stream; a line break cannot occur in JSON text. */
export function frame(id: string, kind: string, json: string): string {
  return `id: ${id}\nevent: ${kind}\ndata: ${json}\n\n`;
}

/** A client over a hijacked HTTP answer. */
export class HttpClient implements LiveClient {
  readonly viewer: Viewer;
  readonly #response: ServerResponse;
  readonly #welcome: () => boolean;

  constructor(response: ServerResponse, viewer: Viewer, welcome: () => boolean) {
    this.#response = response;
    this.viewer = viewer;
    this.#welcome = welcome;
  }

  isWelcome(): boolean {
    return this.#welcome();
  }

  write(text: string): void {
    if (this.isOpen) this.#response.write(text);
  }

  get backlog(): number {
    return this.#response.writableLength;
  }

  drained(): Promise<void> {
    if (!this.isOpen || this.#response.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#response.off('drain', done);
        this.#response.off('close', done);
        resolve();
      };
      this.#response.on('drain', done);
      this.#response.on('close', done);
      // Everything may have left between the test and the listener.
      if (!this.#response.writableNeedDrain) done();
    });
  }

  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded;
  }

  /** What lies unsent is given up: the client comes back with the id it has. */
  end(): void {
    if (this.backlog > 0) this.#response.destroy();
    else this.#response.end();
  }
}
