import type { CaseStatus } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { leading } from '../reanalyse/hypotheses.ts';
import type { CaseState, ClosedCase, Person } from './state.ts';
import type { Turn } from './turn.ts';

/** The case leaves the person's one place; the next warning opens another. */
export function endCase(turn: Turn, c: CaseState, status: CaseStatus): void {
  c.ended = { status, at: turn.now };
  c.review.due_at = null;
  c.review.hold_until = null;
  c.retry_at = null;
  turn.person.open = null;
  turn.person.recent.unshift(c);
}

/** An outcome was taken back and the matter goes on. The caller has seen that no other case is open. */
export function reopenCase(turn: Turn, c: CaseState): void {
  const { person } = turn;
  person.recent = person.recent.filter((other) => other !== c);
  c.ended = null;
  person.open = c;
}

function toClosed(c: CaseState): ClosedCase {
  return {
    case_id: c.case_id,
    status: c.ended?.status ?? 'closed',
    level: c.level,
    scam_type: leading(c).scam_type,
    outcome_code: c.outcome?.code ?? null,
    ended_at: c.ended?.at ?? c.opened_at,
  };
}

function shorten(person: Person): boolean {
  const oldest = person.recent.pop();
  if (oldest === undefined) return false;
  person.closed.unshift(toClosed(oldest));
  person.closed.length = Math.min(person.closed.length, LIMITS.closed_cases);
  return true;
}

function bytesOf(person: Person): number {
  return Buffer.byteLength(JSON.stringify(person));
}

const KEPT_EVIDENCE = 6;
const KEPT_PARTS = 4;

/** Keeps the entity inside its bound: ended cases become a line, then the open case gives up its longest lists. */
export function trim(turn: Turn): void {
  const { person, count } = turn;
  while (person.recent.length > LIMITS.recent_cases && shorten(person)) count('cases_trimmed');
  while (bytesOf(person) > LIMITS.entity_bytes) {
    if (shorten(person)) count('cases_trimmed');
    else return void shortenOpen(turn, person.open);
  }
}

function shortenOpen({ count }: Turn, open: CaseState | null): void {
  if (open === null) return;
  count('evidence_trimmed', Math.max(0, open.evidence.length - KEPT_EVIDENCE));
  open.evidence = open.evidence.slice(-KEPT_EVIDENCE);
  open.folded_rules = open.folded_rules.slice(-KEPT_EVIDENCE);
  const loudest = leading(open);
  for (const warning of open.warnings) {
    warning.score_parts = warning === loudest ? warning.score_parts.slice(0, KEPT_PARTS) : [];
  }
}

export type Found =
  | { readonly kind: 'open' | 'recent'; readonly c: CaseState }
  | { readonly kind: 'closed' | 'none'; readonly c?: undefined };

export function findCase(person: Person, case_id: string): Found {
  if (person.open?.case_id === case_id) return { kind: 'open', c: person.open };
  const recent = person.recent.find((c) => c.case_id === case_id);
  if (recent !== undefined) return { kind: 'recent', c: recent };
  return { kind: person.closed.some((c) => c.case_id === case_id) ? 'closed' : 'none' };
}
