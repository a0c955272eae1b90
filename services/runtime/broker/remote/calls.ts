import type { LogName } from '@yujing/schemas';
import type { Commit, CommitHead, Slot } from '../../store/store.ts';
import type { PortableError } from '../../errors/errors.ts';
import type { OffsetRange } from '../broker.ts';
import type { Batch } from './batch.ts';

export interface Description {
  readonly log: LogName;
  readonly id: string;
  readonly partitions: number;
}

/** A place in the log that a thread reads from; `reader` is a number drawn by that thread. */
interface ReadFrom {
  readonly reader: number;
  readonly log: LogName;
  readonly partition: number;
  readonly from: number;
}

/** What the thread that owns the engine answers. */
export type EngineCalls = {
  'engine.describe': (args: null) => readonly Description[];
  'broker.append': (args: { readonly log: LogName; readonly batch: Batch }) => readonly number[];
  'broker.range': (args: { readonly log: LogName; readonly partition: number }) => OffsetRange;
  'broker.read': (args: ReadFrom) => null;
  /** the reader has taken so many bytes: as many may be sent again */
  'broker.credit': (args: { readonly reader: number; readonly bytes: number }) => void;
  'broker.stop': (args: { readonly reader: number }) => void;
  'broker.join': (args: { readonly member: number; readonly group: string; readonly log: LogName }) => null;
  'broker.leave': (args: { readonly member: number }) => null;
  'store.head': (args: Slot) => { readonly head: CommitHead | undefined; readonly now: number };
  'store.load': (args: { readonly slot: Slot; readonly keys: readonly string[] }) => {
    readonly id: string | undefined;
    readonly entities: ReadonlyArray<Uint8Array | undefined>;
  };
  'store.commit': (args: { readonly slot: Slot; readonly commit: Commit }) => {
    readonly applied: boolean;
    readonly now: number;
  };
};

/** What the other thread answers. */
export type ClientCalls = {
  'reader.records': (args: { readonly reader: number; readonly first: number; readonly batch: Batch }) => void;
  'reader.failed': (args: { readonly reader: number; readonly error: PortableError }) => void;
  'member.assigned': (args: { readonly member: number; readonly partition: number }) => void;
  /** answered when the member has let go */
  'member.revoked': (args: { readonly member: number; readonly partition: number }) => null;
};
