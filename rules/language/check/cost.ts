import type { Node } from '../plan/plan.ts';
import { childrenOf } from '../plan/nodes.ts';

/** Steps an expression may take for one event. Nothing in the language loops, so the bound is known before it runs. */
export const MAX_COST = 400;

/** longest list an event carries (schemas: maxItems) */
const LONGEST_LIST = 32;

const OWN: Readonly<Record<Node['op'], number>> = {
  literal: 0,
  field: 1,
  has: 1,
  not: 0,
  certain: 0,
  and: 0,
  or: 0,
  compare: 1,
  in: 2,
  list: 0,
  arithmetic: 1,
  negate: 1,
  conditional: 1,
  text: 4,
  size: 1,
  quantifier: 1,
  variable: 0,
  feature: 8,
  member: 4,
  finding: 4,
  calendar: 2,
  model: 120,
};

export function costOf(node: Node): number {
  const own = OWN[node.op];
  if (node.op === 'quantifier') return own + costOf(node.list) + LONGEST_LIST * (1 + costOf(node.body));
  return childrenOf(node).reduce((sum, child) => sum + costOf(child), own);
}
