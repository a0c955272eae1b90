import { createHash } from 'node:crypto';

/** JSON with sorted keys and without what is undefined: the same document has the same text on every machine. */
export function canonicalJson(value: unknown, without: readonly string[] = []): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null, without)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([key, item]) => item !== undefined && !without.includes(key))
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item, without)}`).join(',')}}`;
  }
  return JSON.stringify(value === 0 ? 0 : value);
}

/** The first `digits` hex digits of the SHA-256 of the canonical text. */
export function contentHash(value: unknown, digits: number): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, digits);
}

/** Hash of compiled expressions. A word added to an enumeration of the schemas must not rename every rule and lose the state of every feature. */
export function planHash(value: unknown, digits: number): string {
  return createHash('sha256')
    .update(canonicalJson(value, ['symbols']))
    .digest('hex')
    .slice(0, digits);
}
