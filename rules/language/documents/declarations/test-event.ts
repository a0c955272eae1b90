import type { ValueType } from '../../plan/plan.ts';
import { eventInfo } from '../../check/events.ts';
import type { JsonSchema, Shape } from '../shapes.ts';
import { duration } from '../words.ts';
import type { Value } from '../value.ts';
import { EVENT_TYPES } from './event-types.ts';

/** An event of a story. Its fields are checked with the rule, against the schemas; editors get them from here. */
export const testEvent: Shape<Value> = {
  words: 'an event: { at: 5m, call: { ... } }',
  schema: () => ({
    type: 'object',
    properties: {
      at: { ...duration().schema(), description: 'when it happened, from the beginning of the story' },
      late: { ...duration().schema(), description: 'how much later it was reported' },
      ...Object.fromEntries(
        EVENT_TYPES.map((type) => [type, { ...fieldsOf(type), description: `a ${type.replace('_', ' ')}` }]),
      ),
    },
    required: ['at'],
    additionalProperties: false,
  }),
  read: (value) => value,
};

function fieldsOf(type: (typeof EVENT_TYPES)[number]): JsonSchema {
  const fields = [...eventInfo(type).fields.values()].map((field) => [
    field.name,
    schemaOf(field.type, field.optional),
  ]);
  return { type: 'object', properties: Object.fromEntries(fields), additionalProperties: false };
}

function schemaOf(type: ValueType, optional: boolean): JsonSchema {
  if (type.kind === 'enum') return { enum: optional ? [...type.symbols, null] : type.symbols };
  if (type.kind === 'list') return { type: 'array', items: schemaOf(type.of, false) };
  const word =
    type.kind === 'bool' ? 'boolean' : type.kind === 'int' ? 'integer' : type.kind === 'double' ? 'number' : 'string';
  return { type: optional ? [word, 'null'] : word };
}
