import type { Node } from '../../plan/plan.ts';
import type { Condition, Frame, Listing, Numeric, Scalar, Seen, Textual } from '../frame.ts';
import { FALSE, TRUE, UNKNOWN } from '../frame.ts';

/** Which event a scope names: the one at hand, or the one that matched a stage. */
export type SeenOf = (frame: Frame) => Seen | undefined;

export function eventAtHand(frame: Frame): Seen {
  return frame.event;
}

export function stageEvent(stage: number): SeenOf {
  return (frame) => frame.stages[stage];
}

/** Written by a newer release: a symbol we do not know says nothing. */
const NEWER_SYMBOL = 'UNKNOWN';

export function numberField(of: SeenOf, name: string): Numeric {
  return (frame) => {
    const value = of(frame)?.fields[name];
    return typeof value === 'number' ? value : Number.NaN;
  };
}

export function textField(of: SeenOf, name: string, isEnum: boolean): Textual {
  if (isEnum) {
    return (frame) => {
      const value = of(frame)?.fields[name];
      return typeof value === 'string' && value !== NEWER_SYMBOL ? value : undefined;
    };
  }
  return (frame) => {
    const value = of(frame)?.fields[name];
    return typeof value === 'string' ? value : undefined;
  };
}

export function truthField(of: SeenOf, name: string): Condition {
  return (frame) => {
    const value = of(frame)?.fields[name];
    return value === true ? TRUE : value === false ? FALSE : UNKNOWN;
  };
}

export function listField(of: SeenOf, name: string): Listing {
  return (frame) => {
    const value = of(frame)?.fields[name];
    return Array.isArray(value) ? (value as readonly Scalar[]) : undefined;
  };
}

/** `has()` itself is always known. An empty array is nothing to have. */
export function hasField(of: SeenOf, name: string): Condition {
  return (frame) => {
    const value = of(frame)?.fields[name];
    if (value === undefined || value === null || value === NEWER_SYMBOL) return FALSE;
    return Array.isArray(value) && value.length === 0 ? FALSE : TRUE;
  };
}

/** A stage keeps the values of features under these names: the feature and the fields that were its key. */
export function signatureOf(node: Extract<Node, { op: 'feature' }>): string {
  return `${node.feature}(${node.key.map((key) => (key.op === 'field' ? key.field : JSON.stringify(key))).join()})`;
}
