import { randomOf, type Random } from './random.ts';

/** Digits without 1: whatever stands beside whatever, no eleven digits of an account can read as a mobile number. */
const ACCOUNT_DIGITS = '023456789';

function padded(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

/** A mobile number of the 12x range, which no network hands out. */
export function inventedMobile(n: number): string {
  return `+8612${padded(n, 9)}`;
}

/** A number from abroad: subscribers' numbers there never begin with 0, so it cannot be dialled. */
export function inventedOverseas(n: number): string {
  return `0085200000${padded(n % 1000, 3)}`;
}

function checkDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

/** Nineteen digits in the shape of a card whose last one is wrong on purpose: no bank has this account. */
export function inventedAccount(random: Random): string {
  let digits = '62';
  for (let i = 0; i < 16; i++) digits += random.pick([...ACCOUNT_DIGITS]);
  const wrong = [...ACCOUNT_DIGITS].filter((digit) => Number(digit) !== checkDigit(digits));
  return digits + random.pick(wrong);
}

/** true when the last digit is the one a bank would have given */
export function passesBankCheck(account: string): boolean {
  return checkDigit(account.slice(0, -1)) === Number(account.at(-1));
}

/** An account that is the same in every run: of a lender, a landlord, a shop. */
export function namedAccount(name: string): string {
  return inventedAccount(randomOf('account', name));
}
