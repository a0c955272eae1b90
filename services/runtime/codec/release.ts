import { OLD_SCHEMAS, RECORD_TYPES, SCHEMA_IDS, SCHEMAS } from '@yujing/schemas';
import type { SchemaVersion } from './codec-table.ts';

/** Every schema that this release knows, older ones of a type first, with the ids of schemas/ids.json. */
export const RELEASE_SCHEMAS: readonly SchemaVersion[] = [
  ...OLD_SCHEMAS,
  ...RECORD_TYPES.map((type) => ({ id: SCHEMA_IDS[type], type, schema: SCHEMAS[type] })),
];
