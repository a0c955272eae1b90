import { RULE_KEYS } from './declarations/index.ts';
import type { JsonSchema } from './shapes.ts';

/** JSON Schema of all documents, from the declarations that read them: editors complete and check while typing. */
export function ruleSchema(): JsonSchema {
  const policy: JsonSchema = {
    properties: { id: { type: 'string' }, version: { type: 'integer', minimum: 1 } },
    required: ['id', 'version'],
  };
  const kinds: ReadonlyArray<readonly [string, JsonSchema]> = [
    ...RULE_KEYS.map(([kind, shape]) => [kind, shape.schema()] as const),
    ['Policy', policy],
  ];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Yujing rule documents',
    description: 'Written from rules/language/documents/declarations by `npm run document -w rules`. Do not edit.',
    type: 'object',
    properties: { kind: { enum: kinds.map(([kind]) => kind) } },
    required: ['kind'],
    // oxlint-disable-next-line unicorn/no-thenable
    allOf: kinds.map(([kind, schema]) => ({ if: { properties: { kind: { const: kind } } }, then: schema })),
  };
}
