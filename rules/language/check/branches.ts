import type { Comparison, Node } from '../plan/plan.ts';

/** A part of a condition that is not made of `&&`, `||` and `!`, with its sign. */
export interface Atom {
  readonly node: Node;
  readonly negated: boolean;
}

/** One alternative: all of its atoms must hold. */
export type Branch = readonly Atom[];

/** beyond this the alternatives are not written out any more, only counted as too many */
const MOST = 256;

/** Negation to the leaves, then alternatives; undefined: more than can be looked at. */
export function branchesOf(node: Node, negated = false): Branch[] | undefined {
  if (node.op === 'not') return branchesOf(node.argument, !negated);
  if (node.op === 'conditional') return branchesOf(asLogic(node), negated);
  if (node.op !== 'and' && node.op !== 'or') return [[{ node, negated }]];
  const parts = node.arguments.map((argument) => branchesOf(argument, negated));
  const together = (node.op === 'and') !== negated;
  let branches: Branch[] = together ? [[]] : [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    branches = together ? branches.flatMap((left) => part.map((right) => [...left, ...right])) : [...branches, ...part];
    if (branches.length > MOST) return undefined;
  }
  return branches;
}

/** `a ? b : c` of three conditions as `(a && b) || (!a && c)`. */
function asLogic(node: Extract<Node, { op: 'conditional' }>): Node {
  const otherwise: Node = { op: 'and', arguments: [{ op: 'not', argument: node.test }, node.otherwise] };
  return { op: 'or', arguments: [{ op: 'and', arguments: [node.test, node.then] }, otherwise] };
}

/** An atom the predicate index can use: a field against constants, or a list. */
export function isSelective({ node, negated }: Atom): boolean {
  if (negated) return false;
  if (node.op === 'field') return node.type.kind === 'bool';
  if (node.op === 'member' || node.op === 'finding') return true;
  if (node.op === 'in')
    return node.left.op === 'field' ? node.list.op === 'list' : node.left.op === 'literal' && node.list.op === 'field';
  if (node.op !== 'compare' || node.comparison === '!=') return false;
  const sides = [node.left, node.right];
  return (
    sides.some((side) => side.op === 'field' && side.scope === 'event') && sides.some((side) => side.op === 'literal')
  );
}

/** What one branch leaves of a field: an interval and the values it may, or may not, have. */
interface Left {
  low: number;
  high: number;
  /** the bound itself is excluded */
  lowOpen: boolean;
  highOpen: boolean;
  allowed: Set<unknown> | undefined;
  readonly refused: Set<unknown>;
}

/** The field in which a branch contradicts itself; undefined: none is seen. */
export function contradictionIn(branch: Branch): string | undefined {
  const left = new Map<string, Left>();
  for (const atom of branch) {
    const bound = boundOf(atom);
    if (bound === undefined) continue;
    const key = `${bound.scope}\n${bound.field}`;
    const known = left.get(key) ?? {
      low: -Infinity,
      high: Infinity,
      lowOpen: false,
      highOpen: false,
      allowed: undefined,
      refused: new Set(),
    };
    left.set(key, known);
    narrow(known, bound);
    if (isEmpty(known)) return bound.field;
  }
  return undefined;
}

interface Bound {
  readonly scope: string;
  readonly field: string;
  readonly comparison: Comparison;
  readonly values: readonly unknown[];
}

const TURNED: Readonly<Record<Comparison, Comparison>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};
const OPPOSITE: Readonly<Record<Comparison, Comparison>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

function boundOf({ node, negated }: Atom): Bound | undefined {
  if (node.op === 'field' && node.type.kind === 'bool')
    return { scope: node.scope, field: node.field, comparison: '==', values: [!negated] };
  if (node.op === 'in' && node.left.op === 'field' && node.list.op === 'list') {
    const values = node.list.items.map((item) => (item.op === 'literal' ? item.value : undefined));
    if (values.includes(undefined)) return undefined;
    return { scope: node.left.scope, field: node.left.field, comparison: negated ? '!=' : '==', values };
  }
  if (node.op !== 'compare') return undefined;
  const turned = node.left.op === 'literal';
  const [field, value] = turned ? [node.right, node.left] : [node.left, node.right];
  if (field.op !== 'field' || value.op !== 'literal') return undefined;
  const comparison = turned ? TURNED[node.comparison] : node.comparison;
  return {
    scope: field.scope,
    field: field.field,
    comparison: negated ? OPPOSITE[comparison] : comparison,
    values: [value.value],
  };
}

function narrow(left: Left, { comparison, values }: Bound): void {
  if (comparison === '==')
    left.allowed = new Set(values.filter((value) => left.allowed === undefined || left.allowed.has(value)));
  else if (comparison === '!=') for (const value of values) left.refused.add(value);
  else {
    const value = Number(values[0]);
    const open = comparison === '<' || comparison === '>';
    if (comparison === '<' || comparison === '<=') {
      if (value < left.high || (value === left.high && open)) [left.high, left.highOpen] = [value, open];
    } else if (value > left.low || (value === left.low && open)) [left.low, left.lowOpen] = [value, open];
  }
}

function isEmpty(left: Left): boolean {
  if (left.low > left.high || (left.low === left.high && (left.lowOpen || left.highOpen))) return true;
  if (left.allowed === undefined) return false;
  for (const value of left.allowed) {
    if (left.refused.has(value)) continue;
    if (typeof value !== 'number') return false;
    const above = value > left.low || (value === left.low && !left.lowOpen);
    const below = value < left.high || (value === left.high && !left.highOpen);
    if (above && below) return false;
  }
  return true;
}
