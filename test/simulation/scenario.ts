import type { AdoptKind, Codec, HeadOfChange, Heads, Stage, StoredRecord } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import type { Faults } from './model/faults.ts';
import type { ModelLog } from './model/model-broker.ts';
import type { Snapshot } from './model/model-store.ts';
import type { Random } from './random.ts';

/** What a stage may be made of, apart from its release: the view of `change` of the process it runs in. */
export interface StageSurroundings {
  readonly heads: Heads;
}

/** What people and sources can do: they append, at least once, and never give up. */
export interface Outside {
  readonly random: Random;
  readonly faults: Faults;
  readonly now: number;
  partitions(log: LogName): number;
  append(log: LogName, key: string, bytes: Uint8Array): void;
  appendTo(log: LogName, partition: number, bytes: Uint8Array): void;
}

/** An output that reached a phone. */
export interface Push {
  readonly order_id: string;
  readonly subject: string;
  readonly level: number;
}

export interface Violation {
  readonly kind: string;
  readonly detail: string;
}

/** One stage over one partition of one incarnation of its log, from its first commit to the end of the schedule. */
export interface UnitHistory {
  readonly stage: string;
  readonly log: ModelLog;
  readonly partition: number;
  /** false: its log was replaced */
  readonly live: boolean;
  readonly last: Snapshot | undefined;
}

/** What is left when a schedule has come to its end. */
export interface History {
  readonly codec: Codec;
  readonly logs: readonly ModelLog[];
  /** records of a log as its readers take them: once */
  taken(log: ModelLog, partition: number): readonly StoredRecord[];
  readonly units: readonly UnitHistory[];
  readonly pushes: readonly Push[];
  /** offsets put aside, as `<log id>/<partition>/<offset>` */
  readonly deadLetters: ReadonlySet<string>;
  /** the newest head of each kind */
  readonly heads: Heads;
  /** the world's time at the end */
  readonly now: number;
}

/** A version that is current from an offset of `change` on. */
export interface Head {
  readonly kind: AdoptKind;
  readonly ref: string;
}

/** The newest of each kind, for whom has seen so much of `change`. */
export function newestOf(change: ReadonlyArray<Head & HeadOfChange>): Heads {
  return { head: (kind) => change.findLast((head) => head.kind === kind) };
}

/** Stages, the world around them and what must be true in the end. The toys are one; the real stages are another. */
export interface Scenario {
  readonly codec: Codec;
  readonly partitions: Readonly<Record<LogName, number>>;
  /** partitions of the feed after it has grown */
  readonly grownFeed: number;
  /** `change` as it begins */
  readonly firstHeads: readonly Head[];
  /** one of five things that authors may make current */
  headOf(version: number): Head;
  /** the time in records and of the store's clock, by the scheduler's: a story of minutes is told in seconds */
  time(now: number): number;
  /** how much faster than the scheduler's that time goes */
  readonly rate: number;
  /** the path as a release has it, in order */
  stages(behaviour: number, surroundings: StageSurroundings): ReadonlyArray<Stage<unknown, unknown>>;
  /** one thing that happens outside */
  act(outside: Outside, pushes: readonly Push[]): void;
  /** the last thing that happens: lets every timer of the stages pass */
  end(outside: Outside): void;
  /** a record of `case` that goes to a phone, and the answer of the phone's channel */
  deliver(record: StoredRecord, now: number): { readonly push: Push; readonly delivery: Uint8Array } | undefined;
  /** partition state of a grown log, from the states of the old one */
  grownState(states: readonly unknown[]): unknown;
  check(history: History): Violation[];
}
