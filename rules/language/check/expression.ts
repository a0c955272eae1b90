import type { Node, ValueType } from '../plan/plan.ts';
import type { Problems } from '../problems/problems.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { Source } from '../documents/value.ts';
import { isSyntaxProblem, parseExpression } from '../parse/cel.ts';
import type { Syntax } from '../parse/syntax.ts';
import { call, finding } from './calls.ts';
import { costOf, MAX_COST } from './cost.ts';
import type { Checking, Scope, Symbols, Typed } from './environment.ts';
import { typeInWords, type EventInfo } from './events.ts';
import { FUNCTIONS } from './functions.ts';
import { literalOf, paramTyped } from './literals.ts';
import { arithmetic, comparison, condition, conditional, logical, membership, negate } from './operators.ts';

/** names that begin a path */
const ROOTS = ['event', 'stage', 'params', 'lists', 'subject'];

export interface Place {
  readonly symbols: Symbols;
  readonly scope: Scope;
  readonly usedParams: Set<string>;
  readonly problems: Problems;
}

/** Parses and types a condition. All its type errors are reported; of syntax errors the parser knows only the first. */
export function checkCondition(source: Source, place: Place): Node | undefined {
  const checking = begin(source, place);
  const syntax = parsed(source, place.problems);
  const node = checking === undefined || syntax === undefined ? undefined : condition(checking, syntax);
  return node === undefined ? undefined : withinBudget(node, source, place.problems);
}

/** Parses and types a value of any type. */
export function checkValue(source: Source, place: Place): Typed | undefined {
  const syntax = parsed(source, place.problems);
  const typed = syntax === undefined ? undefined : begin(source, place).check(syntax);
  return typed === undefined || withinBudget(typed.node, source, place.problems) === undefined ? undefined : typed;
}

export function parsed(source: Source, problems: Problems): Syntax | undefined {
  const syntax = parseExpression(source.text);
  if (!isSyntaxProblem(syntax)) return syntax;
  problems.add(syntax.code, source.positionOf(syntax.at), syntax.message, syntax.hint);
  return undefined;
}

function withinBudget(node: Node, source: Source, problems: Problems): Node | undefined {
  const cost = costOf(node);
  if (cost <= MAX_COST) return node;
  problems.add('cost_over_budget', source.position, `the expression costs ${cost} steps, at most ${MAX_COST}`);
  return undefined;
}

/** A checking of one source at one place. */
export function begin(source: Source, place: Place): Checking {
  const within = (scope: Scope): Checking => {
    const checking: Checking = {
      symbols: place.symbols,
      scope,
      usedParams: place.usedParams,
      report: (code, syntax, message, hint) => {
        place.problems.add(code, source.positionOf(syntax.at), message, hint);
        return undefined;
      },
      check: (syntax, inner) => typed(inner === undefined ? checking : within(inner), syntax),
    };
    return checking;
  };
  return within(place.scope);
}

function typed(context: Checking, syntax: Syntax): Typed | undefined {
  switch (syntax.kind) {
    case 'bool':
    case 'int':
    case 'double':
    case 'string':
      return literalOf(context, syntax);
    case 'name':
      return name(context, syntax);
    case 'select':
      return select(context, syntax);
    case 'has':
      return has(context, syntax);
    case 'call':
      return call(context, syntax);
    case 'list':
      return context.report(
        'not_in_language',
        syntax,
        'a list stands only after `in`',
        'event.kind in ["transfer_out", "cash_withdraw"]',
      );
    case 'not': {
      const argument = condition(context, syntax.argument);
      return argument && { node: { op: 'not', argument }, type: { kind: 'bool' } };
    }
    case 'negate':
      return negate(context, syntax);
    case 'binary':
      return binary(context, syntax);
    case 'conditional':
      return conditional(context, syntax);
    case 'quantifier':
      return quantifier(context, syntax);
    default:
      return context.report('not_in_language', syntax, `${syntax.what} is not in the language`, syntax.hint);
  }
}

