import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { ClearKind } from './forms.ts';

/** One version of the key that makes tokens. */
export interface TokenKey {
  readonly version: number;
  readonly key: KeyObject;
}

export const TOKEN_KEY_BYTES = 32;
const TOKEN_BYTES = 16;

export function tokenKey(version: number, bytes: Uint8Array): TokenKey {
  if (!Number.isInteger(version) || version < 1 || version > 9999) throw new RangeError('a key version is 1 to 9999');
  if (bytes.length !== TOKEN_KEY_BYTES) throw new RangeError(`a token key has ${TOKEN_KEY_BYTES} bytes`);
  return { version, key: createSecretKey(bytes) };
}

/**
 * Token of a value under one key. A bare hash would be no pseudonym: all mobile numbers of the country are hashed in minutes,
 * so the key is the whole protection. The kind is part of it, so that equal digits of two kinds are strangers.
 */
export function tokenOf({ version, key }: TokenKey, kind: ClearKind, canonical: string): string {
  const mac = createHmac('sha256', key).update(`${kind}\0${canonical}`).digest();
  return `t${version}_${mac.toString('base64url', 0, TOKEN_BYTES)}`;
}
