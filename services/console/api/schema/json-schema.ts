/** The part of JSON Schema 2020-12 that the API is described with; OpenAPI 3.1 takes it as it is. */
export interface JsonSchema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly enum?: ReadonlyArray<string | null>;
  readonly const?: string | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

export const text: JsonSchema = { type: 'string' };
export const flag: JsonSchema = { type: 'boolean' };
export const count: JsonSchema = { type: 'integer', minimum: 0 };
export const number: JsonSchema = { type: 'number' };
export const time: JsonSchema = { type: 'integer', description: 'ms since 1970 UTC' };
export const money: JsonSchema = { type: 'integer', description: 'minor units' };

export function oneOf(symbols: readonly string[], description?: string): JsonSchema {
  return { type: 'string', enum: symbols, ...(description === undefined ? {} : { description }) };
}

export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

export function ref(id: string): JsonSchema {
  return { $ref: `${id}#` };
}

export function orNull(schema: JsonSchema): JsonSchema {
  if (schema.$ref !== undefined || schema.anyOf !== undefined) return { anyOf: [schema, { type: 'null' }] };
  const nullable = { ...schema, type: [schema.type as string, 'null'] };
  return schema.enum === undefined ? nullable : { ...nullable, enum: [...schema.enum, null] };
}

/** One schema per property of T, none forgotten: the compiler checks it against api/views.ts. */
export type Shape<T> = { readonly [Key in keyof T]-?: JsonSchema };

export function object<T>(properties: Shape<T>, optional: readonly (keyof T & string)[] = []): JsonSchema {
  const required = Object.keys(properties).filter((name) => !(optional as readonly string[]).includes(name));
  return {
    type: 'object',
    additionalProperties: false,
    required,
    properties: properties as Record<string, JsonSchema>,
  };
}

export function named(id: string, schema: JsonSchema): JsonSchema {
  return { $id: id, ...schema };
}
