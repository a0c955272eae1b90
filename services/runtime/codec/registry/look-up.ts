import type { RecordType } from '@yujing/schemas';
import { RegistryError } from '../../errors/errors.ts';
import { CodecTable, type SchemaVersion } from '../codec-table.ts';
import type { CachedSchema } from './cache-file.ts';
import type { RegistryClient } from './client.ts';
import { readForeignSchema } from './foreign-schema.ts';
import { subjectOf, textOf } from './subject.ts';

/** The version of each type that a release writes: the last. */
export function currentOf(release: readonly SchemaVersion[]): readonly SchemaVersion[] {
  return [...new Map(release.map((version) => [version.type, version])).values()];
}

const AT_ONCE = 8;

/** Asks for the ids of what the release writes, by content, and for every other version of their subjects. Registers nothing. */
export async function lookUp(client: RegistryClient, release: readonly SchemaVersion[]): Promise<CachedSchema[]> {
  const found = new Map<number, string>();
  const missing: RecordType[] = [];
  const waiting = [...currentOf(release)];
  const ask = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [subject, text] = [subjectOf(next.schema), textOf(next.schema)];
      for (const { id, schema } of await client.versionsOf(subject)) found.set(id, schema);
      const id = await client.idOf(subject, text);
      if (id === undefined) missing.push(next.type);
      else found.set(id, text); // our own words: registries give properties back in another order
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  if (missing.length > 0) {
    throw new RegistryError('schema_not_registered', { missing: missing.length, types: missing.sort().join(' ') });
  }
  return [...found].map(([id, schema]) => ({ id, schema }));
}

/** The ids under which the release writes, as far as they are among these. */
export function ownIds(schemas: readonly CachedSchema[], release: readonly SchemaVersion[]): Map<RecordType, number> {
  const ids = new Map(schemas.map(({ id, schema }) => [schema, id]));
  const own = new Map<RecordType, number>();
  for (const { type, schema } of currentOf(release)) {
    const id = ids.get(textOf(schema));
    if (id !== undefined) own.set(type, id);
  }
  return own;
}

/** A table that writes the release under these ids. Other versions are read with {@link readForeign}. */
export function tableOf(own: ReadonlyMap<RecordType, number>, release: readonly SchemaVersion[]): CodecTable {
  return new CodecTable(currentOf(release).map(({ type, schema }) => ({ id: own.get(type) as number, type, schema })));
}

/** Adds a schema of the registry to what a table reads. Answers why not, when it cannot. */
export function readForeign(
  table: CodecTable,
  release: readonly SchemaVersion[],
  { id, schema: text }: CachedSchema,
): string | undefined {
  try {
    const schema = readForeignSchema(text);
    const subject = subjectOf(schema);
    const ours = release.find((version) => subjectOf(version.schema) === subject);
    if (ours === undefined) return 'it is no record of ours';
    table.addReader({ id, type: ours.type, schema });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'it cannot be read';
  }
}
