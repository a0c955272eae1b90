import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

export const LZ4 = 3;

interface Lz4 {
  compressFrameSync(bytes: Buffer): Buffer;
  decompressFrameSync(bytes: Buffer): Buffer;
}

let lz4: Lz4 | undefined;

/** Native, so loaded with the first batch and never in a process that is embedded. */
function loadLz4(): Lz4 {
  lz4 ??= createRequire(import.meta.url)('lz4-napi') as Lz4;
  return lz4;
}

export function compress(bytes: Buffer): Buffer {
  return loadLz4().compressFrameSync(bytes);
}

/** @throws RangeError for snappy and zstd: our own logs are lz4, whatever the producer, since the producer is ours */
export function decompress(codec: number, bytes: Buffer): Buffer {
  if (codec === 0) return bytes;
  if (codec === LZ4) return loadLz4().decompressFrameSync(bytes);
  if (codec === 1) return gunzipSync(bytes);
  throw new RangeError(`compression ${codec} is not read here`);
}
