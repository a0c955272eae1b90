import { featureSet, filter, listDocument, model } from './declarations/others.ts';
import { rule } from './declarations/rule.ts';
import type { JsonSchema, Shape } from './shapes.ts';

/** JSON Schema of all documents, from the declarations that read them: editors complete and check while typing. */
export function ruleSchema(): JsonSchema {
  const kinds: ReadonlyArray<readonly [string, Shape<unknown>]> = [
    ['Rule', rule],
    ['FeatureSet', featureSet],
    ['List', listDocument],
    ['Filter', filter],
    ['Model', model],
  ];
  const policy: JsonSchema = {
    type: 'object',
    properties: { kind: { const: 'Policy' }, id: { type: 'string' }, version: { type: 'integer', minimum: 1 } },
    required: ['kind', 'id', 'version'],
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Yujing rule documents',
    description: 'Written from rules/language/documents/declarations by `npm run document -w rules`. Do not edit.',
    oneOf: [...kinds.map(([name, shape]) => ({ title: name, ...shape.schema() })), { title: 'Policy', ...policy }],
  };
}
