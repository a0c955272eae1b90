import { StoreError } from '../../errors/errors.ts';
import type { RedisClient } from './client.ts';
import type { RedisOptions } from './options.ts';
import { storeError } from './redis-error.ts';

const POLL_MS = 10_000;
/** of maxmemory, from which on it is said in the log */
const NEARLY_FULL = 0.9;

export interface ServerFigures {
  readonly usedBytes: number;
  /** maxmemory, 0 = none set */
  readonly limitBytes: number;
  readonly policy: string;
  readonly appendOnly: boolean;
}

/** One field of the text that INFO answers, '' when it is not there. */
export function infoField(text: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
}

/** INFO and not CONFIG: the user of an installation has no right to CONFIG. */
export async function readFigures(client: RedisClient): Promise<ServerFigures> {
  const memory = String(await client.call('info', ['memory']));
  const persistence = String(await client.call('info', ['persistence']));
  return {
    usedBytes: Number(infoField(memory, 'used_memory')),
    limitBytes: Number(infoField(memory, 'maxmemory')),
    policy: infoField(memory, 'maxmemory_policy'),
    appendOnly: infoField(persistence, 'aof_enabled') === '1',
  };
}

/** Settings of the servers, checked at the start and while it runs, and the gauges of their memory. */
export class ServerWatch {
  readonly #masters: () => RedisClient[];
  readonly #options: RedisOptions;
  readonly #timer: NodeJS.Timeout;
  #nearlyFull = false;

  constructor(masters: () => RedisClient[], options: RedisOptions) {
    this.#masters = masters;
    this.#options = options;
    this.#timer = setInterval(() => void this.#poll(), POLL_MS).unref();
  }

  /** @throws StoreError store_evicts; store_access_denied when INFO is not allowed, because then nothing can be said */
  async check(): Promise<void> {
    let figures: ServerFigures[];
    try {
      figures = await this.#read();
    } catch (error) {
      throw storeError(error, { command: 'info' });
    }
    for (const { policy, appendOnly } of figures) {
      if (policy !== 'noeviction') throw new StoreError('store_evicts', { policy });
      if (!appendOnly) this.#options.log?.('warn', 'Redis keeps no append-only file: its state ends with it', {});
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #read(): Promise<ServerFigures[]> {
    const figures = await Promise.all(this.#masters().map(readFigures));
    for (const { policy } of figures) {
      if (policy !== 'noeviction') this.#options.log?.('error', 'Redis would evict state', { policy });
    }
    this.#show(figures);
    return figures;
  }

  async #poll(): Promise<void> {
    // A server that is away is seen by the commands of the stages; here its figures are only missing.
    await this.#read().catch(() => undefined);
  }

  #show(figures: readonly ServerFigures[]): void {
    const { metrics, log } = this.#options;
    const fullness = ({ usedBytes, limitBytes }: ServerFigures): number =>
      limitBytes > 0 ? usedBytes / limitBytes : 0;
    const [fullest] = figures.toSorted((a, b) => fullness(b) - fullness(a) || b.usedBytes - a.usedBytes);
    if (fullest === undefined) return;
    metrics?.set('redis_used_bytes', {}, fullest.usedBytes);
    metrics?.set('redis_limit_bytes', {}, fullest.limitBytes);
    const nearlyFull = fullness(fullest) >= NEARLY_FULL;
    if (nearlyFull && !this.#nearlyFull)
      log?.('warn', 'the memory of Redis is nearly full', { used: fullest.usedBytes, limit: fullest.limitBytes });
    this.#nearlyFull = nearlyFull;
  }
}
