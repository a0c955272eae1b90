import type { Located, Source, Value } from './value.ts';
import { text, type JsonSchema, type Shape } from './shapes.ts';
import type { Position } from '../problems/problems.ts';

/** Shapes with a meaning of the rule language: durations, conditions, sentences, constants. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

/** `5m10s` in ms; undefined if it is none. */
export function parseDuration(written: string): number | undefined {
  if (written.length > 32 || !DURATION.test(written)) return undefined;
  let total = 0;
  for (const [, amount, unit] of written.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    total += Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(total) ? total : undefined;
}

export function duration(words = 'a duration such as 300s, 10m, 24h or 90d'): Shape<Located<number>> {
  return {
    words,
    schema: () => ({ type: 'string', pattern: DURATION.source }),
    read: (value, name, problems) => {
      const read = value.kind === 'scalar' ? parseDuration(value.written) : undefined;
      if (read !== undefined) return { value: read, position: value.position };
      const bare =
        value.kind === 'scalar' && /^\d+$/.test(value.written)
          ? `${value.written} of what? write ${value.written}s, ${value.written}m or ${value.written}h`
          : undefined;
      problems.add('bad_duration', value.position, `\`${name}\` must be ${words}`, bare);
      return undefined;
    },
  };
}

/** A duration, or `params.x` that holds one. */
export type DurationOrParam = Located<number | { readonly param: string }>;

export const durationOrParam: Shape<DurationOrParam> = {
  words: 'a duration such as 300s, or params.x',
  schema: () => ({ anyOf: [duration().schema(), { type: 'string', pattern: '^params\\.' }] }),
  read: (value, name, problems) => {
    const param = value.kind === 'scalar' ? /^params\.([a-z][a-z0-9_]*)$/.exec(value.written)?.[1] : undefined;
    if (param !== undefined) return { value: { param }, position: value.position };
    return duration(durationOrParam.words).read(value, name, problems);
  },
};

/** CEL text; parsed and typed later, where its place says what it may read. */
export const expression: Shape<Source> = {
  words: 'an expression',
  schema: () => ({ type: 'string', description: 'an expression (docs/rules.md)' }),
  read: (value, name, problems) => {
    if (value.kind === 'scalar' && typeof value.value === 'boolean') {
      problems.add(
        'not_a_condition',
        value.position,
        `\`${name}\` says ${value.written} always`,
        'compare a field with something',
      );
      return undefined;
    }
    // its own, clearer limit stands in the parser
    return text('an expression', 262_144).read(value, name, problems);
  },
};

export interface BilingualText {
  readonly position: Position;
  readonly zh: Source | undefined;
  readonly en: Source | undefined;
}

export function bilingual(words = 'a text in two languages: { zh: ..., en: ... }'): Shape<BilingualText> {
  const one = text();
  return {
    words,
    schema: (): JsonSchema => ({
      type: 'object',
      properties: { zh: one.schema(), en: one.schema() },
      required: ['zh', 'en'],
      additionalProperties: false,
    }),
    read: (value, name, problems) => {
      if (value.kind !== 'map') {
        const hint =
          value.kind === 'scalar' && typeof value.value === 'string'
            ? `write { zh: ${value.written}, en: ... }`
            : undefined;
        problems.add('wrong_type', value.position, `\`${name}\` must be ${words}`, hint);
        return undefined;
      }
      const found: { zh?: Source; en?: Source } = {};
      for (const entry of value.entries) {
        if (entry.key !== 'zh' && entry.key !== 'en') {
          const cut = entry.value.kind === 'scalar' && entry.value.value === null;
          problems.add(
            'unknown_key',
            entry.position,
            `\`${name}\` has no key \`${entry.key}\``,
            cut ? 'a comma ended the text before it: put that text in quotes' : 'one of: zh, en',
          );
          continue;
        }
        if (entry.value.kind === 'scalar' && entry.value.value === null) continue;
        const read = one.read(entry.value, `${name}.${entry.key}`, problems);
        if (read !== undefined) found[entry.key] = read;
      }
      const has = (key: string): boolean =>
        value.entries.some(
          (entry) => entry.key === key && !(entry.value.kind === 'scalar' && entry.value.value === null),
        );
      if (!has('zh')) problems.add('missing_zh', value.position, `\`${name}\` has no Chinese text`);
      if (!has('en')) problems.add('missing_en', value.position, `\`${name}\` has no English text`);
      return { position: value.position, zh: found.zh, en: found.en };
    },
  };
}

/** The value of a param: a typed constant, or a list of constants of one type. */
export type ParamValue =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'double' | 'duration'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly ParamValue[] };

export const param: Shape<ParamValue> = {
  words: 'a number, a duration, a text, true or false, or a list of one of them',
  schema: () => ({ type: ['number', 'string', 'boolean', 'array'] }),
  read: (value, name, problems) => {
    if (value.kind === 'list') {
      const items = value.items.slice(0, 64).map((item) => param.read(item, name, problems));
      const known = items.filter((item) => item !== undefined);
      const kinds = new Set(known.map((item) => item.kind));
      if (value.items.length > 64) problems.add('too_many_items', value.position, `\`${name}\` has more than 64 items`);
      if (kinds.size === 1 && !kinds.has('list') && known.length === items.length)
        return { kind: 'list', items: known };
      if (known.length === items.length)
        problems.add('wrong_type', value.position, `\`${name}\` must hold values of one type`);
      return undefined;
    }
    return value.kind === 'scalar' ? constant(value, name, problems) : wrongParam(value, name, problems);
  },
};

function wrongParam(value: Value, name: string, problems: Parameters<Shape<unknown>['read']>[2]): undefined {
  problems.add('wrong_type', value.position, `the param \`${name}\` must be ${param.words}`);
  return undefined;
}

function constant(
  value: Extract<Value, { kind: 'scalar' }>,
  name: string,
  problems: Parameters<Shape<unknown>['read']>[2],
): ParamValue | undefined {
  const { value: plain, written, quoted } = value;
  if (typeof plain === 'boolean') return { kind: 'bool', value: plain };
  if (typeof plain === 'number') {
    if (/^\d{10,}$/.test(written) && !/0{3}$/.test(written)) {
      problems.add(
        'unquoted_number',
        value.position,
        `\`${name}\` looks like a number or account: ${written}`,
        'numbers and accounts come from lists, never from params',
      );
      return undefined;
    }
    if (
      !Number.isFinite(plain) ||
      (/^[+-]?\d+$/.test(written) && (!Number.isSafeInteger(plain) || /^[+-]?0\d/.test(written)))
    ) {
      problems.add('unquoted_number', value.position, `\`${name}\` is ${written}: YAML would change it`);
      return undefined;
    }
    return /^[+-]?\d+$/.test(written) ? { kind: 'int', value: plain } : { kind: 'double', value: plain };
  }
  if (typeof plain !== 'string' || plain.length > 256) return wrongParam(value, name, problems);
  const milliseconds = quoted ? undefined : parseDuration(plain);
  if (milliseconds !== undefined) return { kind: 'duration', value: milliseconds };
  return { kind: 'string', value: plain };
}
