import type { Numeric } from '../frame.ts';

/** Whole numbers beyond this are not exact in a double: then the value is unknown, never wrong. */
const EXACT = Number.MAX_SAFE_INTEGER;

function exact(value: number): number {
  return value > EXACT || value < -EXACT ? Number.NaN : value;
}

/** Whole numbers divide towards zero as in CEL; division by zero is unknown. */
export function wholeArithmetic(operator: '+' | '-' | '*' | '/' | '%', left: Numeric, right: Numeric): Numeric {
  switch (operator) {
    case '+':
      return (frame) => exact(left(frame) + right(frame));
    case '-':
      return (frame) => exact(left(frame) - right(frame));
    case '*':
      return (frame) => exact(left(frame) * right(frame));
    case '/':
      return (frame) => {
        const b = right(frame);
        return b === 0 ? Number.NaN : Math.trunc(left(frame) / b);
      };
    case '%':
      return (frame) => {
        const b = right(frame);
        return b === 0 ? Number.NaN : left(frame) % b;
      };
  }
}

export function realArithmetic(operator: '+' | '-' | '*' | '/' | '%', left: Numeric, right: Numeric): Numeric {
  switch (operator) {
    case '+':
      return (frame) => left(frame) + right(frame);
    case '-':
      return (frame) => left(frame) - right(frame);
    case '*':
      return (frame) => left(frame) * right(frame);
    case '/':
      return (frame) => left(frame) / right(frame);
    case '%':
      return (frame) => left(frame) % right(frame);
  }
}

/** Offsets of an hour and a weekday of epoch days: 1 January 1970 was a Thursday. */
export function calendar(name: 'hour' | 'weekday', argument: Numeric, offsetMinutes: number): Numeric {
  const offset = offsetMinutes * 60_000;
  if (name === 'hour') return (frame) => Math.floor(modulo(argument(frame) + offset, 86_400_000) / 3_600_000);
  return (frame) => modulo(Math.floor((argument(frame) + offset) / 86_400_000) + 3, 7) + 1;
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
