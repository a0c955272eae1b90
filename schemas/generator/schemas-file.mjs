// generated/schemas.ts: the resolved Avro schemas and their ids, so that nothing is read from disk at run time.
import { HEADER } from './types-file.mjs';

const SHAPES = `import type { RecordType } from './types.ts'

export type FieldForm =
  | 'hash48' | 'hash64' | 'hash128' | 'hash256' | 'token' | 'key' | 'client_id' | 'ref' | 'currency' | 'json' | 'filled' | 'time'

export interface AvroField {
  name: string
  type: AvroType
  doc: string
  default?: null | readonly never[]
  /** Longest string in bytes of UTF-8; of an array of strings: of one item. */
  maxLength?: number
  maxItems?: number
  entity?: 'tel' | 'account' | 'domain' | 'device' | 'person' | 'place'
  privacy: 'token' | 'quasi' | 'none'
  /** Form of a string or of a time; the table of forms stands in schemas/meaning. */
  form?: FieldForm
  minimum?: number
  maximum?: number
  /** Which of the two parties the field names; for an incoming payment see sideIncoming. */
  side?: 'subject' | 'counterparty'
  sideIncoming?: 'subject' | 'counterparty'
}
export interface AvroRecord { type: 'record'; name: string; namespace: string; doc: string; fields: readonly AvroField[] }
export interface AvroEnum { type: 'enum'; name: string; namespace: string; doc: string; symbols: readonly string[]; default: string }
export interface AvroArray { type: 'array'; items: AvroType }
/** A string is a primitive or the full name of a type written out earlier in the same schema. */
export type AvroType = string | AvroRecord | AvroEnum | AvroArray | readonly AvroType[]
`;

export function schemasFile({ records, resolved }, { entries, historic }) {
  const schemas = records.map((name) => `  ${name}: ${JSON.stringify(resolved.get(name))},`).join('\n');
  const ids = records.map((name) => `  ${name}: ${entries.findLast((entry) => entry.type === name).id},`).join('\n');
  const old = historic.map(
    ({ id, type, schema }) => `  { id: ${id}, type: '${type}', schema: ${JSON.stringify(schema)} },`,
  );
  return [
    HEADER,
    SHAPES,
    `/** Self-contained schema of each record type. */\nexport const SCHEMAS: Readonly<Record<RecordType, AvroRecord>> = {\n${schemas}\n}\n`,
    `/** Id written in the wire header of each record type. */\nexport const SCHEMA_IDS: Readonly<Record<RecordType, number>> = {\n${ids}\n}\n`,
    `/** Schemas that are no longer written but still lie in logs and archives. */`,
    `export const OLD_SCHEMAS: readonly { id: number; type: RecordType; schema: AvroRecord }[] = [${old.length ? `\n${old.join('\n')}\n` : ''}]\n`,
  ].join('\n');
}
