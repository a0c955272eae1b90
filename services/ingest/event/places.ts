import { PLACE_KIND_SYMBOLS, type Place } from '@yujing/schemas';
import type { FieldReader } from './fields.ts';
import { refusal } from './refusal.ts';
import { readTime } from './time.ts';

const ADCODE = /^\d{6,12}$/;
const STATION = /^[A-Za-z0-9._-]{1,32}$/;
/** A place that a source reports without saying how sure it is. */
const REPORTED_CERTAINTY = 0.7;
const MAX_PLACES = 8;

const KINDS: ReadonlySet<string> = new Set(PLACE_KIND_SYMBOLS.filter((symbol) => symbol !== 'UNKNOWN'));

function isOptional(value: unknown, holds: RegExp): boolean {
  return value === undefined || value === null || (typeof value === 'string' && holds.test(value));
}

function placeOf(value: unknown): Place | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { kind, adcode, station_code, at, certainty } = value as Record<string, unknown>;
  if (kind !== undefined && !KINDS.has(kind as string)) return undefined;
  if (!isOptional(adcode, ADCODE) || !isOptional(station_code, STATION)) return undefined;
  const time = at === undefined || at === null ? null : readTime(at);
  const sure = certainty ?? REPORTED_CERTAINTY;
  if (time === undefined || typeof sure !== 'number' || !(sure >= 0 && sure <= 1)) return undefined;
  return {
    kind: (kind ?? 'reported') as Place['kind'],
    adcode: (adcode as string | undefined) ?? null,
    station_code: (station_code as string | undefined) ?? null,
    at: time,
    certainty: sure,
  };
}

/** Reads a place, or a list of them. There is no field for an address: routing needs the area only. */
export function placesReader(name: string, isList: boolean): FieldReader {
  const hint = '{kind, adcode of 6 to 12 digits, station_code, at, certainty 0 to 1}';
  const wrong = refusal('wrong_type', name, isList ? `write a list of ${hint}` : `write ${hint}`);
  const many = refusal('too_many', name, `at most ${MAX_PLACES}`);
  return (value, draft) => {
    if (!isList) {
      const place = placeOf(value);
      if (place === undefined) return wrong;
      draft.record[name] = place;
      return undefined;
    }
    if (!Array.isArray(value)) return wrong;
    if (value.length > MAX_PLACES) return many;
    const places: Place[] = [];
    for (const item of value) {
      const place = placeOf(item);
      if (place === undefined) return wrong;
      places.push(place);
    }
    draft.record[name] = places;
    return undefined;
  };
}

/** The area of a cell, written `adcode` or `adcode:station_code`; undefined for any other code. */
export function placeOfCell(cell: string, at: number): Place | undefined {
  const [adcode, station = null] = cell.split(':', 2);
  if (adcode === undefined || !ADCODE.test(adcode) || (station !== null && !STATION.test(station))) return undefined;
  return { kind: 'last_cell', adcode, station_code: station, at, certainty: 0.8 };
}

/** Key of a place in the feed. */
export function placeKey(place: Place | null): string | null {
  const code = place?.station_code ?? place?.adcode ?? null;
  return code === null ? null : `place:${code}`;
}
