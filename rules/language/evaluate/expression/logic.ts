import type { Condition, Frame, Truth } from '../frame.ts';
import { FALSE, TRUE, UNKNOWN } from '../frame.ts';

export function truth(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

export function not(argument: Condition): Condition {
  return (frame) => {
    const value = argument(frame);
    return value === UNKNOWN ? UNKNOWN : value === TRUE ? FALSE : TRUE;
  };
}

/** Kleene: false wins over unknown. */
export function and(parts: readonly Condition[]): Condition {
  if (parts.length === 1) return parts[0] as Condition;
  return (frame) => {
    let result: Truth = TRUE;
    for (let i = 0; i < parts.length; i++) {
      const value = (parts[i] as Condition)(frame);
      if (value === FALSE) return FALSE;
      if (value === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

/** Kleene: true wins over unknown. */
export function or(parts: readonly Condition[]): Condition {
  if (parts.length === 1) return parts[0] as Condition;
  return (frame) => {
    let result: Truth = FALSE;
    for (let i = 0; i < parts.length; i++) {
      const value = (parts[i] as Condition)(frame);
      if (value === TRUE) return TRUE;
      if (value === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

export function certain(argument: Condition): Condition {
  return (frame) => (argument(frame) === TRUE ? TRUE : FALSE);
}

export function choose<T>(test: Condition, then: (frame: Frame) => T, otherwise: (frame: Frame) => T, unknown: T) {
  return (frame: Frame): T => {
    const value = test(frame);
    return value === UNKNOWN ? unknown : value === TRUE ? then(frame) : otherwise(frame);
  };
}
