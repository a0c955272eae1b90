import type { AuditEntry, AuditFact } from './entry.ts';

/** Append-only look-ups, each bound to the one before. Embedded: `audit-log.ts`; several consoles: `postgres-audit.ts`. */
export interface Audit {
  /** resolves when the entry cannot be lost any more: only then is shown what was looked up */
  append(fact: AuditFact): Promise<void>;
  close(): Promise<void>;
}

/** What was looked up is not on disk, so it is not shown either. */
export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable';
  readonly retriable = true;
}

export interface AuditOpening {
  readonly now: () => number;
  /** entries from here on are still of interest (sessions that were ended before their time) */
  readonly since: number;
  /** a session that another console ended, shortly after */
  readonly ended: (entry: AuditEntry) => void;
}

export interface OpenedAudit {
  readonly audit: Audit;
  /** what is still of interest, and maybe more */
  readonly tail: readonly AuditEntry[];
}

export type OpenAudit = (opening: AuditOpening) => Promise<OpenedAudit>;
