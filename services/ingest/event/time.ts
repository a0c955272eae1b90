import { EARLIEST_TIME, LATEST_TIME } from './limits.ts';

/** RFC 3339: the offset is mandatory, because a time without one means another instant in every zone. */
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

export const TIME_HINT = 'write RFC 3339 with an offset (2026-11-21T14:02:00+08:00) or epoch milliseconds';

function fromText(text: string): number | undefined {
  if (text.length > 40) return undefined;
  const parts = RFC_3339.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = parts;
  // A leap second is the first instant of the next minute: no machine here counts it otherwise.
  const seconds = Number(second);
  if (Number(month) < 1 || Number(month) > 12 || Number(hour) > 23 || Number(minute) > 59 || seconds > 60)
    return undefined;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (new Date(midnight).getUTCDate() !== Number(day)) return undefined;
  const milliseconds = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  const offset = sign === undefined ? 0 : Number(offsetHour) * 60 + Number(offsetMinute);
  if (offset > 24 * 60) return undefined;
  const local = midnight + ((Number(hour) * 60 + Number(minute)) * 60 + seconds) * 1000 + milliseconds;
  return local - (sign === '-' ? -offset : offset) * 60_000;
}

/** Epoch milliseconds, or undefined for what is no time between 2000 and 2100 (epoch seconds fall in 1970, so they show). */
export function readTime(value: unknown): number | undefined {
  const time = typeof value === 'string' ? fromText(value) : value;
  if (typeof time !== 'number' || !Number.isInteger(time) || time < EARLIEST_TIME || time > LATEST_TIME)
    return undefined;
  return time;
}
