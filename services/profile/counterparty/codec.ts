import {
  ByteReader,
  ByteWriter,
  emptyProfileState,
  readProfile,
  writeProfile,
  type ProfileState,
} from '@yujing/rules/language';
import type { EntityCodec } from '@yujing/runtime';

/** Raised when the bytes change; older ones are still read. */
const VERSION = 1;
const writer = new ByteWriter();

export const PROFILE_CODEC: EntityCodec<ProfileState> = {
  empty: () => emptyProfileState(),
  encode(state) {
    writer.begin();
    writer.byte(VERSION);
    writeProfile(writer, state);
    return writer.take();
  },
  decode(bytes) {
    const reader = new ByteReader(bytes);
    const version = reader.byte();
    if (version !== VERSION)
      throw new RangeError(`a counterparty of version ${version} was written by a newer release`);
    return readProfile(reader);
  },
};
