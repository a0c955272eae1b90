import { entries, fields, list, matching, oneOf, parseDocument, text, type Check } from './check.ts';

/** Decides how soon somebody must be at the door. */
export const AREA_KINDS = ['town', 'suburb', 'rural'] as const;
export type AreaKind = (typeof AREA_KINDS)[number];

export interface Precinct {
  readonly name_zh: string;
  readonly name_en: string;
  /** area as a lock screen may show it */
  readonly area_zh: string;
  readonly area_en: string;
  readonly station_code: string;
  /** administrative divisions it covers; a longer code lies inside a shorter one */
  readonly adcodes: readonly string[];
  readonly area: AreaKind;
  /** county whose desk stands above it */
  readonly county: string;
}

/** All precincts of this installation, by code. */
export interface PrecinctDocument {
  readonly precincts: Readonly<Record<string, Precinct>>;
  /** takes what no area covers */
  readonly fallback: string;
}

const CODE = /^[A-Za-z0-9._-]{1,64}$/;
const code: Check = matching(CODE, 'a code of letters, digits, dot, dash, underscore expected');

const PRECINCT: Check = fields({
  name_zh: text(),
  name_en: text(),
  area_zh: text(),
  area_en: text(),
  station_code: matching(/^[A-Za-z0-9._-]{1,32}$/, 'a station code of at most 32 characters expected'),
  adcodes: list(matching(/^[0-9]{2,12}$/, 'an administrative division code of 2 to 12 digits expected')),
  area: oneOf(AREA_KINDS),
  county: code,
});

const DOCUMENT: Check = fields({ precincts: entries(PRECINCT, CODE), fallback: code });

const WITH_FALLBACK: Check = (value, path, problems) => {
  const before = problems.length;
  DOCUMENT(value, path, problems);
  if (problems.length > before) return;
  const { precincts, fallback } = value as PrecinctDocument;
  if (!Object.hasOwn(precincts, fallback))
    problems.push({ path: 'fallback', expected: 'a code of this document expected' });
};

/** @throws DocumentError */
export function parsePrecincts(json: string): PrecinctDocument {
  return parseDocument('Precinct', json, WITH_FALLBACK);
}

export function precinctOf(document: PrecinctDocument, precinct: string): Precinct | undefined {
  return Object.hasOwn(document.precincts, precinct) ? document.precincts[precinct] : undefined;
}
