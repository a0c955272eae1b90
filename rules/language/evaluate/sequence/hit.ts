import type { EntityKind, Evidence, FeedKind, NamedValue, ScorePart } from '@yujing/schemas';
import type { Level, RulePlan, StagePlan } from '../../plan/plan.ts';
import type { Seen } from '../frame.ts';

/** A rule says something about a person. The stage makes a Warning of it, with what it knows of the person besides. */
export interface Hit {
  readonly rule: RulePlan;
  readonly ordinal: number;
  readonly isShadow: boolean;
  readonly stage: StagePlan;
  readonly level: Level;
  readonly score: number;
  readonly parts: readonly ScorePart[];
  readonly evidence: readonly Evidence[];
  readonly values: readonly NamedValue[];
  readonly feeds: readonly FeedKind[];
  readonly suspect: string | undefined;
  readonly suspectKind: EntityKind | undefined;
  /** event of the stage that warns: part of the warning's id, whatever order the events came in */
  readonly trigger: Seen;
  /** events matched so far, by stage */
  readonly stages: ReadonlyArray<Seen | undefined>;
  /** event time of the trigger, or the timer's deadline */
  readonly occurred_at: number;
  /** door time of the record or tick that made it */
  readonly created_at: number;
}

/** A late event took the ground from a warning. */
export interface Withdrawal {
  readonly rule: RulePlan;
  readonly ordinal: number;
  readonly stage: string;
  /** trigger event of the warning */
  readonly trigger: string;
  /** event that cancels it */
  readonly event: string;
  readonly at: number;
}

export const LEVELS: readonly Level[] = ['BLUE', 'YELLOW', 'ORANGE', 'RED'];
