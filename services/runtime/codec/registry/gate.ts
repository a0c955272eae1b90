import type avro from 'avsc';
import { RegistryError } from '../../errors/errors.ts';
import { avroType, type SchemaVersion } from '../codec-table.ts';

/*
 * The gate before a registry: whether two versions of a schema read each other, judged offline by the resolvers that will read
 * the records. They throw at the first difference and name the type only, so the fields are looked for afterwards.
 */

type AvroRecordType = avro.types.RecordType;

/** Each way: what `reader` cannot read of what `writer` wrote. */
function canRead(reader: avro.Type, writer: avro.Type): boolean {
  try {
    reader.createResolver(writer);
    return true;
  } catch {
    return false;
  }
}

function isRecord(type: avro.Type): type is AvroRecordType {
  return 'fields' in type;
}

function branches(type: avro.Type): readonly avro.Type[] | undefined {
  return 'types' in type ? (type as avro.types.UnwrappedUnionType).types : undefined;
}

function itemsOf(type: avro.Type): avro.Type | undefined {
  return 'itemsType' in type ? (type as avro.types.ArrayType).itemsType : undefined;
}

function find(reader: avro.Type, writer: avro.Type, path: string, problems: string[]): void {
  if (canRead(reader, writer)) return;
  const before = problems.length;
  const [readerItems, writerItems] = [itemsOf(reader), itemsOf(writer)];
  const [readerBranches, writerBranches] = [branches(reader), branches(writer)];
  if (isRecord(reader) && isRecord(writer)) findInFields(reader, writer, path, problems);
  else if (readerItems && writerItems) find(readerItems, writerItems, `${path}[]`, problems);
  else if (readerBranches?.[1] && writerBranches?.[1]) find(readerBranches[1], writerBranches[1], path, problems);
  if (problems.length === before) problems.push(`${path}: ${label(writer)} is not read as ${label(reader)}`);
}

function findInFields(reader: AvroRecordType, writer: AvroRecordType, path: string, problems: string[]): void {
  const written = new Map(writer.fields.map((field) => [field.name, field.type]));
  for (const field of reader.fields) {
    const name = path === '' ? field.name : `${path}.${field.name}`;
    const type = written.get(field.name);
    if (type !== undefined) find(field.type, type, name, problems);
    else if (field.defaultValue() === undefined) problems.push(`${name}: no default where it is missing`);
  }
}

function label(type: avro.Type): string {
  return type.name ?? type.typeName;
}

/** Fields by which one of the two cannot read what the other writes; empty when each reads the other. */
export function incompatibilities(older: SchemaVersion['schema'], newer: SchemaVersion['schema']): readonly string[] {
  const problems: string[] = [];
  const [before, after] = [avroType(older), avroType(newer)];
  find(after, before, '', problems);
  find(before, after, '', problems);
  return [...new Set(problems)];
}

/** FULL_TRANSITIVE over everything a release knows. @throws RegistryError schema_incompatible, which names type and fields */
export function checkRelease(release: readonly SchemaVersion[]): void {
  release.forEach((newer, index) => {
    for (const older of release.slice(0, index)) {
      if (older.type !== newer.type) continue;
      const problems = incompatibilities(older.schema, newer.schema);
      if (problems.length > 0) {
        throw new RegistryError('schema_incompatible', { type: newer.type, fields: problems.join('; ') });
      }
    }
  });
}
