import type { Broker } from '../broker/broker.ts';
import type { Codec } from '../codec/index.ts';
import type { OutboxRecord, Store } from '../store/store.ts';
import type { StageError } from '../errors/errors.ts';
import type { OutputSink } from './context.ts';
import type { DeadLetterLimit } from './dead-letter-budget.ts';
import type { Eviction } from './entity-cache.ts';
import type { DeadLetters, LoopMetrics } from './ports.ts';
import type { PreparedDocuments } from './prepared-documents.ts';
import type { LoopRules } from './rules.ts';
import type { Stage } from './stage.ts';

export interface WorkerLimits {
  /** entities kept in memory by one partition of one stage */
  readonly cacheEntities: number;
  readonly deadLetters: DeadLetterLimit;
}

export const WORKER_LIMITS: WorkerLimits = { cacheEntities: 30_000, deadLetters: { window: 1_000, allowed: 20 } };

export interface WorkerOptions<Entity, PartitionState> {
  readonly stage: Stage<Entity, PartitionState>;
  readonly partition: number;
  readonly broker: Pick<Broker, 'partitions' | 'logId'>;
  readonly store: Store;
  readonly codec: Codec;
  readonly prepared: PreparedDocuments;
  readonly deadLetters: DeadLetters;
  /** takes outputs as each record is finished */
  readonly sink: OutputSink;
  /** random, never used before */
  readonly newId: () => string;
  readonly metrics?: LoopMetrics | undefined;
  /** told of every handler that threw: a defect, with stage, partition and offset */
  readonly onDefect?: ((defect: StageError) => void) | undefined;
  readonly rules?: LoopRules | undefined;
  readonly eviction?: Eviction | undefined;
  readonly limits?: Partial<WorkerLimits> | undefined;
}

/**
 * What became of a record. `next`: it is through. `wait`: call {@link PartitionWorker.settle}, then give the same record again.
 * `retry`: the handler wants it again later. `failed`: memory is gone, start again. `stop`: see {@link PartitionWorker.stopped}.
 */
export type Step = 'next' | 'wait' | 'retry' | 'failed' | 'stop';

export interface Started {
  /** nothing was ever committed for this slot */
  readonly fresh: boolean;
  /** committed outputs that may not be in their log yet: to be published before anything else */
  readonly outbox: readonly OutboxRecord[];
  readonly now: number;
}
