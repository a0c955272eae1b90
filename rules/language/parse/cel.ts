import { parse } from '@bufbuild/cel';
import { scan } from './scan.ts';
import { BINARY, type BinaryOperator, type Syntax, type SyntaxProblem } from './syntax.ts';

type ParsedExpr = ReturnType<typeof parse>;
type Expr = ParsedExpr['expr'];

/** deeper than this after parsing (chains of `.`, `+` or `? :`) would overflow what walks the tree */
const MAX_TREE_DEPTH = 200;

/** Text to syntax with `@bufbuild/cel`; what is no CEL comes back as one problem, never as an exception. */
export function parseExpression(text: string): Syntax | SyntaxProblem {
  const refused = scan(text);
  if (refused !== undefined) return refused;
  let parsed: ParsedExpr;
  try {
    // its grammar wants a comment to end with a line
    parsed = parse(`${text}\n`);
  } catch (error) {
    return syntaxProblem(text, error);
  }
  try {
    return new Converter(parsed, text).convert(parsed.expr, 0);
  } catch (error) {
    if (error instanceof TooDeep) {
      return {
        code: 'expression_too_deep',
        at: 0,
        message: `the expression nests deeper than ${MAX_TREE_DEPTH} steps`,
        hint: 'split it',
      };
    }
    throw error;
  }
}

export function isSyntaxProblem(parsed: Syntax | SyntaxProblem): parsed is SyntaxProblem {
  return 'code' in parsed;
}

class TooDeep extends Error {}

function syntaxProblem(text: string, error: unknown): SyntaxProblem {
  const location = typeof error === 'object' && error !== null && 'location' in error ? error.location : undefined;
  const start = location as { readonly start?: { readonly offset?: number } } | undefined;
  let at = Math.min(start?.start?.offset ?? 0, text.length);
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  const rest = text.slice(at);
  const near = rest.split(/\s/, 1)[0]?.slice(0, 24) ?? '';
  const message = near === '' ? 'the expression ends too early' : `cannot be read from \`${near}\` on`;
  return { code: 'expression_syntax', at, message, hint: syntaxHint(text, at, rest) };
}

function syntaxHint(text: string, at: number, rest: string): string | undefined {
  if (/^=(?!=)/.test(rest)) return 'equality is written ==';
  if (/^&(?!&)/.test(rest)) return 'and is written &&';
  if (/^\|(?!\|)/.test(rest)) return 'or is written ||';
  const word = /^(and|or|not)\b/i.exec(rest)?.[1]?.toLowerCase();
  if (word === 'and') return 'and is written &&';
  if (word === 'or') return 'or is written ||';
  if (word === 'not' || /\bnot\s*$/i.test(text.slice(0, at))) return 'not is written !';
  if (/^(&&|\|\|)\s*($|\)|&&|\|\|)/.test(rest)) return 'something is missing after this operator';
  return undefined;
}

class Converter {
  readonly #positions: Readonly<Record<string, number>>;
  readonly #macros: Readonly<Record<string, Expr>>;
  readonly #text: string;

  constructor(parsed: ParsedExpr, text: string) {
    this.#positions = parsed.sourceInfo?.positions ?? {};
    this.#macros = parsed.sourceInfo?.macroCalls ?? {};
    this.#text = text;
  }

  convert(expr: Expr | undefined, depth: number): Syntax {
    if (depth > MAX_TREE_DEPTH) throw new TooDeep();
    if (expr === undefined) return { at: 0, kind: 'outside', what: 'nothing', hint: 'write an expression' };
    const at = this.#positions[expr.id.toString()] ?? 0;
    const { exprKind } = expr;
    switch (exprKind.case) {
      case 'constExpr':
        return constant(exprKind.value.constantKind, at);
      case 'identExpr':
        return { at, kind: 'name', name: exprKind.value.name };
      case 'selectExpr':
        return this.#select(exprKind.value, at, depth);
      case 'listExpr':
        return { at, kind: 'list', items: exprKind.value.elements.map((item) => this.convert(item, depth + 1)) };
      case 'callExpr':
        return this.#call(exprKind.value.function, exprKind.value.target, exprKind.value.args, at, depth);
      case 'comprehensionExpr':
        return this.#comprehension(expr, at, depth);
      case 'structExpr':
        return { at, kind: 'outside', what: 'maps and messages', hint: 'there are only lists: [a, b]' };
      default:
        return { at, kind: 'outside', what: 'this', hint: 'write it with fields, features and operators' };
    }
  }

