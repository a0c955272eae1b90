import { isUtf8 } from 'node:buffer';
import { MAX_DEPTH } from './limits.ts';
import { refusal, type Refusal } from './refusal.ts';

/** One event of a body as it came. `text` is kept for the dead letter: made only when it is needed. */
export interface BodyItem {
  readonly json: unknown;
  readonly fault: Refusal | undefined;
  text(): string;
  /** where it lies in its source: `topic/partition/offset`; a body of a request has none */
  readonly place?: string | undefined;
}

export interface BodyLimits {
  readonly maxItems: number;
  /** longest line of an NDJSON body, in bytes */
  readonly maxItemBytes: number;
}

export type BodyProblem = 'empty' | 'bad_encoding' | 'bad_json' | 'too_deep' | 'too_many_items';

export type MediaType = 'json' | 'ndjson' | 'cloudevents' | 'cloudevents-batch';

export const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'application/json': 'json',
  'application/x-ndjson': 'ndjson',
  'application/ndjson': 'ndjson',
  'application/jsonl': 'ndjson',
  'application/cloudevents+json': 'cloudevents',
  'application/cloudevents-batch+json': 'cloudevents-batch',
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const BAD_LINE = refusal('bad_json', '', 'write one JSON object a line');
const DEEP_LINE = refusal('too_large', '', `nest at most ${MAX_DEPTH} deep`);
const LONG_LINE = refusal('too_large', '', 'write shorter lines');

/** Brackets nested deeper than any event has are refused before the parser builds two million arrays of them. */
export function isTooDeep(body: Uint8Array): boolean {
  let depth = 0;
  let isText = false;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (isText) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth--;
  }
  return false;
}

function item(json: unknown): BodyItem {
  return { json, fault: undefined, text: () => JSON.stringify(json) };
}

function readLine(line: Buffer, maxBytes: number): BodyItem {
  const text = () => line.subarray(0, maxBytes).toString();
  if (line.length > maxBytes) return { json: undefined, fault: LONG_LINE, text };
  if (isTooDeep(line)) return { json: undefined, fault: DEEP_LINE, text };
  try {
    return { json: JSON.parse(line.toString()), fault: undefined, text };
  } catch {
    return { json: undefined, fault: BAD_LINE, text };
  }
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length < 8 && line.toString().trim() === '');
}

function readLines(body: Buffer, limits: BodyLimits): BodyItem[] | BodyProblem {
  const items: BodyItem[] = [];
  for (let from = 0; from < body.length;) {
    const found = body.indexOf(NEWLINE, from);
    const end = found < 0 ? body.length : found;
    const line = body.subarray(from, end);
    from = end + 1;
    if (isBlank(line)) continue;
    if (items.length === limits.maxItems) return 'too_many_items';
    items.push(readLine(line, limits.maxItemBytes));
  }
  return items;
}

/** Splits a body into its events. A line of NDJSON that is no JSON spoils that line only; any other body is taken whole. */
export function readBody(body: Buffer, media: MediaType, limits: BodyLimits): BodyItem[] | BodyProblem {
  if (body.length === 0) return 'empty';
  if (!isUtf8(body)) return 'bad_encoding';
  if (media === 'ndjson') return readLines(body, limits);
  if (isTooDeep(body)) return 'too_deep';
  let json: unknown;
  try {
    json = JSON.parse(body.toString());
  } catch {
    return 'bad_json';
  }
  const list = Array.isArray(json) ? json : [json];
  if (list.length > limits.maxItems) return 'too_many_items';
  return list.map((entry) => item(entry));
}
