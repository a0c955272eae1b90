import { serviceClass } from '../number-class/number-class.ts';

/** What a clear value names; part of the token, so that a number and an account of the same digits are strangers. */
export type ClearKind = 'person' | 'tel' | 'account';

const SEPARATORS = /[\s()./\u00a0\u2010-\u2015-]/g;
const WITHHELD_WORDS = new Set(['anonymous', 'unknown', 'private', 'withheld', 'restricted', 'unavailable']);

/** Full-width digits and letters come from old forms and input methods. */
function narrow(text: string): string {
  return /[\uff01-\uff5e]/.test(text) ? text.normalize('NFKC') : text;
}

function nationalForm(digits: string): string {
  if (serviceClass(digits) !== undefined) return digits;
  if (digits.startsWith('0') && digits.length >= 10 && digits.length <= 13) return `+86${digits.slice(1)}`;
  if (digits.startsWith('1') && (digits.length === 11 || digits.length === 13)) return `+86${digits}`;
  if (digits.startsWith('86') && (digits.length === 13 || digits.length === 15) && digits[2] === '1')
    return `+${digits}`;
  return digits;
}

/**
 * One form per number, whoever reports it: `+86...` for subscribers of the country, the bare digits for service and state
 * numbers, `+...` from abroad. Empty for a withheld number. What is no number keeps its own text: it is never refused.
 */
export function telForm(text: string): string {
  const bare = narrow(text).replace(SEPARATORS, '');
  if (bare === '' || WITHHELD_WORDS.has(bare.toLowerCase())) return '';
  const international = bare.startsWith('+') ? bare.slice(1) : bare.startsWith('00') ? bare.slice(2) : undefined;
  if (international === undefined) return /^\d+$/.test(bare) ? nationalForm(bare) : bare.toLowerCase();
  if (!/^\d{1,20}$/.test(international)) return bare.toLowerCase();
  if (!international.startsWith('86')) return `+${international}`;
  const national = international.slice(2).replace(/^0/, '');
  // +86 95588 and 95588 are one number; landlines written with their 0 after +86 are too.
  return serviceClass(national) === undefined ? `+86${national}` : national;
}

/** Accounts, cards and wallets: without separators, capitals. A leading ~ is kept for what only the door may name. */
export function accountForm(text: string): string {
  return narrow(text).replace(SEPARATORS, '').replace(/^~+/, '').toUpperCase();
}

/** Identity and customer numbers: the check letter of an identity number comes in both cases. */
export function personForm(text: string): string {
  return narrow(text).trim().replace(/^~+/, '').toUpperCase();
}

export const FORM_OF: Readonly<Record<ClearKind, (text: string) => string>> = {
  person: personForm,
  tel: telForm,
  account: accountForm,
};
