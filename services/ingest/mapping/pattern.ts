import type { Zone } from './zone.ts';

/** Letters of a pattern and what they stand for; the number of letters is the number of digits, one letter is one or two. */
export const PATTERN_HINT =
  "yyyy or yy, MM or M, dd or d, HH or H (hh or h with a for AM and PM), mm or m, ss or s, S for each digit after the second, XXX for +08:00 or Z, XX for +0800; other letters in single quotes, as in yyyy-MM-dd'T'HH:mm";

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction' | 'half' | 'offset';

interface Token {
  readonly part: Part;
  readonly source: string;
  /** its end cannot be told from a digit that follows */
  readonly isOpen: boolean;
}

const TOKENS: Readonly<Record<string, Token>> = {
  yyyy: { part: 'year', source: '(\\d{4})', isOpen: false },
  yy: { part: 'year', source: '(\\d{2})', isOpen: false },
  XXX: { part: 'offset', source: '(Z|[+-]\\d\\d:\\d\\d)', isOpen: false },
  XX: { part: 'offset', source: '(Z|[+-]\\d{4})', isOpen: false },
  a: { part: 'half', source: '([AaPp][Mm])', isOpen: false },
};
const TWO_DIGITS: Readonly<Record<string, Part>> = {
  M: 'month',
  d: 'day',
  H: 'hour',
  h: 'hour',
  m: 'minute',
  s: 'second',
};

function tokenOf(letters: string): Token | undefined {
  const known = Object.hasOwn(TOKENS, letters) ? TOKENS[letters] : undefined;
  if (known !== undefined) return known;
  const [letter = ''] = letters;
  if (letter === 'S' && letters.length <= 9) {
    return { part: 'fraction', source: `(\\d{${letters.length}})`, isOpen: false };
  }
  const part = Object.hasOwn(TWO_DIGITS, letter) ? TWO_DIGITS[letter] : undefined;
  if (part === undefined || letters.length > 2) return undefined;
  return { part, source: letters.length === 2 ? '(\\d{2})' : '(\\d{1,2})', isOpen: letters.length === 1 };
}

export interface Pattern {
  /** has the offset in it, so no zone is needed */
  readonly hasOffset: boolean;
  /** the instant, undefined for a text that does not have the form or names no time */
  read(text: string, zone: Zone | undefined): number | undefined;
}

const MAX_PATTERN = 64;
const MAX_TEXT = 64;
const MINUTE_MS = 60_000;

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Reads a pattern once; what is wrong with it comes back as a sentence. */
export function readPattern(pattern: string): Pattern | string {
  if (pattern.length > MAX_PATTERN) return `a pattern has at most ${MAX_PATTERN} characters`;
  const parts: Part[] = [];
  let source = '';
  let isOpen = false;
  for (const [piece] of pattern.matchAll(/'[^']*'|([A-Za-z])\1*|[^A-Za-z']|'/g)) {
    if (!/^[A-Za-z]/.test(piece)) {
      const literal = piece.length > 1 && piece.startsWith("'") ? piece.slice(1, -1) : piece;
      if (piece === "'") return 'a single quote is not closed';
      if (isOpen && /^\d/.test(literal))
        return 'a digit follows a part of one or two digits, so its end cannot be told';
      source += escaped(literal);
      isOpen = isOpen && literal === '';
      continue;
    }
    const token = tokenOf(piece);
    if (token === undefined) return `\`${piece}\` means nothing; known are ${PATTERN_HINT}`;
    if (parts.includes(token.part)) return `\`${piece}\`: the ${token.part} stands twice`;
    if (isOpen && token.source.includes('\\d')) return `\`${piece}\` follows a part of one or two digits directly`;
    parts.push(token.part);
    source += token.source;
    isOpen = token.isOpen;
  }
  const missing = (['year', 'month', 'day'] as const).find((part) => !parts.includes(part));
  if (missing !== undefined) return `the ${missing} is missing`;
  if (pattern.includes('h') !== parts.includes('half')) return 'hh and a belong together; the hour of a day is HH';
  const form = new RegExp(`^${source}$`);
  return {
    hasOffset: parts.includes('offset'),
    read: (text, zone) => (text.length > MAX_TEXT ? undefined : instantOf(form.exec(text), parts, zone)),
  };
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
}

function offsetOf(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}

function instantOf(found: RegExpExecArray | null, parts: readonly Part[], zone: Zone | undefined): number | undefined {
  if (found === null) return undefined;
  const at: Partial<Record<Part, string>> = {};
  for (const [i, part] of parts.entries()) at[part] = found[i + 1] as string;
  const { year = '', month = '', day = '', minute = '0', second = '0', fraction = '' } = at;
  const hour = hourOf(Number(at.hour ?? '0'), at.half);
  // A leap second is the first instant of the next minute, as at the door.
  if (hour === undefined || Number(minute) > 59 || Number(second) > 60) return undefined;
  const midnight = Date.UTC(Number(year.length === 2 ? `20${year}` : year), Number(month) - 1, Number(day));
  const date = new Date(midnight);
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return undefined;
  const seconds = (hour * 60 + Number(minute)) * 60 + Number(second);
  const local = midnight + seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0'));
  const offset = at.offset === undefined ? zone?.(local) : offsetOf(at.offset);
  return offset === undefined ? undefined : local - offset;
}
