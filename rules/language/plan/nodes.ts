import type { Node } from './plan.ts';

/** The nodes directly below one, in order of reading. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'not':
    case 'certain':
    case 'negate':
    case 'size':
    case 'member':
    case 'calendar':
      return [node.argument];
    case 'and':
    case 'or':
      return node.arguments;
    case 'compare':
    case 'arithmetic':
      return [node.left, node.right];
    case 'in':
      return [node.left, node.list];
    case 'list':
      return node.items;
    case 'conditional':
      return [node.test, node.then, node.otherwise];
    case 'text':
      return [node.target, node.argument];
    case 'quantifier':
      return [node.list, node.body];
    case 'feature':
      return node.key;
    case 'model':
      return [node.key];
    default:
      return [];
  }
}

/** Visits a node and all below it. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}
