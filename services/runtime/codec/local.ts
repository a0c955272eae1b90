import { OLD_SCHEMAS, RECORD_TYPES, SCHEMA_IDS, SCHEMAS } from '@yujing/schemas';
import { createCodec, type Codec } from './codec.ts';

/** The codec of the schemas in this release, with the ids of schemas/ids.json; needs no registry. */
export function createLocalCodec(): Codec {
  const current = RECORD_TYPES.map((type) => ({ id: SCHEMA_IDS[type], type, schema: SCHEMAS[type] }));
  return createCodec([...OLD_SCHEMAS, ...current]);
}
