import type { Viewer } from '../api/viewer.ts';
import type { LiveClient } from './client.ts';

/** The clients that hear live, and which users are among them. */
export class Crowd {
  readonly #clients = new Set<LiveClient>();
  readonly #streamsOf = new Map<string, number>();
  readonly #backlogBytes: number;
  #dropped = 0;

  constructor(backlogBytes: number) {
    this.#backlogBytes = backlogBytes;
  }

  get size(): number {
    return this.#clients.size;
  }

  /** clients cut off because they did not take what they were sent */
  get dropped(): number {
    return this.#dropped;
  }

  isConnected(user: string): boolean {
    return this.#streamsOf.has(user);
  }

  get users(): readonly string[] {
    return [...this.#streamsOf.keys()];
  }

  add(client: LiveClient): void {
    if (this.#clients.has(client)) return;
    this.#clients.add(client);
    const { user } = client.viewer;
    this.#streamsOf.set(user, (this.#streamsOf.get(user) ?? 0) + 1);
  }

  delete(client: LiveClient): void {
    if (!this.#clients.delete(client)) return;
    const { user } = client.viewer;
    const left = (this.#streamsOf.get(user) ?? 1) - 1;
    if (left === 0) this.#streamsOf.delete(user);
    else this.#streamsOf.set(user, left);
  }

  tell(text: string, audience: (viewer: Viewer) => boolean): void {
    for (const client of this.#clients) {
      if (!client.isOpen) this.delete(client);
      else if (audience(client.viewer)) {
        client.write(text);
        if (client.backlog > this.#backlogBytes) this.#drop(client);
      }
    }
  }

  #drop(client: LiveClient): void {
    this.#dropped += 1;
    this.delete(client);
    client.end();
  }

  /** Sends home whose session has ended. */
  dismiss(): void {
    for (const client of this.#clients) {
      if (client.isWelcome()) continue;
      this.delete(client);
      client.end();
    }
  }

  close(): void {
    for (const client of this.#clients) {
      this.delete(client);
      client.end();
    }
  }
}
