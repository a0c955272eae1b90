import { isUtf8 } from 'node:buffer';
import { isTooDeep } from '../event/body.ts';
import { MAX_DEPTH } from '../event/limits.ts';
import { refusal, type Refusal } from '../event/refusal.ts';

const BAD_TEXT = refusal('bad_json', '', 'this is no UTF-8');
const BAD_JSON = refusal('bad_json', '', 'write one JSON object a message');
const TOO_DEEP = refusal('too_large', '', `nest at most ${MAX_DEPTH} deep`);
const TOO_LONG = refusal('too_large', '', 'write shorter messages');
const EMPTY = refusal('missing', '', 'the message has no value');

/** Account numbers of 19 digits and ids of 64 bits do not fit into a double. */
const LONG_NUMBER = /("(?:[^"\\]|\\.)*")|(?<![\d.eE+-])(-?\d{16,}(?:\.\d+)?|-?\d+\.\d{15,})(?![\d.eE])/g;

/** Puts numbers that a double would round into quotes: what reads them takes texts as well, digit by digit. */
export function keepLongNumbers(json: string): string {
  if (!/\d{16}|\.\d{15}/.test(json)) return json;
  return json.replace(LONG_NUMBER, (found, text: string | undefined) => (text === undefined ? `"${found}"` : found));
}

/** The row of one JSON message, within the door's bounds of length and depth. */
export function readJsonRow(bytes: Buffer | null, maxBytes: number): { readonly row: unknown } | Refusal {
  if (bytes === null || bytes.length === 0) return EMPTY;
  if (bytes.length > maxBytes) return TOO_LONG;
  if (!isUtf8(bytes)) return BAD_TEXT;
  if (isTooDeep(bytes)) return TOO_DEEP;
  try {
    return { row: JSON.parse(keepLongNumbers(bytes.toString())) };
  } catch {
    return BAD_JSON;
  }
}
