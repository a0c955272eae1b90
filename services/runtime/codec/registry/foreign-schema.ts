import type { AvroEnum, AvroField, AvroRecord, AvroType } from '@yujing/schemas';
import { CodecError } from '../codec-error.ts';

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'double', 'string']);
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** As schemas/generator demands of our own: a field becomes a property, so `__proto__` must never be one. */
const FIELD_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const MAX_TEXT = 262_144;
const MAX_DEPTH = 32;

type Json = Readonly<Record<string, unknown>>;

function refuse(what: string): never {
  throw new CodecError('unsupported_schema', what);
}

/**
 * A schema as a registry gives it, in the form our generator writes: full names everywhere. Registries write the same schema
 * in other words: a namespace left out where it is inherited, `{"type":"long"}` for `"long"`, properties in another order.
 * Only what our records are made of is let through, since avsc makes code of it.
 * @throws CodecError unsupported_schema
 */
export function readForeignSchema(text: string): AvroRecord {
  if (text.length > MAX_TEXT) refuse(`${text.length} characters`);
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    refuse('no JSON');
  }
  const read = readType(schema, '', 0);
  if (typeof read === 'string' || !('fields' in read)) refuse('no record');
  return read;
}

function readType(type: unknown, namespace: string, depth: number): AvroType {
  if (depth > MAX_DEPTH) refuse('nested too deep');
  if (typeof type === 'string') return readName(type, namespace);
  if (Array.isArray(type)) return type.map((branch) => readType(branch, namespace, depth + 1));
  if (typeof type !== 'object' || type === null) refuse('no type');
  const schema = type as Json;
  if (schema['type'] === 'record') return readRecord(schema, namespace, depth);
  if (schema['type'] === 'enum') return readEnum(schema, namespace);
  if (schema['type'] === 'array') return { type: 'array', items: readType(schema['items'], namespace, depth + 1) };
  // A primitive in braces, with whatever a library notes about it.
  if (typeof schema['type'] === 'string' && PRIMITIVES.has(schema['type'])) return schema['type'];
  return refuse(`type ${String(schema['type']).slice(0, 32)}`);
}

function readName(name: string, namespace: string): string {
  if (PRIMITIVES.has(name)) return name;
  if (!name.split('.').every((part) => NAME.test(part))) refuse('a name');
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function fullName(schema: Json, inherited: string): { name: string; namespace: string } {
  const { name, namespace = inherited } = schema;
  if (typeof name !== 'string' || typeof namespace !== 'string') refuse('a name');
  const parts = name.includes('.') ? name.split('.') : [...(namespace === '' ? [] : namespace.split('.')), name];
  if (!parts.every((part) => NAME.test(part))) refuse('a name');
  return { name: parts.at(-1) as string, namespace: parts.slice(0, -1).join('.') };
}

function readEnum(schema: Json, inherited: string): AvroEnum {
  const { symbols, default: fallback } = schema;
  if (!Array.isArray(symbols) || !symbols.every((symbol) => typeof symbol === 'string' && NAME.test(symbol))) {
    refuse('symbols');
  }
  const names = fullName(schema, inherited);
  const named = { type: 'enum' as const, ...names, doc: '', symbols: symbols as string[] };
  // avsc tells an absent default from an undefined one.
  return typeof fallback === 'string' ? { ...named, default: fallback } : (named as unknown as AvroEnum);
}

function readRecord(schema: Json, inherited: string, depth: number): AvroRecord {
  const names = fullName(schema, inherited);
  const { fields } = schema;
  if (!Array.isArray(fields)) refuse('fields');
  return {
    type: 'record',
    ...names,
    doc: '',
    fields: fields.map((field) => readField(field as Json, names.namespace, depth + 1)),
  };
}

function readField(field: Json, namespace: string, depth: number): AvroField {
  const { name, maxLength, maxItems } = field;
  if (typeof name !== 'string' || !FIELD_NAME.test(name)) refuse('the name of a field');
  return {
    name,
    type: readType(field['type'], namespace, depth),
    doc: '',
    privacy: 'none',
    ...('default' in field ? { default: field['default'] as null } : {}),
    // Bounds of whoever wrote it, as far as the registry kept them.
    ...(isBound(maxLength) ? { maxLength } : {}),
    ...(isBound(maxItems) ? { maxItems } : {}),
  };
}

function isBound(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 0x7fffffff;
}
