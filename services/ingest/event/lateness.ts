import type { Lateness } from '@yujing/schemas';
import { refusal, type Refusal } from './refusal.ts';

export interface LatenessBounds {
  /** up to this age an event is on time: the clocks of sources differ by as much */
  readonly onTimeMs: number;
  /** beyond this age its news is worth nothing any more: written down, never dispatched */
  readonly usefulMs: number;
  /** as long as event ids are remembered; older ones could be repeats */
  readonly rememberedMs: number;
  /** how far the clock of a source may run ahead of the door */
  readonly aheadMs: number;
}

const IN_FUTURE = refusal('in_future', 'occurred_at', 'set the clock of the source');
const TOO_OLD = refusal('too_old', 'occurred_at', 'load history through a source that is marked historical');

/** Judged once, here; no delay inside Yujing makes an event late. */
export function judgeLateness(
  occurredAt: number,
  acceptedAt: number,
  isHistorical: boolean,
  bounds: LatenessBounds,
): Lateness | Refusal {
  const age = acceptedAt - occurredAt;
  if (age < -bounds.aheadMs) return IN_FUTURE;
  if (age > bounds.rememberedMs && !isHistorical) return TOO_OLD;
  if (age > bounds.usefulMs) return 'retrospective';
  return age > bounds.onTimeMs ? 'late' : 'on_time';
}
