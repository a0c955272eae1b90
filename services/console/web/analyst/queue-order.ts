import type { CaseSummary, Level } from '../../api/views.ts';
import { deadlineOfLine, type DeadlineKind } from '../kit/deadline.ts';

/** BLUE is written down and shown to nobody. */
export const LEVELS = ['RED', 'ORANGE', 'YELLOW'] as const satisfies readonly Level[];
export type ShownLevel = (typeof LEVELS)[number];

export interface QueueClock {
  readonly kind: 'review' | DeadlineKind;
  readonly due: number;
}

const WAITING: ReadonlySet<string> = new Set(['waiting', 'held', 'unreviewed']);
const ENDED: ReadonlySet<string> = new Set([
  'rejected',
  'merged',
  'closed',
  'expired',
  'follow_up',
  'outcome_reported',
]);

export const isEnded = (card: CaseSummary): boolean => card.closed_at !== null || ENDED.has(card.status);
export const isWaiting = (card: CaseSummary): boolean => WAITING.has(card.review_state);

/** The clock of a line: the review while it waits for one, else the next step of the officer. */
export function clockOf(card: CaseSummary): QueueClock | null {
  if (isEnded(card)) return null;
  if (isWaiting(card) && card.review_due_at !== null) return { kind: 'review', due: card.review_due_at };
  const line = deadlineOfLine(card);
  return line === null ? null : { kind: line.kind, due: line.due };
}

const dueOf = (card: CaseSummary): number => clockOf(card)?.due ?? Number.MAX_SAFE_INTEGER;
const byClock = (a: CaseSummary, b: CaseSummary): number => dueOf(a) - dueOf(b) || a.opened_at - b.opened_at;

/** Case ids in the order in which they stand, level by level. */
export type Standing = Readonly<Record<ShownLevel, readonly string[]>>;

const idsOf = (cases: readonly CaseSummary[]): string[] => cases.map((card) => card.case_id);
const ofLevel = (cases: readonly CaseSummary[], level: ShownLevel): CaseSummary[] =>
  cases.filter((card) => card.level === level);

export function sortQueue(cases: readonly CaseSummary[]): Standing {
  const open = cases.filter((card) => !isEnded(card));
  const sorted = (level: ShownLevel): string[] => idsOf(ofLevel(open, level).sort(byClock));
  return { RED: sorted('RED'), ORANGE: sorted('ORANGE'), YELLOW: sorted('YELLOW') };
}

/**
 * Lines stay where they are. A case that changed its level moves to its new group, a new RED enters at the top at once,
 * every other new one waits until it is asked for.
 */
export function keepStanding(
  before: Standing,
  cases: readonly CaseSummary[],
): { readonly standing: Standing; readonly waiting: number } {
  const known = new Set([...before.RED, ...before.ORANGE, ...before.YELLOW]);
  // an empty screen has nothing that could jump
  if (known.size === 0) return { standing: sortQueue(cases), waiting: 0 };
  let waiting = 0;
  const arrange = (level: ShownLevel): string[] => {
    const here = ofLevel(cases, level);
    const ids = new Set(idsOf(here));
    const kept = before[level].filter((id) => ids.has(id));
    const added = here.filter(
      (card) => !before[level].includes(card.case_id) && (known.has(card.case_id) || !isEnded(card)),
    );
    if (level === 'RED') return [...idsOf(added.sort(byClock)), ...kept];
    const moved = added.filter((card) => known.has(card.case_id));
    waiting += added.length - moved.length;
    return [...kept, ...idsOf(moved.sort(byClock))];
  };
  const standing = { RED: arrange('RED'), ORANGE: arrange('ORANGE'), YELLOW: arrange('YELLOW') };
  return { standing, waiting };
}

export const FILTERS = ['all', 'on_call', 'held'] as const;
export type Filter = (typeof FILTERS)[number];

export function passes(filter: Filter, card: CaseSummary): boolean {
  if (filter === 'on_call') return card.live_flags.includes('on_call');
  if (filter === 'held') return card.money_state === 'held';
  return true;
}

/** Order number, area, name as shown or words of the type; nothing leaves the page. */
export function matches(text: string, card: CaseSummary, typeWords: string): boolean {
  const sought = text.trim().toLowerCase();
  if (sought === '') return true;
  const number = card.order_no === null ? '' : String(card.order_no).padStart(4, '0');
  const hay = [number, card.area?.zh, card.area?.en, card.name_masked, typeWords, card.title.zh, card.title.en];
  return hay.some((part) => part?.toLowerCase().includes(sought) === true);
}
