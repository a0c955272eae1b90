import type { RecordType } from '@yujing/schemas';
import { isCoded, RegistryError } from '../../errors/errors.ts';
import type { LogLevel } from '../../observe/logger.ts';
import type { CodecTable, SchemaVersion } from '../codec-table.ts';
import { writeCache, type CachedSchema } from './cache-file.ts';
import { openClient, type RegistryClient } from './client.ts';
import { lookUp, ownIds, readForeign, tableOf } from './look-up.ts';
import { hostOf, type RegistryOptions } from './options.ts';
import { RefusedIds } from './refused-ids.ts';

const REFUSED_MS = 300_000;
const MOST_REFUSED = 1_000;

/** What a process knows of the schemas of its registry: learns ids one request each, and keeps all it knows in the cache file. */
export class Knowledge {
  readonly table: CodecTable;
  readonly #own: ReadonlyMap<RecordType, number>;
  readonly #release: readonly SchemaVersion[];
  readonly #options: RegistryOptions;
  readonly #refused: RefusedIds;
  readonly #asking = new Map<number, Promise<void>>();
  readonly #known: Map<number, string>;
  #client: Promise<RegistryClient> | undefined;
  #written: Promise<void> = Promise.resolve();

  /** `schemas` must hold everything that the release writes. */
  constructor(
    schemas: readonly CachedSchema[],
    release: readonly SchemaVersion[],
    options: RegistryOptions,
    client?: RegistryClient,
  ) {
    this.#client = client === undefined ? undefined : Promise.resolve(client);
    this.#own = ownIds(schemas, release);
    this.table = tableOf(this.#own, release);
    this.#release = release;
    this.#options = options;
    const now = options.now ?? (() => performance.now());
    this.#refused = new RefusedIds(this.table.refused, now, REFUSED_MS, MOST_REFUSED);
    this.#known = new Map(schemas.map(({ id, schema }) => [id, schema]));
    for (const schema of schemas) this.#add(schema);
  }

  /** true: nobody said yet whether it can be read */
  isNew(id: number): boolean {
    return !this.table.readers.has(id) && !this.#refused.has(id);
  }

  /** @throws RegistryError registry_unreachable while nothing is known of one of them */
  async learn(ids: ReadonlySet<number>): Promise<void> {
    for (const id of ids) {
      let asking = this.#asking.get(id);
      if (asking === undefined) {
        asking = this.#ask(id).finally(() => this.#asking.delete(id));
        this.#asking.set(id, asking);
      }
      await asking;
    }
  }

  async #ask(id: number): Promise<void> {
    let schema: string | undefined;
    try {
      schema = await (await this.#open()).schemaOf(id);
    } catch (error) {
      // Whatever keeps the registry from answering: a worker waits, it neither ends nor gives a record up for it.
      if (!isCoded(error) || error.retriable) throw error;
      throw new RegistryError('registry_unreachable', { registry: hostOf(this.#options.url), refused: error.code });
    }
    if (schema === undefined) this.#refuse(id, 'the registry does not know it');
    else if (this.#add({ id, schema })) {
      this.#known.set(id, schema);
      await this.keep();
    }
  }

  /** Compares what the cache said with what the registry says now, and learns what is new. Never rejects. */
  async check(): Promise<void> {
    try {
      const schemas = await lookUp(await this.#open(), this.#release);
      for (const [type, is] of ownIds(schemas, this.#release)) {
        const was = this.#own.get(type) as number;
        if (was !== is) throw new RegistryError('registry_differs', { type, was, is });
      }
      for (const schema of schemas) if (this.#add(schema)) this.#known.set(schema.id, schema.schema);
      await this.keep();
    } catch (error) {
      const { code, facts, retriable } = isCoded(error) ? error : { code: 'unknown', facts: {}, retriable: false };
      this.#log(retriable ? 'warn' : 'error', 'running on the schemas of the cache', { code, ...facts });
    }
  }

  /** A cache that cannot be written costs the next start its independence of the registry, no more. */
  keep(): Promise<void> {
    const { cacheFile, url } = this.#options;
    if (cacheFile === undefined) return Promise.resolve();
    this.#written = this.#written.then(async () => {
      try {
        await writeCache(
          cacheFile,
          url,
          [...this.#known].map(([id, schema]) => ({ id, schema })),
        );
      } catch {
        this.#log('warn', 'the cache of schemas cannot be written', {});
      }
    });
    return this.#written;
  }

  #open(): Promise<RegistryClient> {
    return (this.#client ??= openClient(this.#options));
  }

  /** false: it cannot be read, and why is remembered */
  #add(schema: CachedSchema): boolean {
    if (this.table.readers.has(schema.id)) return true;
    const reason = readForeign(this.table, this.#release, schema);
    if (reason !== undefined) this.#refuse(schema.id, reason);
    return reason === undefined;
  }

  #refuse(id: number, reason: string): void {
    this.#refused.add(id, reason);
    this.#log('warn', 'a schema id cannot be read', { id, reason });
  }

  #log(level: LogLevel, message: string, facts: object): void {
    this.#options.log?.(level, message, { registry: hostOf(this.#options.url), ...facts });
  }
}
