import type { ScamType } from '../generated/types.ts';
import { FALLBACK, TABLE } from './table.ts';

export interface AdviceLine {
  readonly zh: string;
  readonly en: string;
}

/** Talking points of one scam type: what an officer says, does together with the person, and never says. */
export interface Advice {
  /** three sentences, to be read aloud */
  readonly say: readonly AdviceLine[];
  /** what to do or look at together */
  readonly check: readonly AdviceLine[];
  readonly never: AdviceLine;
}

/** A type that this release does not know gets the points that hold for every story. */
export function adviceOf(scam_type: ScamType): Advice {
  return scam_type === 'other' || scam_type === 'UNKNOWN' ? FALLBACK : TABLE[scam_type];
}
