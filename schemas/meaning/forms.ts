import type { FieldForm } from '../generated/schemas.ts';
import type { ProblemCode } from './problem.ts';

/** `t`, version of the HMAC key, `_`, 128 bits in base64url. */
export const TOKEN = /^t[1-9][0-9]{0,3}_[A-Za-z0-9_-]{22}$/;
const DOMAIN = /^(?=.{3,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$/;
const ADDRESS = /^[0-9a-f:.]{3,45}$/;
const PLACE = /^place:[A-Za-z0-9._-]{1,64}$/;
/** A withheld number has no token; a key of its own per event keeps strangers out of one profile. */
const NOBODY = /^none:[0-9a-f]{32}$/;

/** The counterparty of a log: a token, a domain or address, a place, or nobody. */
export function isKey(text: string): boolean {
  return TOKEN.test(text) || DOMAIN.test(text) || PLACE.test(text) || NOBODY.test(text) || ADDRESS.test(text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export interface TextForm {
  readonly code: ProblemCode;
  readonly holds: (text: string) => boolean;
}

function pattern(code: ProblemCode, expression: RegExp): TextForm {
  return { code, holds: (text) => expression.test(text) };
}

export const TEXT_FORMS: Readonly<Record<Exclude<FieldForm, 'time'>, TextForm>> = {
  hash48: pattern('bad_id', /^[0-9a-f]{12}$/),
  hash64: pattern('bad_id', /^[0-9a-f]{16}$/),
  hash128: pattern('bad_id', /^[0-9a-f]{32}$/),
  hash256: pattern('bad_id', /^[0-9a-f]{64}$/),
  client_id: pattern('bad_id', /^[A-Za-z0-9_-]{8,64}$/),
  ref: pattern('bad_id', /^[^@#\s]{1,128}@[0-9]{1,9}#[0-9a-f]{16}$/),
  token: pattern('bad_token', TOKEN),
  key: { code: 'bad_key', holds: isKey },
  currency: pattern('bad_currency', /^[A-Z]{3}$/),
  json: { code: 'bad_json', holds: isJson },
  filled: { code: 'missing', holds: (text) => text !== '' },
};

export const EARLIEST_TIME = Date.UTC(2000, 0, 1);
export const LATEST_TIME = Date.UTC(2100, 0, 1);
/** Clocks of sources may run ahead of the door by this much. */
export const AHEAD_OF_DOOR_MS = 300_000;
