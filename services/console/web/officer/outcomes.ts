import type { CaseView } from '../../api/views.ts';

export const ALL_OUTCOMES = [
  'T1',
  'T2',
  'T3',
  'T4',
  'T5',
  'T6',
  'T7',
  'T8',
  'F1',
  'F2',
  'F3',
  'N1',
  'N2',
  'N3',
  'N4',
  'X1',
  'X2',
  'X3',
  'X4',
] as const;
export type OutcomeCode = (typeof ALL_OUTCOMES)[number];

/** Eight choices by what has happened so far; all others stand behind "other outcomes". */
export function mainOutcomes(view: Pick<CaseView, 'met_at' | 'contacted_at' | 'outcome_code'>): readonly OutcomeCode[] {
  const convinced: OutcomeCode = view.outcome_code === 'T7' ? 'T8' : 'T1';
  if (view.met_at !== null) return [convinced, 'T2', 'T3', 'T4', 'T5', 'T7', 'F1', 'N1'];
  if (view.contacted_at !== null) return [convinced, 'T2', 'T3', 'T4', 'T6', 'T5', 'F1', 'N1'];
  return ['N1', 'N4', 'N3', 'N2', 'F1', 'F2', 'T6', convinced];
}

export function otherOutcomes(shown: readonly OutcomeCode[]): readonly OutcomeCode[] {
  return ALL_OUTCOMES.filter((code) => !shown.includes(code));
}

export interface Prefilled {
  readonly stopped_minor: number | null;
  /** the figure was taken from the transfer that the bank holds */
  readonly from_held: boolean;
  readonly lost_minor: number | null;
  readonly believed: 'yes' | 'half' | 'no' | null;
}

/** What follows from the outcome and the money known; unknown stays unknown. */
export function prefill(
  code: OutcomeCode | null,
  view: Pick<CaseView, 'money_state' | 'money_moving_minor'>,
): Prefilled {
  const held = view.money_state === 'held' ? view.money_moving_minor : null;
  const gone = view.money_state === 'gone' ? view.money_moving_minor : null;
  const saves = code === 'T1' || code === 'T2' || code === 'T3' || code === 'T8';
  const loses = code === 'T2' || code === 'T4';
  const clean = code === 'T1' || code === 'T8' || code === 'T5' || code === 'T6';
  return {
    stopped_minor: saves ? held : null,
    from_held: saves && held !== null,
    lost_minor: clean ? 0 : loses ? gone : null,
    believed: code === 'T7' ? 'no' : saves || code === 'T6' ? 'yes' : null,
  };
}

/** Money, belief and application are asked only where the warning was real. */
export const asksMore = (code: OutcomeCode | null): boolean => code !== null && code.startsWith('T');
