import { createHash } from 'node:crypto';

/** Who came in, and what people look up besides openings (those are `Opened` records in the log). */
export const AUDIT_ACTIONS = [
  'session_begun',
  'session_ended',
  'sign_in_failed',
  'case_viewed',
  'searched',
  'rebuild_asked',
  'audit_repaired',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Facts without clear text: ids, counts, kinds. */
export interface AuditFact {
  readonly at: number;
  readonly by: string;
  readonly role: string;
  readonly action: AuditAction;
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface AuditEntry extends AuditFact {
  readonly seq: number;
  /** hash of the entry before; of the first: 64 zeros */
  readonly prev: string;
  readonly hash: string;
}

export const FIRST_PREV = '0'.repeat(64);

export function hashOf({ seq, at, by, role, action, facts, prev }: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256')
    .update(JSON.stringify([seq, at, by, role, action, facts, prev]))
    .digest('hex');
}

export function entryAfter(last: Pick<AuditEntry, 'seq' | 'hash'> | undefined, fact: AuditFact): AuditEntry {
  const entry = { seq: (last?.seq ?? 0) + 1, ...fact, prev: last?.hash ?? FIRST_PREV };
  return { ...entry, hash: hashOf(entry) };
}

export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

export type AuditVerdict =
  | { readonly ok: true; readonly entries: number; readonly head: AuditHead | undefined }
  | {
      readonly ok: false;
      readonly line: number;
      readonly what: 'not_json' | 'changed' | 'broken_chain' | 'torn' | 'cut';
    };

function parsed(line: string): AuditEntry | undefined {
  try {
    return JSON.parse(line) as AuditEntry;
  } catch {
    return undefined;
  }
}

/**
 * Walks the chain line by line. An entry that was changed, left out, moved or put in shows where it happens; that the end
 * was cut off shows only against the head, which is kept beside the file (and is best kept elsewhere too).
 */
export class AuditCheck {
  #lines = 0;
  #last: AuditEntry | undefined;

  /** a verdict when the chain breaks here */
  line(text: string): AuditVerdict | undefined {
    this.#lines += 1;
    const wrong = (what: 'not_json' | 'changed' | 'broken_chain'): AuditVerdict => ({
      ok: false,
      line: this.#lines,
      what,
    });
    const entry = parsed(text);
    if (entry === undefined) return wrong('not_json');
    const { hash, ...content } = entry;
    if (hashOf(content) !== hash) return wrong('changed');
    const last = this.#last;
    if (entry.seq !== (last?.seq ?? 0) + 1 || entry.prev !== (last?.hash ?? FIRST_PREV)) return wrong('broken_chain');
    this.#last = entry;
    return undefined;
  }

  end(head: AuditHead | undefined, isTorn: boolean): AuditVerdict {
    if (isTorn) return { ok: false, line: this.#lines + 1, what: 'torn' };
    if (head !== undefined && (this.#last?.seq ?? 0) < head.seq)
      return { ok: false, line: this.#lines + 1, what: 'cut' };
    return { ok: true, entries: this.#lines, head: this.#last };
  }
}
