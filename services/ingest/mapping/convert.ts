import { decimalUnits, writtenNumber } from './decimal.ts';
import type { Shape } from './targets.ts';
import { textOf, type TimeReader } from './time.ts';

/** Stands for a cell that cannot become what its field needs. */
export const BAD = Symbol('bad');

/** A cell that is there (never null) to the value that the door's JSON has, or {@link BAD}. */
export type Convert = (value: unknown) => unknown;

export interface ConvertOptions {
  readonly time: TimeReader;
  /** decimal places of an amount; undefined: it is in minor units already */
  readonly minor?: number | undefined;
  /** with `id_form: opaque`, the source in whose world the ids mean something */
  readonly opaqueIn?: string | undefined;
}

const TRUTH: Readonly<Record<string, boolean>> = {
  true: true,
  t: true,
  yes: true,
  y: true,
  '1': true,
  false: false,
  f: false,
  no: false,
  n: false,
  '0': false,
};
const DECIMAL = /^[+-]?\d{1,20}(\.\d{0,20})?([eE][+-]?\d{1,3})?$/;

function text(value: unknown): unknown {
  return typeof value === 'boolean' ? String(value) : (textOf(value) ?? BAD);
}

function whole(value: unknown): unknown {
  const written = textOf(value);
  return (written === undefined ? undefined : decimalUnits(written, 0)) ?? BAD;
}

function decimal(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : BAD;
  const written = textOf(value);
  return written !== undefined && DECIMAL.test(written) ? Number(written) : BAD;
}

function truth(value: unknown): unknown {
  if (typeof value === 'boolean') return value;
  const written = textOf(value)?.toLowerCase() ?? '';
  return Object.hasOwn(TRUTH, written) ? TRUTH[written] : BAD;
}

function money(minor: number): Convert {
  return (value) => {
    const written = typeof value === 'number' ? writtenNumber(value) : textOf(value);
    return (written === undefined ? undefined : decimalUnits(written, minor)) ?? BAD;
  };
}

/**
 * An id that means something in its source only: customer 110 of a bank is not the police, and not customer 110 of another
 * bank. The forms of numbers and accounts drop separators and cases, so what they would drop is written as `%` and hex.
 */
export function opaqueId(source: string, id: string): string {
  const plain = (part: string): string =>
    part.replace(/[^a-z0-9]/gu, (character) => `%${Buffer.from(character).toString('hex')}_`);
  return `${plain(source)}:${plain(id)}`;
}

function identity(source: string | undefined): Convert {
  const prefix = source === undefined ? '' : opaqueId(source, '');
  return (value) => {
    // A number with an e or a point in it was no id in the first place.
    const written = typeof value === 'number' && !Number.isSafeInteger(value) ? undefined : textOf(value);
    if (written === undefined) return BAD;
    return source === undefined
      ? written
      : prefix + (/^[a-z0-9]*$/.test(written) ? written : opaqueId('', written).slice(1));
  };
}

function list(each: Convert): Convert {
  return (value) => {
    if (!Array.isArray(value)) {
      const only = each(value);
      return only === BAD ? BAD : [only];
    }
    const items = value.map((item) => (item === null || item === undefined ? BAD : each(item)));
    return items.includes(BAD) ? BAD : items;
  };
}

function place(value: unknown): unknown {
  return typeof value === 'object' && !(value instanceof Date) ? value : BAD;
}

export function converter(shape: Shape, isIdentityList: boolean, options: ConvertOptions): Convert {
  switch (shape) {
    case 'text':
      return text;
    case 'tel':
    case 'account':
      return identity(options.opaqueIn);
    case 'whole':
      return whole;
    case 'money':
      return money(options.minor ?? 0);
    case 'decimal':
      return decimal;
    case 'truth':
      return truth;
    case 'time':
      return (value) => options.time(value) ?? BAD;
    case 'list':
      return list(isIdentityList ? identity(options.opaqueIn) : text);
    case 'place':
      return place;
  }
}

/** What to write instead, for a refusal. */
export function hintOf(shape: Shape, minor: number | undefined): string {
  if (shape === 'money') {
    return minor === undefined
      ? 'write a whole number of minor units, or say `minor: 2` in the mapping'
      : `write a decimal of at most ${minor} places, without separators, in 15 digits`;
  }
  const hints: Partial<Record<Shape, string>> = {
    tel: 'write the number as a text',
    account: 'write the account as a text',
    whole: 'write a whole number',
    decimal: 'write a decimal number',
    truth: 'write true or false, yes or no, 1 or 0',
    time: 'write a time as the mapping says',
    list: 'write a list of texts',
    place: 'write {kind, adcode, station_code}',
  };
  return hints[shape] ?? 'write a text';
}
