import type { Broker, Codec } from '@yujing/runtime';
import { followCase } from './io/follow-case.ts';
import { PrecisionTally, type Odds, type PrecisionFigures, type ShadowFigures } from './precision/tally.ts';

export { wilson, type Interval } from './precision/wilson.ts';
export {
  ENOUGH,
  PrecisionTally,
  type Odds,
  type PrecisionFigures,
  type ShadowFigures,
  type TallyRecord,
} from './precision/tally.ts';

export interface LearnOptions {
  readonly broker: Broker;
  readonly codec: Codec;
  /** figures changed; called once a batch, so at once after an outcome */
  readonly onChange?: () => void;
  /** what failed and is tried again; never a value of a record */
  readonly failed?: (error: unknown) => void;
}

export interface Learn {
  /** per rule version and level */
  precisionRows(): readonly PrecisionFigures[];
  shadowRows(): readonly ShadowFigures[];
  /** of `rule@version`, a rule or a scam type */
  odds(of: string): Odds;
  /** resolves when everything that stood in the log at the start is counted */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Follows the durable `case` log from its beginning and keeps the figures in memory: nothing to restore, nothing to lose. */
export function openLearn({ broker, codec, onChange, failed = () => undefined }: LearnOptions): Learn {
  const tally = new PrecisionTally();
  const stop = new AbortController();
  const { caughtUp, ended } = followCase({
    broker,
    codec,
    failed,
    signal: stop.signal,
    take({ records }) {
      const changed = records.filter((record) => tally.take(record)).length;
      if (changed > 0) onChange?.();
    },
  });
  return {
    precisionRows: () => tally.precisionRows(),
    shadowRows: () => tally.shadowRows(),
    odds: (of) => tally.odds(of),
    ready: caughtUp,
    async close() {
      stop.abort();
      await ended;
    },
  };
}
