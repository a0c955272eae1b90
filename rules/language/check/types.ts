import type { ValueType } from '../plan/plan.ts';

export function sameType(left: ValueType, right: ValueType): boolean {
  if (left.kind !== right.kind) return false;
  if (left.kind === 'enum' && right.kind === 'enum') return left.name === right.name;
  if (left.kind === 'id' && right.kind === 'id') return left.entity === right.entity;
  if (left.kind === 'list' && right.kind === 'list') return sameType(left.of, right.of);
  return true;
}

export function isNumber(type: ValueType): boolean {
  return type.kind === 'int' || type.kind === 'double';
}

/** Types with an order: `<` and `>` mean something. */
export function isOrdered(type: ValueType): boolean {
  return isNumber(type) || type.kind === 'duration' || type.kind === 'timestamp';
}

/** Result of `left operator right`; undefined if there is none. */
export function arithmeticType(operator: string, left: ValueType, right: ValueType): ValueType | undefined {
  const kinds = `${left.kind} ${operator} ${right.kind}`;
  if (isNumber(left) && isNumber(right)) {
    if (operator === '%') return left.kind === 'int' && right.kind === 'int' ? left : undefined;
    return left.kind === 'int' && right.kind === 'int' ? { kind: 'int' } : { kind: 'double' };
  }
  if (kinds === 'timestamp - timestamp') return { kind: 'duration' };
  if (kinds === 'timestamp - duration' || kinds === 'timestamp + duration' || kinds === 'duration + timestamp')
    return { kind: 'timestamp' };
  if (kinds === 'duration + duration' || kinds === 'duration - duration') return { kind: 'duration' };
  if (kinds === 'duration * int' || kinds === 'int * duration' || kinds === 'duration / int')
    return { kind: 'duration' };
  return undefined;
}