function binary(context: Checking, syntax: Extract<Syntax, { kind: 'binary' }>): Typed | undefined {
  switch (syntax.operator) {
    case '&&':
    case '||':
      return logical(context, syntax);
    case 'in':
      return asksFindings(syntax) ? findingsOf(context, syntax) : membership(context, syntax);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(context, syntax);
    default:
      return comparison(context, syntax);
  }
}

/** `"rule.id" in event.peer_findings`: the profile's findings are no field of the record. */
function asksFindings({ left, right }: Extract<Syntax, { kind: 'binary' }>): boolean {
  return left.kind === 'string' && right.kind === 'select' && right.field === 'peer_findings';
}

function findingsOf(context: Checking, { left, right }: Extract<Syntax, { kind: 'binary' }>): Typed | undefined {
  if (left.kind !== 'string' || right.kind !== 'select') return undefined;
  const place = eventOf(context, right.operand);
  return place && finding(context, left.value, place.scope, left);
}

function name(context: Checking, syntax: Extract<Syntax, { kind: 'name' }>): Typed | undefined {
  const { scope } = context;
  if (scope.variable?.name === syntax.name)
    return { node: { op: 'variable', name: syntax.name, type: scope.variable.type }, type: scope.variable.type };
  if (syntax.name === 'subject') {
    const type: ValueType = { kind: 'id', entity: 'person' };
    return { node: { op: 'field', scope: 'event', field: 'subject', type }, type };
  }
  if (scope.bareFields && scope.event !== undefined)
    return field(context, syntax, scope.event.info, scope.event.scope, syntax.name);
  if (ROOTS.includes(syntax.name))
    return context.report(
      'type_mismatch',
      syntax,
      `\`${syntax.name}\` is no value by itself`,
      `write ${syntax.name}.x`,
    );
  const isField = scope.event?.info.fields.has(syntax.name) === true;
  const hint = isField
    ? `did you mean event.${syntax.name}?`
    : (didYouMean(syntax.name, [...ROOTS, ...Object.keys(FUNCTIONS)]) ??
      'values are event.x, stage.id.x, params.x, subject and features');
  return context.report('unknown_name', syntax, `\`${syntax.name}\` is not known here`, hint);
}

function select(context: Checking, syntax: Extract<Syntax, { kind: 'select' }>): Typed | undefined {
  const { operand } = syntax;
  if (operand.kind === 'name' && operand.name === 'params') return paramValue(context, syntax);
  if (operand.kind === 'name' && operand.name === 'lists') {
    return context.report(
      'type_mismatch',
      syntax,
      'a list is asked with has()',
      `lists.${syntax.field}.has(event.peer_tel)`,
    );
  }
  const place = eventOf(context, operand);
  if (place === undefined) return undefined;
  if (syntax.field === 'peer_findings') {
    return context.report(
      'type_mismatch',
      syntax,
      'findings are asked by the id of their rule',
      '"caller.short_calls" in event.peer_findings',
    );
  }
  return field(context, syntax, place.info, place.scope, syntax.field);
}

function paramValue(context: Checking, syntax: Extract<Syntax, { kind: 'select' }>): Typed | undefined {
  const { params } = context.scope;
  const param = params.get(syntax.field);
  context.usedParams.add(syntax.field);
  if (param !== undefined) return param.value && paramTyped(param.value);
  return context.report(
    'unknown_param',
    syntax,
    `there is no param ${syntax.field}`,
    didYouMean(syntax.field, [...params.keys()]),
  );
}

/** The event that `event` or `stage.x` stands for. */
function eventOf(context: Checking, operand: Syntax): { info: EventInfo; scope: string } | undefined {
  const { scope } = context;
  if (operand.kind === 'name' && operand.name === 'event') {
    if (scope.event !== undefined) return scope.event;
    return context.report('unknown_name', operand, 'there is no single event here', scope.instead);
  }
  if (operand.kind === 'select' && operand.operand.kind === 'name' && operand.operand.name === 'stage') {
    const stage = scope.stages.get(operand.field);
    if (stage === undefined)
      return context.report(
        'unknown_stage',
        operand,
        `there is no stage ${operand.field}`,
        didYouMean(operand.field, [...scope.stages.keys()]),
      );
    if (!stage.reached)
      return context.report(
        'stage_not_reached',
        operand,
        `the stage ${operand.field} has not happened here`,
        'its own event is event.x',
      );
    return { info: stage.info, scope: operand.field };
  }
  if (operand.kind === 'name') name(context, operand);
  else if (operand.kind === 'select') {
    const outer = select(context, operand);
    if (outer !== undefined)
      context.report('not_in_language', operand, `${operand.field} is ${typeInWords(outer.type)}: it has no fields`);
  } else context.report('not_in_language', operand, 'only event and stage.x have fields');
  return undefined;
}

