import type { FeaturePlan, Node, ValueType } from '../../plan/plan.ts';

/** How a value is represented while expressions run. */
export type Representation = 'truth' | 'number' | 'text' | 'list';

function ofType(type: ValueType): Representation {
  switch (type.kind) {
    case 'bool':
      return 'truth';
    case 'int':
    case 'double':
    case 'duration':
    case 'timestamp':
      return 'number';
    case 'string':
    case 'enum':
    case 'id':
      return 'text';
    case 'list':
      return 'list';
  }
}

export function representation(node: Node, features: ReadonlyMap<string, FeaturePlan>): Representation {
  switch (node.op) {
    case 'literal':
    case 'field':
    case 'variable':
    case 'arithmetic':
      return ofType(node.type);
    case 'list':
      return 'list';
    case 'negate':
      return 'number';
    case 'conditional':
      return representation(node.then, features);
    case 'size':
    case 'calendar':
    case 'model':
      return 'number';
    case 'feature':
      return features.get(node.feature)?.aggregate === 'last_distinct' ? 'list' : 'number';
    default:
      return 'truth';
  }
}
