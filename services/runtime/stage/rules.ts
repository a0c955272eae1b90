import type { OutboxRecord } from '../store/store.ts';
import type { HeadOfChange } from './ports.ts';
import { isNewer, type Stamp } from '../broker/broker.ts';

/** What a partition has adopted of one kind: the document in use and the largest head offset it has read back. */
export interface Adopted {
  readonly ref: string;
  readonly at: number;
}

export type Stretch = 'ours' | 'newer' | 'older';

/**
 * The decisions of design section 4 that hang on one comparison each, gathered so that they can be read on one page. The
 * loop asks here; the simulation replaces one of them at a time and must then find what breaks.
 */
export interface LoopRules {
  /** rule 3: an output is taken once, whoever sends it again */
  isNewer(seen: ReadonlyMap<string, readonly [number, number]>, stamp: Stamp): boolean;
  /** rule 2: an `Adopt` read back counts only when its head is later in `change` than the one in use */
  counts(current: Adopted | undefined, next: Adopted): boolean;
  /** rule 2: the owner appends `Adopt` for a head it has not read back */
  wanted(current: Adopted | undefined, head: HeadOfChange): boolean;
  /** rule 2: a stretch of the log is processed only with its own behaviour */
  stretch(adopted: number, own: number): Stretch;
  /** rule 5: what is not committed first is committed only when nothing is on its way */
  mayCommit(commitFirst: boolean, unacknowledged: number): boolean;
  /** rule 5: the outbox holds everything that is not acknowledged, not only what is new */
  outbox(unacknowledged: readonly OutboxRecord[], fresh: readonly OutboxRecord[]): readonly OutboxRecord[];
}

export const RULES: LoopRules = {
  isNewer,
  counts: (current, next) => current === undefined || next.at > current.at,
  wanted: (current, head) => current === undefined || head.at > current.at,
  stretch: (adopted, own) => (adopted === own ? 'ours' : adopted > own ? 'newer' : 'older'),
  mayCommit: (commitFirst, unacknowledged) => commitFirst || unacknowledged === 0,
  outbox: (unacknowledged, fresh) => [...unacknowledged, ...fresh],
};
