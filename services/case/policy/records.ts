import { createHash } from 'node:crypto';
import type { Policy } from '@yujing/schemas';

/** Policy, Roster and Precinct records have the same shape; the log entry says which it is. */
export interface DocumentOf {
  readonly id: string;
  readonly version: number;
  readonly by: string;
  readonly at: number;
  readonly document: unknown;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, entry]) => [name, canonical(entry)]),
  );
}

/** The record of a document for the change log; equal content has an equal hash whatever the order of its fields. */
export function documentRecord({ id, version, by, at, document }: DocumentOf): Policy {
  const json = JSON.stringify(canonical(document));
  return { id, version, hash: createHash('sha256').update(json).digest('hex').slice(0, 16), by, at, json };
}
