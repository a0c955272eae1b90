import type { RecordType } from '@yujing/schemas';
import type { AnyDecoded, Codec } from '@yujing/runtime';

/**
 * Toy records as JSON. What was encoded in this process is remembered by its bytes, since the simulation's logs hand the very
 * same bytes back: decoding then costs a look-up, and a schedule takes milliseconds.
 */
export function createToyCodec(): Codec {
  const known = new WeakMap<Uint8Array, AnyDecoded>();
  return {
    encode(type, value) {
      const bytes = Buffer.from(JSON.stringify([type, value]));
      known.set(bytes, { type, value } as AnyDecoded);
      return bytes;
    },
    decode(bytes) {
      const decoded = known.get(bytes);
      if (decoded !== undefined) return decoded;
      const [type, value] = JSON.parse(Buffer.from(bytes).toString()) as [RecordType, unknown];
      return { type, value } as unknown as AnyDecoded;
    },
    typeOf(bytes) {
      return this.decode(bytes).type;
    },
  };
}