  #select(select: { operand?: Expr | undefined; field: string; testOnly: boolean }, at: number, depth: number): Syntax {
    const operand = this.convert(select.operand, depth + 1);
    // the parser points at the dot; a reader looks for the word
    const word = this.#text.indexOf(select.field, at);
    if (select.testOnly) return { at, kind: 'has', operand, field: select.field };
    return { at: word === -1 ? at : word, kind: 'select', operand, field: select.field };
  }

  #call(name: string, target: Expr | undefined, args: readonly Expr[], at: number, depth: number): Syntax {
    const operator = name === '@in' ? 'in' : /^_(.{1,2})_$/.exec(name)?.[1];
    if (operator !== undefined && args.length === 2 && isBinary(operator))
      return this.#binary(operator, args, at, depth);
    const converted = args.map((argument) => this.convert(argument, depth + 1));
    const [first, second, third] = converted;
    if (name === '!_' && first !== undefined) return { at, kind: 'not', argument: first };
    if (name === '-_' && first !== undefined) return { at, kind: 'negate', argument: first };
    if (name === '_?_:_' && first && second && third) {
      // oxlint-disable-next-line unicorn/no-thenable
      return { at, kind: 'conditional', test: first, then: second, otherwise: third };
    }
    if (name === '_[_]') return { at, kind: 'outside', what: 'an index', hint: 'ask lists with `in`, exists or all' };
    if (/^[^A-Za-z_]|^_.*_$/.test(name))
      return { at, kind: 'outside', what: `the operator ${name}`, hint: 'see docs/rules.md' };
    const called = target === undefined ? undefined : this.convert(target, depth + 1);
    const word =
      target === undefined
        ? at
        : Math.max(at, this.#text.lastIndexOf(name, Math.max(at, this.#text.indexOf(name, at))));
    return { at: word, kind: 'call', function: name, target: called, arguments: converted };
  }

  #binary(operator: BinaryOperator, args: readonly Expr[], at: number, depth: number): Syntax {
    const left = this.convert(args[0], depth + 1);
    const right = this.convert(args[1], depth + 1);
    return { at, kind: 'binary', operator, left, right };
  }

  /** The library unrolls exists and all into loops, but keeps what was written beside them. */
  #comprehension(expr: Expr, at: number, depth: number): Syntax {
    const macro = this.#macros[expr.id.toString()]?.exprKind;
    const name = macro?.case === 'callExpr' ? macro.value.function : 'a loop';
    if (expr.exprKind.case !== 'comprehensionExpr' || (name !== 'exists' && name !== 'all')) {
      return { at, kind: 'outside', what: name, hint: 'lists are asked with `in`, exists, all and size' };
    }
    const loop = expr.exprKind.value;
    const step = loop.loopStep?.exprKind;
    const body = step?.case === 'callExpr' ? step.value.args[1] : undefined;
    return {
      at,
      kind: 'quantifier',
      function: name,
      list: this.convert(loop.iterRange, depth + 1),
      variable: loop.iterVar,
      body: this.convert(body, depth + 1),
    };
  }
}

function isBinary(operator: string): operator is BinaryOperator {
  return (BINARY as readonly string[]).includes(operator);
}

function constant(kind: { readonly case?: string | undefined; readonly value?: unknown }, at: number): Syntax {
  const { value } = kind;
  if (kind.case === 'boolValue' && typeof value === 'boolean') return { at, kind: 'bool', value };
  if (kind.case === 'int64Value' && typeof value === 'bigint') return { at, kind: 'int', value };
  if (kind.case === 'doubleValue' && typeof value === 'number') return { at, kind: 'double', value };
  if (kind.case === 'stringValue' && typeof value === 'string') return { at, kind: 'string', value };
  if (kind.case === 'nullValue')
    return { at, kind: 'outside', what: 'null', hint: 'a missing field is asked with has(event.x) or !has(event.x)' };
  if (kind.case === 'uint64Value') return { at, kind: 'outside', what: 'an unsigned number', hint: 'leave the u out' };
  return { at, kind: 'outside', what: 'bytes', hint: 'write a text: "..."' };
}
