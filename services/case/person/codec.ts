import type { EntityCodec } from '@yujing/runtime';
import { newPerson, type Person } from './state.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** JSON of plain fields, always all present and in the order of the type, so equal states have equal bytes. */
export const PERSON_CODEC: EntityCodec<Person> = {
  empty: newPerson,
  encode: (person) => encoder.encode(JSON.stringify(person)),
  decode: (bytes) => JSON.parse(decoder.decode(bytes)) as Person,
};
