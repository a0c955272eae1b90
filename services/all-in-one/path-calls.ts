import type { MetricsSnapshot, PortableError } from '@yujing/runtime';
import type { MessagePort } from 'node:worker_threads';

/** What the main thread may ask of the path thread beside broker and store. */
export type PathCalls = {
  /** `clock: door`: lets time go on; answered when everything up to there is through and durable */
  'path.release': (args: { readonly until: number }) => { readonly now: number };
  /** answered when everything that stands in the logs is through and durable */
  'path.drain': (args: null) => null;
  'path.metrics': (args: null) => MetricsSnapshot;
  'path.state': (args: null) => PathState;
  'path.stop': (args: null) => null;
};

export interface PathState {
  readonly running: boolean;
  /** code of what keeps the disk from taking anything; null while it does */
  readonly failure: string | null;
  /** epoch ms of the newest turn of the loop's thread: liveness by progress */
  readonly turned_at: number;
  readonly door_time: number;
}

export interface PathThreadData {
  readonly folder: string;
  readonly mode: 'wall' | 'door';
  /** of logs that are new; null: the table's, or what stands in the folder */
  readonly partitions: number | null;
  readonly roundRecords: number;
  readonly fsync: boolean;
  readonly segmentBytes: number;
  readonly keepBytes: number;
  readonly verify: boolean;
  /** when the shipped packs, policy, roster and precincts enter an empty `change`, epoch ms, and how much faster clocks go in them */
  readonly first: { readonly at: number; readonly scale: number };
  /** engine, broker and store calls */
  readonly port: MessagePort;
}

/** What the thread says of itself. */
export type PathNotice =
  | { readonly kind: 'ready'; readonly imported: boolean }
  | { readonly kind: 'failed'; readonly error: PortableError }
  | {
      readonly kind: 'defect';
      readonly stage: string;
      readonly partition: number;
      readonly offset: number;
      readonly at: string;
    };
