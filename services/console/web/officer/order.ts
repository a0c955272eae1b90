import type { CaseSummary, Level } from '../../api/views.ts';
import { deadlineOfLine } from '../kit/deadline.ts';

const RANK: Readonly<Record<Level, number>> = { RED: 0, ORANGE: 1, YELLOW: 2, BLUE: 3 };

const due = (card: CaseSummary): number => deadlineOfLine(card)?.due ?? Number.MAX_SAFE_INTEGER;

/** RED first, then by clock: the next deadline on top. */
export function sortCards(cards: readonly CaseSummary[]): CaseSummary[] {
  return [...cards].sort(
    (a, b) =>
      Number(b.level === 'RED') - Number(a.level === 'RED') ||
      due(a) - due(b) ||
      RANK[a.level] - RANK[b.level] ||
      a.opened_at - b.opened_at,
  );
}

export interface Arranged {
  /** case ids as they stand on the screen */
  readonly shown: readonly string[];
  /** how many new ones wait until the reader asks for them */
  readonly waiting: number;
}

/**
 * A list never re-sorts under a thumb. What is on the screen keeps its place, new lines wait; RED alone enters
 * at the top at once.
 */
export function arrange(before: readonly string[], cards: readonly CaseSummary[]): Arranged {
  const now = new Map(cards.map((card) => [card.case_id, card]));
  // an empty screen has nothing that could jump
  if (before.length === 0) return { shown: sortCards(cards).map((card) => card.case_id), waiting: 0 };
  const kept = before.filter((id) => now.has(id));
  const added = sortCards(cards.filter((card) => !before.includes(card.case_id)));
  const red = added.filter((card) => card.level === 'RED').map((card) => card.case_id);
  return { shown: [...red, ...kept], waiting: added.length - red.length };
}
