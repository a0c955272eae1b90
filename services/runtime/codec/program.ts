import type { AvroField, AvroRecord, AvroEnum, AvroType } from '@yujing/schemas';
import { CodecError } from './codec-error.ts';

/**
 * A schema as a flat list of numbers for the pre-scan. Records are written in line, so the common case is one loop over
 * one Int32Array. Each instruction is (operation, a, b):
 *
 *   STRING maxBytes -, ENUM symbols -, OPTIONAL - end (jump there when null), ARRAY maxItems end (items lie in between)
 */
export const OP = {
  boolean: 0,
  int: 1,
  long: 2,
  double: 3,
  string: 4,
  enumeration: 5,
  optional: 6,
  array: 7,
} as const;

/** Words of one instruction. */
export const WIDTH = 3;

export interface Program {
  readonly code: Int32Array;
  /** path of the field of each instruction, for messages */
  readonly paths: readonly string[];
}

/** Our schemas nest four deep; a schema of a stranger must not make the scan recurse without end. */
const MAX_DEPTH = 16;
const DEFAULT_MAX_LENGTH = 256;
const DEFAULT_MAX_ITEMS = 1000;

const PRIMITIVES = new Map<string, number>([
  ['boolean', OP.boolean],
  ['int', OP.int],
  ['long', OP.long],
  ['double', OP.double],
  ['string', OP.string],
]);

class Compiler {
  readonly #words: number[] = [];
  readonly #paths: string[] = [];
  readonly #names = new Map<string, AvroRecord | AvroEnum>();

  #emit(path: string, operation: number, a = 0): number {
    this.#paths.push(path);
    return this.#words.push(operation, a, 0) - WIDTH;
  }

  record(schema: AvroRecord, path: string, depth: number): void {
    if (depth > MAX_DEPTH) throw new CodecError('too_deep', path);
    this.#names.set(`${schema.namespace}.${schema.name}`, schema);
    for (const field of schema.fields) {
      this.#type(field, field.type, path === '' ? field.name : `${path}.${field.name}`, depth + 1);
    }
  }

  #type(field: AvroField, type: AvroType, path: string, depth: number): void {
    if (typeof type === 'string') this.#named(field, type, path, depth);
    else if ('items' in type) this.#array(field, type.items, path, depth);
    else if ('symbols' in type) {
      this.#names.set(`${type.namespace}.${type.name}`, type);
      this.#emit(path, OP.enumeration, type.symbols.length);
    } else if ('fields' in type) this.record(type, path, depth);
    else this.#optional(field, type, path, depth);
  }

  #named(field: AvroField, name: string, path: string, depth: number): void {
    const operation = PRIMITIVES.get(name);
    if (operation !== undefined) {
      this.#emit(path, operation, operation === OP.string ? (field.maxLength ?? DEFAULT_MAX_LENGTH) : 0);
      return;
    }
    const known = this.#names.get(name);
    if (known === undefined) throw new CodecError('unsupported_schema', `${path}: ${name}`);
    this.#type(field, known, path, depth);
  }

  #array(field: AvroField, items: AvroType, path: string, depth: number): void {
    const at = this.#emit(path, OP.array, field.maxItems ?? DEFAULT_MAX_ITEMS);
    this.#type(field, items, `${path}[]`, depth + 1);
    // Items without bytes would make a five-byte message claim millions of them.
    if (this.#words.length === at + WIDTH) throw new CodecError('unsupported_schema', `${path}: items of no size`);
    this.#words[at + 2] = this.#words.length;
  }

  #optional(field: AvroField, union: readonly AvroType[], path: string, depth: number): void {
    const [first, second] = union;
    if (union.length !== 2 || first !== 'null' || second === undefined) {
      throw new CodecError('unsupported_schema', `${path}: only [null, X]`);
    }
    const at = this.#emit(path, OP.optional);
    this.#type(field, second, path, depth);
    this.#words[at + 2] = this.#words.length;
  }

  finish(): Program {
    return { code: Int32Array.from(this.#words), paths: this.#paths };
  }
}

export function compileProgram(schema: AvroRecord): Program {
  const compiler = new Compiler();
  compiler.record(schema, '', 0);
  return compiler.finish();
}
