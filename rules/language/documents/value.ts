import type { Position } from '../problems/problems.ts';

/** A piece of text in the file that a reader may point into: an expression, a sentence. */
export interface Source {
  readonly text: string;
  readonly position: Position;
  /** where the character at `offset` of `text` stands in the file */
  readonly positionOf: (offset: number) => Position;
}

/** YAML without its forms: what was written, and where. */
export type Value =
  | { readonly kind: 'map'; readonly position: Position; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly position: Position; readonly items: readonly Value[] }
  | ScalarValue;

export interface Entry {
  readonly key: string;
  readonly position: Position;
  readonly value: Value;
}

export interface ScalarValue {
  readonly kind: 'scalar';
  readonly position: Position;
  readonly value: string | number | boolean | null;
  /** as written, without quotes */
  readonly written: string;
  readonly quoted: boolean;
  readonly source: Source;
}

export interface Located<T> {
  readonly value: T;
  readonly position: Position;
}

export function describe(value: Value): string {
  if (value.kind === 'map') return 'a map';
  if (value.kind === 'list') return 'a list';
  if (value.value === null) return 'nothing';
  if (typeof value.value === 'string') return value.value === '' ? 'an empty text' : `\`${shorten(value.written)}\``;
  return `the ${typeof value.value === 'number' ? 'number' : 'value'} ${shorten(value.written)}`;
}

export function shorten(text: string, most = 40): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const letters = Array.from(line.slice(0, most * 2));
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : letters.join('');
}

/** A number that YAML would silently change: leading zeros, a plus, or more digits than a double keeps. */
export function losesDigits(scalar: ScalarValue): boolean {
  if (typeof scalar.value !== 'number') return false;
  const digits = scalar.written.replace(/^[+-]/, '');
  return /^0\d/.test(digits) || scalar.written.startsWith('+') || digits.replaceAll(/\D/g, '').length > 15;
}

export function entryOf(value: Value | undefined, key: string): Value | undefined {
  if (value?.kind !== 'map') return undefined;
  return value.entries.find((entry) => entry.key === key)?.value;
}

/** The plain JSON of a checked document (Policy, Model): positions dropped, order of keys as written. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function toJson(value: Value): Json {
  if (value.kind === 'scalar') return value.value;
  if (value.kind === 'list') return value.items.map(toJson);
  return Object.fromEntries(value.entries.map((entry) => [entry.key, toJson(entry.value)]));
}

/** What a read document says, without where it stands: positions and their functions dropped, maps as objects. */
export function plainOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plainOf(item)]));
  if (typeof value === 'function') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'position' && key !== 'positionOf');
  return Object.fromEntries(entries.map(([key, item]) => [key, plainOf(item)]));
}
