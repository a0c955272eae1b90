import { SCHEMAS, type AvroField, type AvroType, type RecordType } from '@yujing/schemas';
import { orNull, type JsonSchema } from './json-schema.ts';

/** The forms that a body may have to keep; the rest of the meaning is checked by checkMeaning. */
const PATTERNS: Readonly<Record<string, string>> = {
  client_id: '^[A-Za-z0-9_-]{8,64}$',
  hash128: '^[0-9a-f]{32}$',
  currency: '^[A-Z]{3}$',
};

const EARLIEST = Date.UTC(2000, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);

function numberSchema(field: AvroField, type: 'integer' | 'number'): JsonSchema {
  if (field.form === 'time') return { type, minimum: EARLIEST, maximum: LATEST, description: 'ms since 1970 UTC' };
  return {
    type,
    ...(field.minimum === undefined ? {} : { minimum: field.minimum }),
    ...(field.maximum === undefined ? {} : { maximum: field.maximum }),
  };
}

function schemaOf(field: AvroField, type: AvroType): JsonSchema {
  if (Array.isArray(type)) return orNull(schemaOf(field, (type as readonly AvroType[])[1] as AvroType));
  if (typeof type === 'object' && 'items' in type) {
    return { type: 'array', maxItems: field.maxItems ?? 16, items: schemaOf(field, type.items) };
  }
  if (typeof type === 'object' && 'symbols' in type) {
    return { type: 'string', enum: type.symbols.filter((symbol) => symbol !== 'UNKNOWN') };
  }
  switch (type) {
    case 'string': {
      const pattern = field.form === undefined ? undefined : PATTERNS[field.form];
      return { type: 'string', maxLength: field.maxLength ?? 256, ...(pattern === undefined ? {} : { pattern }) };
    }
    case 'int':
    case 'long':
      return numberSchema(field, 'integer');
    case 'double':
      return numberSchema(field, 'number');
    case 'boolean':
      return { type: 'boolean' };
    default:
      throw new TypeError(`a body has no field like ${field.name}`);
  }
}

/** What the server sets itself. */
const OWN = new Set(['subject', 'by', 'role', 'at', 'comment_ref']);

function isOptional(field: AvroField): boolean {
  return field.default !== undefined;
}

/** The body of a command is its record without what the server sets: one truth, the Avro file. */
export function commandBody(type: RecordType, without: readonly string[] = []): JsonSchema {
  const fields = SCHEMAS[type].fields.filter(({ name }) => !OWN.has(name) && !without.includes(name));
  return {
    type: 'object',
    additionalProperties: false,
    description: SCHEMAS[type].doc,
    required: fields.filter((field) => !isOptional(field)).map(({ name }) => name),
    properties: Object.fromEntries(
      fields.map((field) => [field.name, { ...schemaOf(field, field.type), description: field.doc }]),
    ),
  };
}
