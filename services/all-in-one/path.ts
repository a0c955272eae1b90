import { caseStage } from '@yujing/case';
import { detectStage } from '@yujing/detect';
import { profileStage } from '@yujing/profile';
import type { Stage } from '@yujing/runtime';

/**
 * The way of the data, in order. Before the first stage stands the door (`@yujing/ingest`), which writes `feed`; after the last
 * stand the readers of `case` (below), which act on the outside and so see only what is durable.
 */
export const PATH: ReadonlyArray<Stage<unknown, unknown>> = [
  stage(profileStage), // feed -> encounter: what the counterparty looks like
  stage(detectStage), // encounter -> case: what is happening to the person
  stage(caseStage), // case -> case: what we do about it
];

/** Readers of the durable `case` log, in the main thread. */
export const READERS = [
  'deliver', // orders -> phones, Delivery
  'console', // live stream, read model
  'learn', // outcomes -> what each rule is worth
] as const;

/** Each stage knows its own state; the run loop knows none. */
function stage<Entity, PartitionState>(known: Stage<Entity, PartitionState>): Stage<unknown, unknown> {
  return known as unknown as Stage<unknown, unknown>;
}
