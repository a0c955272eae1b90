import { existsSync, statSync, truncateSync } from 'node:fs';

interface Seen {
  readonly at: number;
  readonly path: string;
  readonly bytes: number;
}

const EVERY_MS = 50;
const KEPT_MS = 30_000;

/**
 * Watches how Redis' append-only file grows, so that a power cut can be modelled: what was written in the last seconds had not
 * reached the disk. A kill alone proves nothing, since the page cache outlives the process.
 */
export class AofTail {
  readonly #newest: () => string | undefined;
  #seen: Seen[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(files: () => readonly string[]) {
    this.#newest = () => files().at(-1);
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  #look(): void {
    const path = this.#newest();
    if (path === undefined || !existsSync(path)) return;
    const at = Date.now();
    this.#seen.push({ at, path, bytes: statSync(path).size });
    if ((this.#seen[0]?.at ?? at) < at - KEPT_MS) this.#seen = this.#seen.filter((seen) => seen.at >= at - KEPT_MS);
  }

  /** Cuts the file to what it held `lostMs` before `killedAt`; Redis must be down. Answers how many bytes are gone. */
  cut(killedAt: number, lostMs: number): number {
    const path = this.#newest();
    const before = this.#seen.findLast((seen) => seen.path === path && seen.at <= killedAt - lostMs);
    // Without it all would go, and an empty store is another matter than a tail.
    if (path === undefined || before === undefined) throw new Error(`nobody saw the file ${lostMs} ms before`);
    const cut = statSync(path).size - before.bytes;
    truncateSync(path, before.bytes);
    return cut;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
