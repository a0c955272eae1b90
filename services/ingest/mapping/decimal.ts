/** Longest text that is read as a number. */
const MAX_LENGTH = 40;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/;

/**
 * A decimal in units of its `places`-th place, by its digits alone: 4.35 in two places is 435, which 4.35 * 100 is not.
 * Undefined for what is no decimal, and for a result that a double cannot hold exactly. Digits beyond the places must be
 * zeros unless `cuts`: then they are cut off, downwards for negative ones too, as clocks do.
 */
export function decimalUnits(text: string, places: number, cuts = false): number | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const parts = DECIMAL.exec(text);
  if (parts === null) return undefined;
  const [, sign, whole = '', fraction = ''] = parts;
  const rest = fraction.slice(places);
  const hasRest = /[1-9]/.test(rest);
  if (hasRest && !cuts) return undefined;
  const units = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  if (!Number.isSafeInteger(units)) return undefined;
  if (sign !== '-') return units;
  return hasRest ? -units - 1 : 0 - units;
}

/** Digits that survive the way from text to a double and back. */
const SAFE_DIGITS = 15;

/**
 * The text of a number as it was written in JSON. Up to 15 digits a double gives back what was written; of a longer one nobody
 * can say, so it is refused: send it as a text.
 */
export function writtenNumber(value: number): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  const text = String(value);
  return DECIMAL.test(text) && text.replace(/[^\d]|^0\./g, '').length <= SAFE_DIGITS ? text : undefined;
}
