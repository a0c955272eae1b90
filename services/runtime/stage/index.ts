export * from './stage.ts';
export * from './ports.ts';
export { RULES, type Adopted, type LoopRules, type Stretch } from './rules.ts';
export { SECOND_CHANCE, type CachedEntity, type Eviction } from './entity-cache.ts';
export type { DeadLetterLimit } from './dead-letter-budget.ts';
export { PreparedDocuments } from './prepared-documents.ts';
export { PartitionWorker } from './worker.ts';
export { WORKER_LIMITS, type Started, type Step, type WorkerLimits, type WorkerOptions } from './worker-options.ts';
export { OwnerDuties, PEOPLE } from './owner-duties.ts';
export { Lockstep, LOCKSTEP_SETTINGS, type LockstepOptions, type LockstepSettings } from './lockstep.ts';
export { createFollower, type Followed, type FollowedRecord, type Follower, type FollowerOptions } from './follow.ts';
export { feedTime } from './feed-time.ts';
export { StampFilter, type StampEntry } from './stamp-filter.ts';
export { openChangeView, type ChangeView } from './change-view.ts';
export { canonicalJson } from './canonical.ts';
export { MemoryEngine, type MemoryDisk, type MemoryEngineOptions } from './memory/engine.ts';
export {
  PartitionLoop,
  PARTITION_LOOP_SETTINGS,
  type PartitionLoopOptions,
  type PartitionLoopSettings,
} from './partition-loop.ts';
export { OrderedPublisher, type Publisher, type PublisherOptions, type PublisherSettings } from './publisher.ts';
export { StageRunner, type RunningPartition, type StageRunnerOptions } from './stage-runner.ts';
export { decodeMeta, encodeMeta, type Meta } from './meta.ts';
