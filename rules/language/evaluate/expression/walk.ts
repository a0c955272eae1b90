import { walk as walkNode } from '../../plan/nodes.ts';
import type { Node } from '../../plan/plan.ts';

/** Visits a node and everything in it, parents first; nothing where there is none. */
export function walk(node: Node | undefined, visit: (node: Node) => void): void {
  if (node !== undefined) walkNode(node, visit);
}

/** The same expression with every scope named anew: features of a stage are read from the event that becomes it. */
export function withScope(node: Node, scope: string): Node {
  switch (node.op) {
    case 'field':
    case 'has':
    case 'finding':
      return { ...node, scope };
    case 'feature':
      return { ...node, scope, key: node.key.map((key) => withScope(key, scope)) };
    default:
      return node;
  }
}
