import type { Node, ValueType } from '../plan/plan.ts';
import type { Syntax } from '../parse/syntax.ts';
import { parseDuration } from '../documents/words.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { Checking, Typed } from './environment.ts';
import { typeInWords } from './events.ts';
import { featureCall } from './feature-call.ts';
import { FUNCTIONS, OUTSIDE } from './functions.ts';
import { literal } from './literals.ts';

type Call = Extract<Syntax, { kind: 'call' }>;

const BOOL: ValueType = { kind: 'bool' };

export function call(context: Checking, syntax: Call): Typed | undefined {
  const { function: name, target } = syntax;
  if (target !== undefined) return method(context, syntax, target);
  switch (name) {
    case 'duration':
      return durationCall(context, syntax);
    case 'yuan':
      return yuanCall(context, syntax);
    case 'hour':
    case 'weekday':
      return calendarCall(context, syntax, name);
    case 'size':
      return sizeCall(context, syntax);
    case 'finding':
      return findingCall(context, syntax);
    case 'model':
      return modelCall(context, syntax);
    case 'has':
      return hasBare(context, syntax);
    default:
      return featureCall(context, syntax);
  }
}

/** In a feature fields stand without `event.`, so `has(sender_name)` is no select for the parser. */
function hasBare(context: Checking, syntax: Call): Typed | undefined {
  const [argument] = syntax.arguments;
  const { bareFields, event } = context.scope;
  if (argument?.kind !== 'name' || !bareFields || event === undefined) {
    return context.report('wrong_arguments', syntax, 'has() asks whether an optional field is there', FUNCTIONS['has']);
  }
  const typed = context.check(argument);
  return typed && { node: { op: 'has', scope: event.scope, field: argument.name }, type: BOOL };
}

function only(context: Checking, syntax: Call): Syntax | undefined {
  const [first] = syntax.arguments;
  if (syntax.arguments.length === 1 && first !== undefined) return first;
  return context.report(
    'wrong_arguments',
    syntax,
    `${syntax.function}() takes one argument`,
    FUNCTIONS[syntax.function],
  );
}

function durationCall(context: Checking, syntax: Call): Typed | undefined {
  const argument = only(context, syntax);
  if (argument === undefined) return undefined;
  const value = argument.kind === 'string' ? parseDuration(argument.value) : undefined;
  if (value !== undefined) return literal(value, { kind: 'duration' });
  return context.report(
    'bad_value',
    argument,
    'duration() takes a text with units',
    'duration("10m"), duration("5m10s"), duration("24h")',
  );
}

/** Yuan and fen; the plan holds minor units. */
function yuanCall(context: Checking, syntax: Call): Typed | undefined {
  const argument = only(context, syntax);
  if (argument === undefined) return undefined;
  const typed = context.check(argument);
  if (typed === undefined) return undefined;
  const minor =
    typed.node.op === 'literal' && typeof typed.node.value === 'number'
      ? Math.round(typed.node.value * 100)
      : Number.NaN;
  const exact = typed.node.op === 'literal' && Math.abs(minor / 100 - Number(typed.node.value)) < 1e-9;
  if (exact && Number.isSafeInteger(minor)) return literal(minor, { kind: 'int' });
  return context.report(
    'bad_value',
    argument,
    'yuan() takes a constant with at most two decimals',
    'yuan(5000), yuan(0.5)',
  );
}

function calendarCall(context: Checking, syntax: Call, name: 'hour' | 'weekday'): Typed | undefined {
  const argument = only(context, syntax);
  const typed = argument === undefined ? undefined : context.check(argument);
  if (argument === undefined || typed === undefined) return undefined;
  if (typed.type.kind !== 'timestamp')
    return context.report(
      'type_mismatch',
      argument,
      `${name}() takes a time, not ${typeInWords(typed.type)}`,
      FUNCTIONS[name],
    );
  const node: Node = {
    op: 'calendar',
    function: name,
    argument: typed.node,
    offset_minutes: context.symbols.offsetMinutes,
  };
  return { node, type: { kind: 'int' } };
}

function sizeCall(context: Checking, syntax: Call): Typed | undefined {
  const argument = only(context, syntax);
  const typed = argument === undefined ? undefined : context.check(argument);
  if (argument === undefined || typed === undefined) return undefined;
  const { type } = typed;
  const isText = type.kind === 'string' || (type.kind === 'id' && type.entity === 'domain');
  if (type.kind !== 'list' && !isText) {
    return context.report('type_mismatch', argument, `size() takes a list or a text, not ${typeInWords(typed.type)}`);
  }
  return { node: { op: 'size', argument: typed.node }, type: { kind: 'int' } };
}

function findingCall(context: Checking, syntax: Call): Typed | undefined {
  const argument = only(context, syntax);
  if (argument === undefined) return undefined;
  if (argument.kind !== 'string')
    return context.report(
      'wrong_arguments',
      argument,
      'finding() takes the id of a counterparty rule',
      FUNCTIONS['finding'],
    );
  if (context.scope.event === undefined)
    return context.report('wrong_arguments', syntax, 'there is no event here', '"rule.id" in stage.x.peer_findings');
  return finding(context, argument.value, context.scope.event.scope, argument);
}

