import type { LogName } from '@yujing/schemas';
import type { AdoptKind } from './stage.ts';

/** A record that was put aside, and why. What is needed to look at it and to send it again. */
export interface DeadLetter {
  readonly stage: string;
  readonly log: LogName;
  readonly logId: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/**
 * Where dead letters go. `put` resolves when they are durable: only then does a commit move past them. The same letter may
 * come again after a crash; its name is (log id, partition, offset, stage).
 */
export interface DeadLetters {
  put(letters: readonly DeadLetter[]): Promise<void>;
}

/** The version of a kind that is valid now, and the offset of its head in `change`. */
export interface HeadOfChange {
  readonly ref: string;
  readonly at: number;
}

/** The owner's view of `change`. It may lag: a head that is not seen yet is adopted later. */
export interface Heads {
  head(kind: AdoptKind): HeadOfChange | undefined;
}

/** Everything the loop counts; a name that is not in this list does not type-check. */
export type LoopCounter =
  /** records the handler finished */
  | 'records_handled'
  /** records whose stamp was not newer */
  | 'records_repeated'
  /** records the handler dropped, by reason */
  | 'records_dropped'
  /** handler asked for the same record again, by reason */
  | 'records_retried'
  /** records put aside, by reason */
  | 'records_dead_lettered'
  /** outputs emitted */
  | 'outputs'
  /** adoptions that counted, by kind */
  | 'adoptions'
  /** adoptions read back that did not count, by kind */
  | 'adoptions_passed_over'
  | 'adoptions_appended'
  | 'dues_appended'
  | 'commits'
  /** something else was in the store: a zombie, a rewind or another owner */
  | 'commits_refused'
  /** memory dropped and started from the store, by reason */
  | 'restarts'
  /** entity above the bound of 32 kB */
  | 'entities_too_large'
  /** what handlers count, by their own closed list */
  | 'stage_counts'
  /** appends whose answer did not name all partitions */
  | 'appends_repeated'
  | 'flushes';

export type LoopTiming = 'commit_ms' | 'flush_ms' | 'round_ms' | 'chunk_ms';
export type LoopGauge = 'records_behind' | 'entities_in_memory' | 'records_unacknowledged';

/** Where the loop's figures go. Called once a commit or a round, never once a record. */
export interface LoopMetrics {
  count(name: LoopCounter, stage: string, reason: string, by: number): void;
  observe(name: LoopTiming, stage: string, value: number): void;
  gauge(name: LoopGauge, stage: string, partition: number, value: number): void;
}

export const NO_METRICS: LoopMetrics = { count() {}, observe() {}, gauge() {} };
