import type { Comparison, Node, ValueType } from '../plan/plan.ts';
import type { Syntax } from '../parse/syntax.ts';
import type { Checking, Typed } from './environment.ts';
import { typeInWords } from './events.ts';
import { adapt, literal, mixUp } from './literals.ts';
import { arithmeticType, isNumber, isOrdered, sameType } from './types.ts';

type Binary = Extract<Syntax, { kind: 'binary' }>;

const BOOL: ValueType = { kind: 'bool' };

export function condition(context: Checking, syntax: Syntax): Node | undefined {
  const typed = context.check(syntax);
  if (typed === undefined) return undefined;
  if (typed.type.kind === 'bool') return typed.node;
  return context.report(
    'not_a_condition',
    syntax,
    `this is ${typeInWords(typed.type)}, not true or false`,
    'compare it with something',
  );
}

/** `a && b && c` as one node of three: flat, whatever the brackets. */
export function logical(context: Checking, syntax: Binary): Typed | undefined {
  const op = syntax.operator === '&&' ? 'and' : 'or';
  const parts: Syntax[] = [];
  const collect = (part: Syntax): void => {
    if (part.kind === 'binary' && part.operator === syntax.operator) {
      collect(part.left);
      collect(part.right);
    } else parts.push(part);
  };
  collect(syntax);
  const nodes = parts.map((part) => condition(context, part));
  const known = nodes.filter((node) => node !== undefined);
  return known.length === nodes.length ? { node: { op, arguments: known }, type: BOOL } : undefined;
}

export function comparison(context: Checking, syntax: Binary): Typed | undefined {
  const left = context.check(syntax.left);
  const right = context.check(syntax.right);
  if (left === undefined || right === undefined) return undefined;
  const adaptedLeft = adapt(context, left, right.type, syntax.left);
  const adaptedRight = adapt(context, right, left.type, syntax.right);
  if (adaptedLeft === undefined || adaptedRight === undefined) return undefined;
  const operator = syntax.operator as Comparison;
  const fits =
    sameType(adaptedLeft.type, adaptedRight.type) || (isNumber(adaptedLeft.type) && isNumber(adaptedRight.type));
  const [leftWords, rightWords] = [typeInWords(adaptedLeft.type), typeInWords(adaptedRight.type)];
  if (!fits) {
    const code =
      adaptedLeft.type.kind === 'id' && adaptedRight.type.kind === 'id' ? 'entity_mismatch' : 'type_mismatch';
    return context.report(
      code,
      syntax,
      `${leftWords} cannot be compared with ${rightWords}`,
      mixUp(adaptedLeft.type, adaptedRight.type),
    );
  }
  if (adaptedLeft.type.kind === 'list')
    return context.report(
      'type_mismatch',
      syntax,
      'lists cannot be compared',
      mixUp(adaptedLeft.type, adaptedRight.type),
    );
  if (operator !== '==' && operator !== '!=' && !isOrdered(adaptedLeft.type)) {
    return context.report('type_mismatch', syntax, `${leftWords} has no order: only == and != apply`);
  }
  return {
    node: { op: 'compare', comparison: operator, left: adaptedLeft.node, right: adaptedRight.node },
    type: BOOL,
  };
}

export function arithmetic(context: Checking, syntax: Binary): Typed | undefined {
  const left = context.check(syntax.left);
  const right = context.check(syntax.right);
  if (left === undefined || right === undefined) return undefined;
  const operator = syntax.operator as '+' | '-' | '*' | '/' | '%';
  const type = arithmeticType(operator, left.type, right.type);
  if (type === undefined) {
    return context.report(
      'type_mismatch',
      syntax,
      `${typeInWords(left.type)} ${operator} ${typeInWords(right.type)} means nothing`,
      mixUp(left.type, right.type),
    );
  }
  if (right.node.op === 'literal' && right.node.value === 0 && (operator === '/' || operator === '%')) {
    return context.report('bad_value', syntax.right, 'division by zero');
  }
  const folded = fold(operator, left.node, right.node, type);
  if (folded === undefined)
    return { node: { op: 'arithmetic', operator, left: left.node, right: right.node, type }, type };
  if (type.kind !== 'double' && !Number.isSafeInteger(folded))
    return context.report('number_too_large', syntax, 'the result is beyond 2^53');
  return literal(folded, type);
}

/** Constants are computed once. Whole numbers divide towards zero, as in CEL. */
function fold(operator: '+' | '-' | '*' | '/' | '%', left: Node, right: Node, type: ValueType): number | undefined {
  if (left.op !== 'literal' || right.op !== 'literal') return undefined;
  const [a, b] = [Number(left.value), Number(right.value)];
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '%') return a % b;
  return type.kind === 'double' ? a / b : Math.trunc(a / b);
}

