import type { OutcomeCode } from '@yujing/schemas';
import type { Bilingual, FunnelStep } from '../../api/views.ts';
import { OUTCOMES, words } from '../words/vocabulary.ts';

export const STEPS = ['warned', 'reviewed', 'dispatched', 'acknowledged', 'contacted', 'met', 'saved'] as const;

/** How many cases came to a stop at one place. `reach`: the furthest step; `reason`: outcome code, else the case's status. */
export interface Stop {
  readonly reach: number;
  readonly is_open: boolean;
  readonly reason: string;
  readonly count: number;
}

/** A stop that is no loss: nobody needed help, or it was given on the phone. */
const GOOD_ENDS: Readonly<Record<string, Bilingual>> = {
  T1: words('电话里劝住了', 'convinced on the phone'),
  T2: words('电话里劝住了', 'convinced on the phone'),
  T3: words('电话里办结', 'settled on the phone'),
  T8: words('电话里劝住了', 'convinced on the phone'),
  T5: OUTCOMES.T5,
  T6: OUTCOMES.T6,
  F1: OUTCOMES.F1,
  F3: OUTCOMES.F3,
  X1: OUTCOMES.X1,
  X3: OUTCOMES.X3,
  rejected: words('驳回', 'rejected'),
  merged: words('合并', 'merged'),
};

const OTHER_LOSSES: Readonly<Record<string, Bilingual>> = {
  expired: words('过了时限', 'expired'),
  closed: words('没有结果', 'closed without an outcome'),
};

interface Reason extends Bilingual {
  readonly count: number;
}

/** Adds up by words, so that two codes that say the same to a commander are one line. */
class Reasons {
  readonly #counts = new Map<string, Reason>();
  total = 0;

  add(text: Bilingual, count: number): void {
    this.total += count;
    const known = this.#counts.get(text.zh);
    this.#counts.set(text.zh, { ...text, count: (known?.count ?? 0) + count });
  }

  list(): Reason[] {
    return [...this.#counts.values()].sort((a, b) => b.count - a.count || (a.zh < b.zh ? -1 : 1));
  }
}

function lossWords(reason: string): Bilingual {
  return OUTCOMES[reason as Exclude<OutcomeCode, 'UNKNOWN'>] ?? OTHER_LOSSES[reason] ?? words(reason, reason);
}

/**
 * The steps with what was lost and what ended well at each. A case counts in every step up to the furthest it reached; when
 * it stopped, it is lost or ended at the first step it did not reach. What is neither is still under way.
 */
export function funnelOf(stops: readonly Stop[]): FunnelStep[] {
  const lost = STEPS.map(() => new Reasons());
  const ended = STEPS.map(() => new Reasons());
  const counts = STEPS.map(() => 0);
  for (const { reach, is_open, reason, count } of stops) {
    for (let step = 0; step <= reach; step++) counts[step] = (counts[step] ?? 0) + count;
    const missed = reach + 1;
    if (is_open || missed >= STEPS.length) continue;
    const good = GOOD_ENDS[reason];
    if (good === undefined) lost[missed]?.add(lossWords(reason), count);
    else ended[missed]?.add(good, count);
  }
  return STEPS.map((step, i) => ({
    step,
    count: counts[i] ?? 0,
    lost: lost[i]?.total ?? 0,
    lost_reasons: lost[i]?.list() ?? [],
    ended: ended[i]?.total ?? 0,
    ended_reasons: ended[i]?.list() ?? [],
  }));
}