export function finding(context: Checking, rule: string, scope: string, syntax: Syntax): Typed | undefined {
  if (!context.scope.features) return context.report('not_in_language', syntax, 'findings cannot be asked here');
  if (!context.symbols.counterpartyRules.has(rule)) {
    return context.report(
      'unknown_rule',
      syntax,
      `no counterparty rule is called ${rule.slice(0, 60)}`,
      didYouMean(rule, [...context.symbols.counterpartyRules]),
    );
  }
  return { node: { op: 'finding', rule, scope }, type: BOOL };
}

function modelCall(context: Checking, syntax: Call): Typed | undefined {
  const [name, argument] = syntax.arguments;
  if (name?.kind !== 'string' || argument === undefined || syntax.arguments.length !== 2) {
    return context.report(
      'wrong_arguments',
      syntax,
      'model() takes the name of a model and what it looks at',
      FUNCTIONS['model'],
    );
  }
  const typed = context.check(argument);
  const entity = context.symbols.models.get(name.value);
  if (entity === undefined) {
    return context.report(
      'unknown_model',
      name,
      `there is no card of a model ${name.value.slice(0, 40)}`,
      didYouMean(name.value, [...context.symbols.models.keys()]) ?? 'leave model() out until its card is imported',
    );
  }
  if (typed === undefined) return undefined;
  if (typed.type.kind !== 'id' || typed.type.entity !== entity) {
    return context.report(
      'entity_mismatch',
      argument,
      `${name.value} looks at ${typeInWords({ kind: 'id', entity })}, not at ${typeInWords(typed.type)}`,
    );
  }
  return { node: { op: 'model', model: name.value, key: typed.node }, type: { kind: 'double' } };
}

function method(context: Checking, syntax: Call, target: Syntax): Typed | undefined {
  const { function: name } = syntax;
  if (target.kind === 'select' && target.operand.kind === 'name' && target.operand.name === 'lists')
    return member(context, syntax, target.field);
  if (name === 'startsWith' || name === 'endsWith' || name === 'contains')
    return textCall(context, syntax, target, name);
  if (name === 'size' && syntax.arguments.length === 0)
    return call(context, { ...syntax, target: undefined, arguments: [target] });
  const outside = OUTSIDE[name];
  if (outside !== undefined)
    return context.report('not_in_language', syntax, `${name} is not in the language`, outside);
  return context.report(
    'unknown_function',
    syntax,
    `there is no ${name}()`,
    didYouMean(name, ['startsWith', 'endsWith', 'contains', 'exists', 'all', 'size', 'has']),
  );
}

function textCall(
  context: Checking,
  syntax: Call,
  target: Syntax,
  name: 'startsWith' | 'endsWith' | 'contains',
): Typed | undefined {
  const argument = only(context, syntax);
  const left = context.check(target);
  const right = argument === undefined ? undefined : context.check(argument);
  if (argument === undefined || left === undefined || right === undefined) return undefined;
  if (left.type.kind === 'list')
    return context.report('type_mismatch', syntax, `${name} asks a text`, 'ask a list with `in`');
  if (left.type.kind === 'id' && left.type.entity !== 'domain') {
    return context.report(
      'token_literal',
      syntax,
      `${typeInWords(left.type)} is a token: it has no digits to look at`,
      'use its class, country or area, or a list',
    );
  }
  const isText = left.type.kind === 'string' || left.type.kind === 'id';
  if (!isText)
    return context.report(
      'type_mismatch',
      syntax,
      `${name} asks a text, not ${typeInWords(left.type)}`,
      'compare words with == or `in`',
    );
  if (right.type.kind !== 'string')
    return context.report('type_mismatch', argument, `${name} looks for a text, not ${typeInWords(right.type)}`);
  return { node: { op: 'text', function: name, target: left.node, argument: right.node }, type: BOOL };
}

function member(context: Checking, syntax: Call, list: string): Typed | undefined {
  if (syntax.function !== 'has')
    return context.report(
      'unknown_function',
      syntax,
      `a list has no ${syntax.function}()`,
      `lists.${list}.has(event.peer_tel)`,
    );
  const argument = only(context, syntax);
  const typed = argument === undefined ? undefined : context.check(argument);
  const entity = context.symbols.lists.get(list);
  if (entity === undefined)
    return context.report(
      'unknown_list',
      syntax,
      `no document declares the list ${list}`,
      didYouMean(list, [...context.symbols.lists.keys()]),
    );
  if (argument === undefined || typed === undefined || entity === 'broken') return undefined;
  if (typed.type.kind !== 'id' || typed.type.entity !== entity) {
    return context.report(
      'entity_mismatch',
      argument,
      `the list ${list} holds ${typeInWords({ kind: 'id', entity })}, not ${typeInWords(typed.type)}`,
    );
  }
  return { node: { op: 'member', list, argument: typed.node }, type: BOOL };
}
