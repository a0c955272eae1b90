/** Money as people read it: zh 49万, 12.8万, 1,386万, 1.2亿, 9,000元; en ¥490,000. The exact figure goes into the title. */
export type Language = 'zh' | 'en';

/** ISO 4217 currencies without, or with three, decimal places; all others have two. */
const DECIMALS: Readonly<Record<string, number>> = { JPY: 0, KRW: 0, VND: 0, KWD: 3, BHD: 3 };
const SIGNS: Readonly<Record<string, string>> = {
  CNY: '¥',
  HKD: 'HK$',
  TWD: 'NT$',
  USD: 'US$',
  EUR: '€',
  GBP: '£',
  SGD: 'S$',
  AUD: 'A$',
  JPY: 'JP¥',
  KRW: '₩',
};
/** Unknown is a dash, never 0. */
export const UNKNOWN = '—';

export function majorOf(minor: number, currency: string): number {
  return minor / 10 ** (DECIMALS[currency] ?? 2);
}

export function minorOf(major: number, currency: string): number {
  return Math.round(major * 10 ** (DECIMALS[currency] ?? 2));
}

function grouped(value: number, decimals: number): string {
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${parted}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** One decimal place while it still tells something: 12.8, but 1,386 and 49. */
function short(value: number): string {
  const rounded = Math.abs(value) < 1_000 ? Math.round(value * 10) / 10 : Math.round(value);
  return grouped(rounded, Number.isInteger(rounded) ? 0 : 1);
}

const places = (value: number, currency: string): number => (Number.isInteger(value) ? 0 : (DECIMALS[currency] ?? 2));
const sign = (currency: string): string => SIGNS[currency] ?? `${currency} `;

export function money(minor: number | null, currency: string, language: Language): string {
  if (minor === null) return UNKNOWN;
  const value = majorOf(minor, currency);
  if (language === 'en') return `${sign(currency)}${grouped(value, places(value, currency))}`;
  const own = currency === 'CNY';
  const before = own ? '' : sign(currency);
  // a figure that rounds up to the next unit is said in that unit: 9,999.96万 is 1亿
  const size = Math.abs(value);
  if (size >= 99_995_000) return `${before}${short(value / 100_000_000)}亿`;
  if (size >= 10_000) return `${before}${short(value / 10_000)}万`;
  return own ? `${grouped(value, places(value, currency))}元` : `${before}${grouped(value, places(value, currency))}`;
}

/** The figure to the last digit, for titles, for copied text and for the line below a rounded one. */
export function exactMoney(minor: number | null, currency: string, language: Language): string {
  if (minor === null) return UNKNOWN;
  const value = majorOf(minor, currency);
  const figure = grouped(value, places(value, currency));
  return language === 'zh' && currency === 'CNY' ? `${figure}元` : `${currency} ${figure}`;
}

/** What a person typed into a money field, in major units: `48万`, `480,000`, `1.2亿`, `¥480000`. */
export function parseMoney(text: string): number | null {
  const found = /^\s*[^\d-]{0,4}(\d[\d,]*(?:\.\d+)?)\s*(万|亿|元)?\s*$/.exec(text.normalize('NFKC'));
  if (!found) return null;
  const value = Number((found[1] ?? '').replaceAll(',', ''));
  const times = found[2] === '万' ? 10_000 : found[2] === '亿' ? 100_000_000 : 1;
  return Number.isFinite(value) ? value * times : null;
}
