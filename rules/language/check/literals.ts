import type { Node, ValueType } from '../plan/plan.ts';
import type { Syntax } from '../parse/syntax.ts';
import type { ParamValue } from '../documents/words.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { Checking, Typed } from './environment.ts';
import { typeInWords } from './events.ts';
import { sameType } from './types.ts';

export function literal(value: boolean | number | string, type: ValueType): Typed {
  return { node: { op: 'literal', type, value }, type };
}

export function literalOf(context: Checking, syntax: Syntax): Typed | undefined {
  if (syntax.kind === 'bool') return literal(syntax.value, { kind: 'bool' });
  if (syntax.kind === 'string') return literal(syntax.value, { kind: 'string' });
  if (syntax.kind === 'double') return literal(syntax.value, { kind: 'double' });
  if (syntax.kind !== 'int') return undefined;
  const value = Number(syntax.value);
  if (Number.isSafeInteger(value)) return literal(value, { kind: 'int' });
  return context.report(
    'number_too_large',
    syntax,
    `${syntax.value} is beyond 2^53`,
    'ids are text and belong in quotes; money is in minor units',
  );
}

/** A param stands in the plan as its value: tuning is one line, and no look-up is left at run time. */
export function paramTyped(value: ParamValue): Typed {
  if (value.kind === 'list') {
    const items = value.items.map((item) => paramTyped(item));
    const of = items[0]?.type ?? { kind: 'string' };
    const type: ValueType = { kind: 'list', of };
    return { node: { op: 'list', items: items.map((item) => item.node), type }, type };
  }
  return literal(value.value, { kind: value.kind });
}

function isLiteral(typed: Typed): typed is Typed & { readonly node: Extract<Node, { op: 'literal' }> } {
  return typed.node.op === 'literal';
}

/**
 * A literal takes the type of what it stands beside: a word must be in the enumeration, a whole number may stand for a
 * decimal one. `undefined` = reported; a value that needs no change comes back as it is.
 */
export function adapt(context: Checking, value: Typed, wanted: ValueType, syntax: Syntax): Typed | undefined {
  if (sameType(value.type, wanted) || !isLiteral(value)) return value;
  const { node } = value;
  if (wanted.kind === 'double' && value.type.kind === 'int') return literal(node.value, wanted);
  const digits = value.type.kind === 'int' && wanted.kind === 'id';
  if (value.type.kind !== 'string' && !digits) return value;
  if (wanted.kind === 'enum') return enumLiteral(context, String(node.value), wanted, syntax);
  if (wanted.kind === 'id') {
    if (wanted.entity === 'domain' && !digits) return literal(node.value, wanted);
    return context.report(
      'token_literal',
      syntax,
      `${typeInWords(wanted)} is a token and cannot be compared with "${String(node.value).slice(0, 3)}…"`,
      'use a list: lists.x.has(...), or its class, country or area',
    );
  }
  return value;
}

function enumLiteral(
  context: Checking,
  word: string,
  wanted: Extract<ValueType, { kind: 'enum' }>,
  syntax: Syntax,
): Typed | undefined {
  if (wanted.symbols.includes(word)) return literal(word, wanted);
  if (word === 'UNKNOWN') {
    return context.report(
      'unknown_symbol',
      syntax,
      'UNKNOWN stands for words of newer releases and is never compared',
      'a missing value is asked with has()',
    );
  }
  return context.report(
    'unknown_symbol',
    syntax,
    `${wanted.name} has no "${word.slice(0, 40)}"`,
    didYouMean(word, wanted.symbols),
  );
}

/** A hint for the commonest mix-ups of two types. */
export function mixUp(left: ValueType, right: ValueType): string | undefined {
  const kinds = [left.kind, right.kind].sort().join(' ');
  if (kinds === 'duration int') return 'a duration is written duration("10m"); fields that end in _s are whole seconds';
  if (kinds === 'duration timestamp') return 'subtract two times to get a duration';
  if (kinds === 'int timestamp') return 'times are compared with times; hour(t) and weekday(t) give numbers';
  if (kinds === 'bool string') return 'write true or false without quotes';
  if (kinds === 'int string' || kinds === 'double string') return 'numbers stand without quotes';
  if (left.kind === 'list' || right.kind === 'list') return 'ask a list with `in`, exists or all';
  return undefined;
}
