import { createCodec, type Codec } from './codec.ts';
import { RELEASE_SCHEMAS } from './release.ts';

/** The codec of the schemas in this release, with the ids of schemas/ids.json; needs no registry. */
export function createLocalCodec(): Codec {
  return createCodec(RELEASE_SCHEMAS);
}
