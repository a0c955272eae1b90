import { didYouMean } from '../problems/suggest.ts';
import type { Position, Problems } from '../problems/problems.ts';
import {
  describe,
  entryOf,
  losesDigits,
  type Json,
  type Located,
  type ScalarValue,
  type Source,
  type Value,
} from './value.ts';

/**
 * One declaration of what may stand somewhere: it reads the value (reporting every mistake), writes the JSON Schema for
 * editors, and names itself in messages. A value that is wrong is reported and read as undefined; reading goes on.
 */
export interface Shape<T> {
  readonly words: string;
  readonly read: (value: Value, name: string, problems: Problems) => T | undefined;
  readonly schema: () => JsonSchema;
}

export type JsonSchema = { readonly [key: string]: Json };

export interface Key<T> {
  readonly shape: Shape<T>;
  readonly required: boolean;
  readonly about: string;
}

export const must = <T>(shape: Shape<T>, about: string): Key<T> => ({ shape, required: true, about });
export const may = <T>(shape: Shape<T>, about: string): Key<T> => ({ shape, required: false, about });

export type ReadOf<S> = S extends Shape<infer T> ? T : never;
export type ReadMap<K> = { readonly position: Position } & {
  readonly [P in keyof K]: (K[P] extends Key<infer T> ? T : never) | undefined;
};

function wrong(problems: Problems, value: Value, name: string, words: string, hint?: string): undefined {
  problems.add('wrong_type', value.position, `\`${name}\` must be ${words}, not ${describe(value)}`, hint);
  return undefined;
}

function scalarShape<T>(
  words: string,
  schema: JsonSchema,
  read: (value: ScalarValue, name: string, problems: Problems) => T | undefined,
): Shape<T> {
  return {
    words,
    schema: () => schema,
    read: (value, name, problems) =>
      value.kind === 'scalar' ? read(value, name, problems) : wrong(problems, value, name, words),
  };
}

/** A text; a bare number in its place lost digits or soon will. */
export function text(words = 'a text', most = 1024): Shape<Source> {
  return scalarShape(words, { type: 'string', maxLength: most }, (value, name, problems) => {
    if (typeof value.value === 'number') {
      problems.add(
        'unquoted_number',
        value.position,
        `\`${name}\` is text, but ${value.written} stands without quotes`,
        `write "${value.written}"`,
      );
      return undefined;
    }
    if (typeof value.value !== 'string') return wrong(problems, value, name, words);
    if (value.value.length === 0 || value.value.length > most) {
      problems.add('out_of_range', value.position, `\`${name}\` must have 1 to ${most} characters`);
      return undefined;
    }
    return value.source;
  });
}

export function named(words: string, pattern: RegExp, most = 128): Shape<Located<string>> {
  return scalarShape(words, { type: 'string', pattern: pattern.source, maxLength: most }, (value, name, problems) => {
    const read = text(words, most).read(value, name, problems);
    if (read === undefined) return undefined;
    if (pattern.test(read.text)) return { value: read.text, position: value.position };
    problems.add('bad_id', value.position, `\`${name}\` is ${words}, not ${describe(value)}`);
    return undefined;
  });
}

export function choice<T extends string>(words: string, symbols: readonly T[]): Shape<Located<T>> {
  return scalarShape(words, { enum: symbols }, (value, name, problems) => {
    const found = symbols.find((symbol) => symbol === value.written);
    if (found !== undefined && typeof value.value === 'string') return { value: found, position: value.position };
    problems.add(
      'unknown_symbol',
      value.position,
      `\`${name}\` must be ${words}, not ${describe(value)}`,
      didYouMean(value.written, symbols),
    );
    return undefined;
  });
}

export function integer(
  least: number,
  most: number,
  words = `a whole number from ${least} to ${most}`,
): Shape<Located<number>> {
  return scalarShape(words, { type: 'integer', minimum: least, maximum: most }, (value, name, problems) => {
    if (losesDigits(value)) {
      problems.add(
        'unquoted_number',
        value.position,
        `\`${name}\` is ${value.written}: YAML would change it`,
        'leading zeros and long digits belong in quotes',
      );
      return undefined;
    }
    if (typeof value.value !== 'number' || value.quoted || !Number.isSafeInteger(value.value))
      return wrong(problems, value, name, words);
    if (value.value < least || value.value > most) {
      problems.add('out_of_range', value.position, `\`${name}\` must be ${words}, not ${value.written}`);
      return undefined;
    }
    return { value: value.value, position: value.position };
  });
}