function field(context: Checking, syntax: Syntax, info: EventInfo, scope: string, wanted: string): Typed | undefined {
  const found = info.fields.get(wanted);
  if (found !== undefined) return { node: { op: 'field', scope, field: wanted, type: found.type }, type: found.type };
  const hidden = info.hidden.get(wanted);
  if (hidden !== undefined)
    return context.report('unknown_field', syntax, `${wanted} cannot be read by rules: ${hidden}`);
  return context.report(
    'unknown_field',
    syntax,
    `a ${info.name} has no field ${wanted.slice(0, 60)}`,
    didYouMean(wanted, [...info.fields.keys()]),
  );
}

function has(context: Checking, syntax: Extract<Syntax, { kind: 'has' }>): Typed | undefined {
  const { operand } = syntax;
  if (operand.kind === 'name' && operand.name === 'stage') return hasHappened(context, syntax);
  const place = eventOf(context, operand);
  if (place === undefined) return undefined;
  const typedField = field(context, syntax, place.info, place.scope, syntax.field);
  if (typedField === undefined) return undefined;
  if (place.info.fields.get(syntax.field)?.optional === false && typedField.type.kind !== 'list') {
    context.report('has_always_true', syntax, `${syntax.field} is always there`, 'leave has() out');
  }
  return { node: { op: 'has', scope: place.scope, field: syntax.field }, type: { kind: 'bool' } };
}

/** `has(stage.pay)`: that stage has happened when the warning is made. */
function hasHappened(context: Checking, syntax: Extract<Syntax, { kind: 'has' }>): Typed | undefined {
  const stage = context.scope.stages.get(syntax.field);
  if (stage === undefined)
    return context.report(
      'unknown_stage',
      syntax,
      `there is no stage ${syntax.field}`,
      didYouMean(syntax.field, [...context.scope.stages.keys()]),
    );
  if (!stage.reached)
    return context.report('stage_not_reached', syntax, `the stage ${syntax.field} has not happened here`);
  return { node: { op: 'has', scope: syntax.field, field: 'occurred_at' }, type: { kind: 'bool' } };
}

function quantifier(context: Checking, syntax: Extract<Syntax, { kind: 'quantifier' }>): Typed | undefined {
  if (context.scope.variable !== undefined) {
    return context.report(
      'not_in_language',
      syntax,
      `${syntax.function} inside exists or all is not in the language`,
      'split the rule, or make it a feature',
    );
  }
  if (ROOTS.includes(syntax.variable)) {
    return context.report(
      'wrong_arguments',
      syntax,
      `${syntax.variable} has a meaning of its own`,
      'call the variable x',
    );
  }
  const list = context.check(syntax.list);
  if (list === undefined) return undefined;
  if (list.type.kind !== 'list')
    return context.report('type_mismatch', syntax, `${syntax.function} asks a list, not ${typeInWords(list.type)}`);
  const scope: Scope = { ...context.scope, variable: { name: syntax.variable, type: list.type.of } };
  const body = context.check(syntax.body, scope);
  if (body === undefined) return undefined;
  if (body.type.kind !== 'bool')
    return context.report('not_a_condition', syntax.body, `this is ${typeInWords(body.type)}, not true or false`);
  const node: Node = {
    op: 'quantifier',
    function: syntax.function,
    list: list.node,
    variable: syntax.variable,
    body: body.node,
  };
  return { node, type: { kind: 'bool' } };
}
