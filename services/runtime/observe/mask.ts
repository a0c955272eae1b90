/**
 * Takes out of a text what may name a person: runs of digits (numbers, accounts, identity numbers), phone and card forms with
 * gaps, tokens, Chinese text (names, addresses; logs are in English), and the same percent-encoded. What our own ids and file
 * names look like stays. Only digits inside a longer word of ours can be masked by mistake: better than the other way round.
 */
export const MASK = '[masked]';

const OURS = [
  '\\d{16}\\.log', // file of an embedded log
  '(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z])', // commit and request ids
  '(?<![0-9A-Za-z])(?=\\d*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})(?![0-9A-Za-z])', // names made from content
].join('|');

const THEIRS = [
  't[1-9][0-9]{0,3}_[A-Za-z0-9_-]{22}', // token
  '\\+?\\d{6,}[0-9Xx]', // number, account, identity number
  '(?:\\+?\\d{1,4}[- ])?\\(?\\d{2,4}\\)?[- ]\\d{4}[- ]\\d{3,4}(?!\\d)', // 138 0000 0000, 0085-2000-0000
  '\\d{4}(?:[- ]\\d{4}){2,4}', // card
  '[\\u3400-\\u9fff\\uf900-\\ufaff]+', // Chinese text
  '(?:%[0-9A-Fa-f]{2}){3,}', // the same in an address
].join('|');

const BOTH = new RegExp(`(${OURS})|${THEIRS}`, 'gu');

export function mask(text: string): string {
  return text.replace(BOTH, (_match, ours: string | undefined) => ours ?? MASK);
}

/** Texts of a line of JSON, and numbers that could be a phone number or an account. Epoch milliseconds have 13 digits and begin with 1 or 2. */
const PARTS = /"(?:[^"\\]|\\.)*"|(?<![\d.])(?:\d{14,}|[03-9]\d{12}|\d{11,12})(?!\d)(?:\.\d+)?/g;

/** {@link mask} for a line of JSON, which stays JSON: texts are masked inside their quotes, numbers become a text. */
export function maskLine(line: string): string {
  return line.replace(PARTS, (part) => (part.startsWith('"') ? mask(part) : `"${MASK}"`));
}