export function negate(context: Checking, syntax: Extract<Syntax, { kind: 'negate' }>): Typed | undefined {
  const argument = context.check(syntax.argument);
  if (argument === undefined) return undefined;
  if (!isNumber(argument.type) && argument.type.kind !== 'duration') {
    return context.report('type_mismatch', syntax, `${typeInWords(argument.type)} has no minus`);
  }
  if (argument.node.op === 'literal') return literal(-Number(argument.node.value), argument.type);
  return { node: { op: 'negate', argument: argument.node }, type: argument.type };
}

export function conditional(context: Checking, syntax: Extract<Syntax, { kind: 'conditional' }>): Typed | undefined {
  const test = condition(context, syntax.test);
  const then = context.check(syntax.then);
  const otherwise = context.check(syntax.otherwise);
  if (test === undefined || then === undefined || otherwise === undefined) return undefined;
  const adaptedThen = adapt(context, then, otherwise.type, syntax.then);
  const adaptedOtherwise = adapt(context, otherwise, then.type, syntax.otherwise);
  if (adaptedThen === undefined || adaptedOtherwise === undefined) return undefined;
  if (!sameType(adaptedThen.type, adaptedOtherwise.type)) {
    return context.report(
      'type_mismatch',
      syntax,
      `one branch is ${typeInWords(adaptedThen.type)}, the other ${typeInWords(adaptedOtherwise.type)}`,
    );
  }
  return {
    // oxlint-disable-next-line unicorn/no-thenable
    node: { op: 'conditional', test, then: adaptedThen.node, otherwise: adaptedOtherwise.node },
    type: adaptedThen.type,
  };
}

/** `a in [x, y]`, `"gov" in event.peer_list_hits`, `"rule.id" in event.peer_findings` */
export function membership(context: Checking, syntax: Binary): Typed | undefined {
  const left = context.check(syntax.left);
  if (syntax.right.kind === 'list')
    return left === undefined ? void checkItems(context, syntax.right) : oneOf(context, syntax, left, syntax.right);
  const list = context.check(syntax.right);
  if (left === undefined || list === undefined) return undefined;
  if (list.type.kind !== 'list') {
    return context.report(
      'type_mismatch',
      syntax,
      `\`in\` wants a list on its right, not ${typeInWords(list.type)}`,
      list.type.kind === 'string' ? 'a part of a text is asked with contains' : 'write [a, b]',
    );
  }
  if (list.node.op === 'list') return fromParams(context, syntax, left, list.node);
  const adapted = adapt(context, left, list.type.of, syntax.left);
  if (adapted === undefined) return undefined;
  if (!sameType(adapted.type, list.type.of))
    return context.report(
      'type_mismatch',
      syntax,
      `the list holds ${typeInWords(list.type.of)}, not ${typeInWords(adapted.type)}`,
    );
  return { node: { op: 'in', left: adapted.node, list: list.node }, type: BOOL };
}

function checkItems(context: Checking, list: Extract<Syntax, { kind: 'list' }>): undefined {
  for (const item of list.items) context.check(item);
  return undefined;
}

function oneOf(
  context: Checking,
  syntax: Binary,
  left: Typed,
  right: Extract<Syntax, { kind: 'list' }>,
): Typed | undefined {
  if (right.items.length === 0) return context.report('bad_value', right, 'an empty list holds nothing');
  const items = right.items.map((item) => {
    const typed = context.check(item);
    const adapted = typed === undefined ? undefined : adapt(context, typed, left.type, item);
    if (adapted !== undefined && !sameType(adapted.type, left.type)) {
      return context.report(
        'type_mismatch',
        item,
        `the list must hold ${typeInWords(left.type)}, not ${typeInWords(adapted.type)}`,
        mixUp(left.type, adapted.type),
      );
    }
    return adapted?.node;
  });
  const known = items.filter((item) => item !== undefined);
  if (known.length !== items.length) return undefined;
  const type: ValueType = { kind: 'list', of: left.type };
  return { node: { op: 'in', left: left.node, list: { op: 'list', items: known, type } }, type: BOOL };
}

/** A list of params stands where its words were written; each takes the type of the left side. */
function fromParams(
  context: Checking,
  syntax: Binary,
  left: Typed,
  list: Extract<Node, { op: 'list' }>,
): Typed | undefined {
  const items = list.items.map((item) => {
    if (item.op !== 'literal') return item;
    const adapted = adapt(context, { node: item, type: item.type }, left.type, syntax.right);
    if (adapted !== undefined && !sameType(adapted.type, left.type)) {
      return context.report(
        'type_mismatch',
        syntax.right,
        `the list must hold ${typeInWords(left.type)}, not ${typeInWords(adapted.type)}`,
      );
    }
    return adapted?.node;
  });
  const known = items.filter((item) => item !== undefined);
  if (known.length !== items.length) return undefined;
  return {
    node: { op: 'in', left: left.node, list: { op: 'list', items: known, type: { kind: 'list', of: left.type } } },
    type: BOOL,
  };
}
