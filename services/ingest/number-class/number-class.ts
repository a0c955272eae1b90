import type { NumberClass } from '@yujing/schemas';
import { AREA_CODES, COUNTRIES, MOBILE_PREFIXES, SERVICE_PREFIXES, STATE_NUMBERS } from './prefixes.ts';

export interface NumberFacts {
  readonly of: NumberClass;
  /** ISO 3166 */
  readonly country: string | null;
  /** administrative division of the prefix */
  readonly area: string | null;
}

export interface NumberClassOptions {
  /** 12x numbers cannot be dialled: samples, tests and the town use them as mobile numbers, nobody else may */
  readonly inventedMobiles: boolean;
}

const MALFORMED: NumberFacts = { of: 'malformed', country: null, area: null };
export const WITHHELD: NumberFacts = { of: 'withheld', country: null, area: null };

function inChina(of: NumberClass, area: string | null = null): NumberFacts {
  return { of, country: 'CN', area };
}

/** A number of the state or a service, as dialled in the country; undefined for what any other subscriber may hold. */
export function serviceClass(digits: string): NumberClass | undefined {
  if (STATE_NUMBERS.has(digits)) return 'gov_short';
  for (const [prefix, min, max, of] of SERVICE_PREFIXES) {
    if (digits.length >= min && digits.length <= max && digits.startsWith(prefix)) return of;
  }
  return undefined;
}

function areaOf(national: string): string | null {
  // Area codes have two digits for the largest cities, three for the rest.
  return AREA_CODES.get(national.slice(0, 2)) ?? AREA_CODES.get(national.slice(0, 3)) ?? null;
}

function chinese(national: string, options: NumberClassOptions): NumberFacts {
  if (national.startsWith('1') && national.length === 11) {
    if (national.startsWith('12')) return inChina(options.inventedMobiles ? 'mobile_mno' : 'unknown');
    for (const [prefix, of] of MOBILE_PREFIXES) if (national.startsWith(prefix)) return inChina(of);
    return inChina('unknown');
  }
  if (national.startsWith('1') && national.length === 13) return inChina('iot');
  if (/^[2-9]\d{8,10}$/.test(national) || /^10\d{7,8}$/.test(national)) return inChina('landline', areaOf(national));
  return inChina('unknown');
}

function countryOf(digits: string): string | null {
  return COUNTRIES.get(digits.slice(0, 2)) ?? COUNTRIES.get(digits.slice(0, 3)) ?? null;
}

/** Class of a number in its canonical form (identity/forms.ts). No number is ever refused for what it is. */
export function classifyNumber(canonical: string, options: NumberClassOptions): NumberFacts {
  if (canonical === '') return WITHHELD;
  if (!canonical.startsWith('+')) {
    const service = serviceClass(canonical);
    if (service !== undefined) return inChina(service);
    return /^\d{1,20}$/.test(canonical) ? inChina('unknown') : MALFORMED;
  }
  const digits = canonical.slice(1);
  if (digits.startsWith('86')) return chinese(digits.slice(2), options);
  const country = countryOf(digits);
  if (country === 'HK' || country === 'MO' || country === 'TW') return { of: 'intl_hk_mo_tw', country, area: null };
  return { of: digits.startsWith('881') || digits.startsWith('870') ? 'satellite' : 'intl_00', country, area: null };
}
