export { createCodec, type AnyDecoded, type Codec, type Decoded, type SchemaVersion } from './codec.ts';
export { CODEC_PROBLEMS, CodecError, type CodecErrorCode } from './codec-error.ts';
export { createLocalCodec } from './local.ts';
