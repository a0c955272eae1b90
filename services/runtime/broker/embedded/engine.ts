import type { LogName } from '@yujing/schemas';
import type { AppendRecord, Broker, StoredRecord } from '../broker.ts';
import type { Store } from '../../store/store.ts';

/** Records of a log in the order of the log over all its partitions: embedded has one file a log, so there is one order. */
export interface MergedRecord extends StoredRecord {
  /** place in the whole log, from 0 */
  readonly order: number;
}

/**
 * The embedded broker and store are one machine: stages append to a tail that the process reads at once, commits are staged,
 * and `flush` makes all of it durable together (logs fsynced, then one synced batch that holds entities, heads and log
 * lengths). Recovery truncates the logs to the lengths of the last batch. Whoever is outside (answers, pushes, read model)
 * reads only up to the durable horizon: the `Broker` face of `outside` reads and acknowledges no further than that.
 */
export interface EmbeddedEngine {
  /** for everybody but the stages of the path: append resolves when durable, readers end at the horizon */
  readonly outside: Broker;
  /** for the stages of the path: append is in the tail at once, readers see the tail */
  readonly inside: Broker;
  /** staged commits: `applied` answers at once, durable with the next flush */
  readonly store: Store;
  appendNow(log: LogName, partition: number, record: AppendRecord): void;
  /** synchronous read of the tail, in log order over all partitions, from a place in the whole log */
  readMerged(log: LogName, fromOrder: number, max: number): MergedRecord[];
  /** place in the whole log that follows (partition, offset - 1) for each partition's position: where a merged reader starts */
  orderOf(log: LogName, positions: readonly number[]): number;
  /** true when something was appended or staged since the last flush began */
  readonly dirty: boolean;
  /** one flush at a time; a second call while one runs waits and starts the next */
  flush(): Promise<void>;
  /** called after each flush, with nothing else to say: readers look themselves */
  onDurable(listener: () => void): () => void;
  /** called when `outside.append` put something into the tail */
  onInput(listener: () => void): () => void;
  close(): Promise<void>;
}