export const boolean: Shape<Located<boolean>> = scalarShape(
  'true or false',
  { type: 'boolean' },
  (value, name, problems) =>
    typeof value.value === 'boolean'
      ? { value: value.value, position: value.position }
      : wrong(problems, value, name, 'true or false'),
);

export const date: Shape<Located<string>> = scalarShape(
  'a date',
  { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
  (value, name, problems) => {
    const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value.written) ?? [];
    const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
    if (day !== undefined && new Date(time).toISOString().startsWith(value.written))
      return { value: value.written, position: value.position };
    problems.add('bad_date', value.position, `\`${name}\` must be a date such as 2027-06-30, not ${describe(value)}`);
    return undefined;
  },
);

/** Lists; where one item is enough it may stand without brackets. */
export function list<T>(of: Shape<T>, most: number, single = false): Shape<readonly T[]> {
  const words = `a list, each ${of.words}`;
  return {
    words,
    schema: () => {
      const many = { type: 'array', items: of.schema(), maxItems: most };
      return single ? { anyOf: [of.schema(), many] } : many;
    },
    read: (value, name, problems) => {
      if (value.kind !== 'list') {
        if (!single) return wrong(problems, value, name, words, 'write it in brackets: [ ... ]');
        const one = of.read(value, name, problems);
        return one === undefined ? undefined : [one];
      }
      if (value.items.length > most)
        problems.add('too_many_items', value.position, `\`${name}\` has ${value.items.length} items, at most ${most}`);
      return value.items
        .slice(0, most)
        .map((item) => of.read(item, name, problems))
        .filter((item) => item !== undefined);
    },
  };
}

/** Anything, kept as it was written. */
export const anything: Shape<Value> = { words: 'anything', schema: () => ({}), read: (value) => value };

/** A map of free names; `position` of an entry is that of its name. A name whose value is wrong is kept without one. */
export function dictionary<T>(
  words: string,
  pattern: RegExp,
  of: Shape<T>,
  most: number,
): Shape<ReadonlyMap<string, Located<T | undefined>>> {
  return {
    words,
    schema: () => ({
      type: 'object',
      propertyNames: { pattern: pattern.source },
      additionalProperties: of.schema(),
      maxProperties: most,
    }),
    read: (value, name, problems) => {
      if (value.kind !== 'map') return wrong(problems, value, name, words);
      if (value.entries.length > most)
        problems.add(
          'too_many_items',
          value.position,
          `\`${name}\` has ${value.entries.length} entries, at most ${most}`,
        );
      const found = new Map<string, Located<T | undefined>>();
      for (const entry of value.entries.slice(0, most)) {
        if (!pattern.test(entry.key)) {
          problems.add(
            'bad_id',
            entry.position,
            `\`${entry.key}\` is no name`,
            'small letters, digits and underscores',
          );
          continue;
        }
        found.set(entry.key, { value: of.read(entry.value, entry.key, problems), position: entry.position });
      }
      return found;
    },
  };
}

/** A map with these keys and no others. */
export function map<K extends Readonly<Record<string, Key<unknown>>>>(words: string, keys: K): Shape<ReadMap<K>> {
  const names = Object.keys(keys);
  return {
    words,
    schema: () => ({
      type: 'object',
      properties: Object.fromEntries(
        names.map((name) => [name, { ...keys[name]?.shape.schema(), description: keys[name]?.about ?? '' }]),
      ),
      required: names.filter((name) => keys[name]?.required === true),
      additionalProperties: false,
    }),
    read: (value, name, problems) => {
      if (value.kind !== 'map') return wrong(problems, value, name, words);
      for (const entry of value.entries) {
        if (names.includes(entry.key)) continue;
        const cut = entry.value.kind === 'scalar' && entry.value.value === null && /\W/.test(entry.key);
        const hint = cut ? 'a comma ended the text before it: put that text in quotes' : didYouMean(entry.key, names);
        problems.add('unknown_key', entry.position, `\`${name}\` has no key \`${entry.key}\``, hint);
      }
      const read: Record<string, unknown> = { position: value.position };
      for (const [key, { shape, required }] of Object.entries(keys)) {
        const found = entryOf(value, key);
        const empty = found === undefined || (found.kind === 'scalar' && found.value === null);
        if (!empty) read[key] = shape.read(found, key, problems);
        else if (required) problems.add('missing_key', value.position, `\`${name}\` needs \`${key}\`: ${shape.words}`);
      }
      return read as ReadMap<K>;
    },
  };
}
