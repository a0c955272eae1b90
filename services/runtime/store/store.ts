import type { Stamp } from '../broker/broker.ts';

/** The state of one stage over one partition of the log it reads. `logId` is in it, so a recreated log starts afresh. */
export interface Slot {
  readonly stage: string;
  readonly logId: string;
  readonly partition: number;
}

export interface OutboxRecord {
  readonly log: string;
  readonly partition: number;
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly stamp: Stamp;
}

/** All of a commit but its entities. Position and entities belong to the same input. */
export interface CommitHead {
  /** random, never used before: what the next commit must name */
  readonly id: string;
  /** offset of the next input record */
  readonly position: number;
  /** origin -> newest (offset, index) taken */
  readonly stamps: ReadonlyArray<readonly [origin: string, offset: number, index: number]>;
  /** the stage's partition-wide state and what it has adopted; opaque to the store */
  readonly meta: Uint8Array;
  /** outputs that are committed and perhaps not yet in their log */
  readonly outbox: readonly OutboxRecord[];
}

export interface Commit {
  /** id of the commit this one follows; undefined = there is none yet */
  readonly follows: string | undefined;
  readonly head: CommitHead;
  /** changed entities; null = removed */
  readonly entities: ReadonlyMap<string, Uint8Array | null>;
}

/**
 * Where stages keep state. Compare-and-set is the whole promise: a commit is applied only when the one it names is exactly
 * what is there, so neither a zombie nor a store that lost its tail can tear state. Suite: test/conformance/store.
 */
export interface Store {
  /** head of the newest commit, undefined when there is none; `now` = the store's clock, epoch ms */
  head(slot: Slot): Promise<{ readonly head: CommitHead | undefined; readonly now: number }>;
  /** entities and the id of the newest commit, read in one request */
  load(
    slot: Slot,
    keys: readonly string[],
  ): Promise<{ readonly id: string | undefined; readonly entities: ReadonlyArray<Uint8Array | undefined> }>;
  /** all or nothing; `applied: false` = something else is there: drop all memory and start from the store */
  commit(slot: Slot, commit: Commit): Promise<{ readonly applied: boolean; readonly now: number }>;
  close(): Promise<void>;
}

export function slotName(slot: Slot): string {
  return `${slot.stage}/${slot.logId}/${slot.partition}`;
}
