import type { CaseSummary, CaseView } from '../../api/views.ts';

export type DeadlineKind = 'accept' | 'contact' | 'meet' | 'outcome';
export interface Deadline {
  readonly kind: DeadlineKind;
  readonly start: number;
  readonly due: number;
  readonly reached: number | null;
}

const OVER: ReadonlySet<string> = new Set(['rejected', 'merged', 'closed', 'expired', 'follow_up']);

/** The matter is settled: what is left are follow-ups. "Not found yet" and "does not believe" settle nothing. */
export const isOver = (card: Pick<CaseSummary, 'status' | 'closed_at'>): boolean =>
  card.closed_at !== null || OVER.has(card.status);

/** The one clock a card shows: what has to happen next, and by when. */
export function deadlineOf(view: CaseView): Deadline | null {
  const issued = view.dispatched_at ?? view.opened_at;
  const start = view.level === 'RED' ? (view.red_at ?? issued) : issued;
  if (view.acked_at === null && view.ack_due_at !== null) {
    return { kind: 'accept', start: issued, due: view.ack_due_at, reached: null };
  }
  if (view.meet_due_at !== null) return { kind: 'meet', start, due: view.meet_due_at, reached: view.met_at };
  const reached = view.contacted_at ?? view.met_at;
  if (view.contact_due_at !== null) return { kind: 'contact', start, due: view.contact_due_at, reached };
  if (view.outcome_due_at !== null) {
    return {
      kind: 'outcome',
      start: reached ?? issued,
      due: view.outcome_due_at,
      reached: isOver(view) ? view.outcome_at : null,
    };
  }
  return null;
}

const UNACKED: ReadonlySet<string> = new Set([
  'created',
  'in_review',
  'approved',
  'dispatched',
  'escalated',
  'handed_over',
]);
const REACHED: ReadonlySet<string> = new Set(['contacted', 'outcome_reported', 'follow_up', 'closed']);

export const isUnacked = (card: CaseSummary): boolean => card.order_id !== null && UNACKED.has(card.status);

/** The same for a line of a list, which knows the state instead of the single times. */
export function deadlineOfLine(card: CaseSummary): Omit<Deadline, 'reached'> | null {
  const start = card.dispatched_at ?? card.opened_at;
  if (isUnacked(card) && card.ack_due_at !== null) return { kind: 'accept', start, due: card.ack_due_at };
  if (REACHED.has(card.status)) {
    const open = !isOver(card) && card.outcome_due_at !== null;
    return open ? { kind: 'outcome', start, due: card.outcome_due_at ?? 0 } : null;
  }
  if (card.meet_due_at !== null) return { kind: 'meet', start, due: card.meet_due_at };
  if (card.contact_due_at !== null) return { kind: 'contact', start, due: card.contact_due_at };
  return null;
}
