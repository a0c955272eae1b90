import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One id of the registry and the text under it. */
export interface CachedSchema {
  readonly id: number;
  readonly schema: string;
}

interface CacheFile {
  readonly format: 1;
  /** ids are the registry's own: those of another one are worth nothing */
  readonly registry: string;
  readonly schemas: readonly CachedSchema[];
}

function isCachedSchema(value: unknown): value is CachedSchema {
  const { id, schema } = (value ?? {}) as Partial<CachedSchema>;
  return Number.isInteger(id) && (id as number) >= 0 && (id as number) <= 0xffffffff && typeof schema === 'string';
}

/** undefined: there is none for this registry, or it cannot be read; then the registry is asked. */
export async function readCache(file: string, registry: string): Promise<readonly CachedSchema[] | undefined> {
  try {
    const cache = JSON.parse(await readFile(file, 'utf8')) as Partial<CacheFile>;
    if (cache.format !== 1 || cache.registry !== registry || !Array.isArray(cache.schemas)) return undefined;
    return cache.schemas.every(isCachedSchema) ? cache.schemas : undefined;
  } catch {
    return undefined;
  }
}

/** A reader finds the old file or the new one, never half of one. */
export async function writeCache(file: string, registry: string, schemas: readonly CachedSchema[]): Promise<void> {
  const cache: CacheFile = { format: 1, registry, schemas };
  const draft = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(draft, `${JSON.stringify(cache)}\n`, { flush: true });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
