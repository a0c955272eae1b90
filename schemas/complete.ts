import { SCHEMAS } from './generated/schemas.ts';
import type { RecordType, RecordTypes } from './generated/types.ts';

type DefaultKey<R> = { [K in keyof R]-?: null extends R[K] ? K : R[K] extends readonly unknown[] ? K : never }[keyof R];
/** A record whose nullable fields and arrays may be left out. */
export type Draft<R> = Omit<R, DefaultKey<R>> & Partial<Pick<R, DefaultKey<R>>>;

/** Fills what was left out with null or an empty array. Field order is the schema's, so JSON of equal records is equal text. */
export function complete<T extends RecordType>(type: T, draft: Draft<RecordTypes[T]>): RecordTypes[T] {
  const given = draft as Record<string, unknown>;
  const full: Record<string, unknown> = {};
  for (const field of SCHEMAS[type].fields) {
    const value = given[field.name];
    full[field.name] = value === undefined ? (Array.isArray(field.default) ? [] : field.default) : value;
  }
  return full as unknown as RecordTypes[T];
}
