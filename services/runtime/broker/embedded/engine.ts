import type { LogName } from '@yujing/schemas';
import type { BrokerError } from '../../errors/errors.ts';
import type { AppendRecord, Broker, StoredRecord } from '../broker.ts';
import type { Store } from '../../store/store.ts';

/** Records of a log in the order of the log over all its partitions: embedded has one file a log, so there is one order. */
export interface MergedRecord extends StoredRecord {
  /** place in the whole log, from 0 */
  readonly order: number;
}

/** What the newest flush wrote. */
export interface FlushReport {
  readonly records: number;
  readonly bytes: number;
  readonly entities: number;
  readonly durationMs: number;
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
  /**
   * Takes everything appended and staged up to this call (so: call it between two records) and makes it durable. One at a time;
   * a second call while one runs waits and starts the next. Rejects when the disk is full or fails: then nothing of it is
   * acknowledged, appends and commits are refused until a flush succeeds, and the next call writes the same and nothing newer.
   */
  flush(): Promise<void>;
  /** called after each flush, with nothing else to say: readers look themselves */
  onDurable(listener: () => void): () => void;
  /** called when somebody outside appended or staged something: it waits for a flush */
  onInput(listener: () => void): () => void;
  /** flushes what is left and gives the folder back */
  close(): Promise<void>;
}

/** What only the engine on a disk has. */
export interface DiskEngine extends EmbeddedEngine {
  /** for everybody but the stages: a commit resolves when it is durable */
  readonly outsideStore: Store;
  readonly lastFlush: FlushReport;
  /** why nothing can be made durable now: what the newest flush failed with; undefined while all is well */
  readonly failure: BrokerError | undefined;
  /** bytes kept of a log, on disk or still in memory */
  bytes(log: LogName): number;
  /**
   * Gives up the oldest files of a log whose newest record was appended before `before`; resolves when that is durable. A file
   * holds at most 64 MB and one day. Whether every reader is past them is the caller's business.
   */
  expire(log: LogName, before: number): Promise<void>;
  /** gives the folder back and writes nothing more: for a loop that failed in the middle of a record */
  abandon(): Promise<void>;
}
