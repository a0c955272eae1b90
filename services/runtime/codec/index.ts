export { createCodec, type AnyDecoded, type Codec, type Decoded } from './codec.ts';
export { CODEC_PROBLEMS, CodecError, type CodecErrorCode } from './codec-error.ts';
export type { SchemaVersion } from './codec-table.ts';
export { createLocalCodec } from './local.ts';
