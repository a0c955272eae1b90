import type { Comparison } from '../../plan/plan.ts';
import type { Condition, Frame, Listing, Numeric, Scalar, Textual } from '../frame.ts';
import { FALSE, TRUE, UNKNOWN } from '../frame.ts';
import { truth } from './logic.ts';

/** One closure per operator: a switch inside would be paid at every evaluation. */
export function compareNumbers(operator: Comparison, left: Numeric, right: Numeric): Condition {
  const test = (holds: (a: number, b: number) => boolean): Condition => {
    return (frame) => {
      const a = left(frame);
      const b = right(frame);
      return a !== a || b !== b ? UNKNOWN : truth(holds(a, b));
    };
  };
  switch (operator) {
    case '==':
      return test((a, b) => a === b);
    case '!=':
      return test((a, b) => a !== b);
    case '<':
      return test((a, b) => a < b);
    case '<=':
      return test((a, b) => a <= b);
    case '>':
      return test((a, b) => a > b);
    case '>=':
      return test((a, b) => a >= b);
  }
}

export function compareTexts(operator: Comparison, left: Textual, right: Textual): Condition {
  const test = (holds: (a: string, b: string) => boolean): Condition => {
    return (frame) => {
      const a = left(frame);
      const b = right(frame);
      return a === undefined || b === undefined ? UNKNOWN : truth(holds(a, b));
    };
  };
  switch (operator) {
    case '==':
      return test((a, b) => a === b);
    case '!=':
      return test((a, b) => a !== b);
    case '<':
      return test((a, b) => a < b);
    case '<=':
      return test((a, b) => a <= b);
    case '>':
      return test((a, b) => a > b);
    case '>=':
      return test((a, b) => a >= b);
  }
}

/** Truth values are numbers already: false < true. */
export function compareTruths(operator: Comparison, left: Condition, right: Condition): Condition {
  const known = (condition: Condition): Numeric => {
    return (frame) => {
      const value = condition(frame);
      return value === UNKNOWN ? Number.NaN : value;
    };
  };
  return compareNumbers(operator, known(left), known(right));
}

/** A value of any kind; undefined or NaN = unknown */
export type ScalarOf = (frame: Frame) => Scalar | undefined;

/** As in CEL a list with an unknown item is unknown, whatever else stands in it. */
export function inItems(value: ScalarOf, items: readonly ScalarOf[]): Condition {
  return (frame) => {
    const wanted = value(frame);
    let found = false;
    for (let i = 0; i < items.length; i++) {
      const item = (items[i] as ScalarOf)(frame);
      if (item === undefined || item !== item) return UNKNOWN;
      if (item === wanted) found = true;
    }
    return wanted === undefined || wanted !== wanted ? UNKNOWN : truth(found);
  };
}

/** Items known at compile time. */
export function inConstants(value: ScalarOf, items: readonly Scalar[]): Condition {
  const set = new Set(items);
  return (frame) => {
    const item = value(frame);
    return item === undefined || item !== item ? UNKNOWN : truth(set.has(item));
  };
}

export function inListing(value: ScalarOf, list: Listing): Condition {
  return (frame) => {
    const item = value(frame);
    const items = list(frame);
    if (items === undefined || item === undefined || item !== item) return UNKNOWN;
    return items.includes(item) ? TRUE : FALSE;
  };
}

/** exists = or over the items, all = and over the items. */
export function quantify(name: 'exists' | 'all', list: Listing, body: Condition): Condition {
  const decisive = name === 'exists' ? TRUE : FALSE;
  const otherwise = name === 'exists' ? FALSE : TRUE;
  return (frame) => {
    const items = list(frame);
    if (items === undefined) return UNKNOWN;
    const outer = frame.bound;
    let unknown = false;
    let found = false;
    for (let i = 0; i < items.length && !found; i++) {
      frame.bound = items[i] as Scalar;
      const value = body(frame);
      if (value === decisive) found = true;
      else if (value === UNKNOWN) unknown = true;
    }
    frame.bound = outer;
    return found ? decisive : unknown ? UNKNOWN : otherwise;
  };
}
