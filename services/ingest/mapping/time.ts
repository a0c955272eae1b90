import { EARLIEST_TIME, LATEST_TIME } from '../event/limits.ts';
import { readTime } from '../event/time.ts';
import { decimalUnits, writtenNumber } from './decimal.ts';
import type { Pattern } from './pattern.ts';
import type { Zone } from './zone.ts';

/** A cell to epoch milliseconds; undefined for what is no time between 2000 and 2100. */
export type TimeReader = (value: unknown) => number | undefined;

/** Units of a number that counts from an origin: so many decimal places of it are milliseconds, times the factor. */
export const TIME_UNITS = {
  us: { places: -3, factor: 1 },
  ms: { places: 0, factor: 1 },
  s: { places: 3, factor: 1 },
  min: { places: 3, factor: 60 },
  h: { places: 3, factor: 3600 },
  d: { places: 3, factor: 86_400 },
} as const;
export type TimeUnit = keyof typeof TIME_UNITS;

function within(time: number | undefined): number | undefined {
  return time !== undefined && time >= EARLIEST_TIME && time <= LATEST_TIME ? time : undefined;
}

/** The text of a cell; undefined for what is none. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number') return writtenNumber(value);
  return typeof value === 'bigint' ? String(value) : undefined;
}

/** RFC 3339 with its offset, or epoch milliseconds: what the door itself takes. */
export const doorTime: TimeReader = (value) => {
  if (value instanceof Date) return within(value.getTime());
  const text = textOf(value);
  if (text === undefined) return undefined;
  return readTime(/^\d+$/.test(text) ? Number(text) : text);
};

export function patternTime(pattern: Pattern, zone: Zone | undefined): TimeReader {
  return (value) => {
    const text = textOf(value);
    return text === undefined ? undefined : within(pattern.read(text, zone));
  };
}

/** Counted by digits, so that no microsecond is lost on the way through a double. */
export function unitTime(unit: TimeUnit, origin: number): TimeReader {
  const { places, factor } = TIME_UNITS[unit];
  return (value) => {
    let text = textOf(value);
    if (text === undefined) return undefined;
    if (places < 0) {
      const digits = /^(\d{4,20})$/.exec(text)?.[1];
      if (digits === undefined) return undefined;
      text = digits.slice(0, places);
    }
    const units = decimalUnits(text, Math.max(places, 0), true);
    return units === undefined ? undefined : within(origin + units * factor);
  };
}
