import {
  PartitionWorker,
  PreparedDocuments,
  type AdoptKind,
  type AppendRecord,
  type Codec,
  type Commit,
  type LoopRules,
  type Slot,
  type Stage,
  type Store,
  type StoredRecord,
} from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import type { Snapshot } from './model/model-store.ts';

export interface AdoptedHead {
  readonly kind: AdoptKind;
  /** offset in `change` */
  readonly at: number;
}

export interface Replayed {
  readonly outputs: ReadonlyArray<{ readonly log: LogName; readonly partition: number; readonly record: AppendRecord }>;
  readonly last: Snapshot;
  /** the heads adopted, in the order they counted */
  readonly heads: readonly AdoptedHead[];
}

export interface ReplayOptions {
  readonly slot: Slot;
  readonly first: Snapshot;
  readonly records: readonly StoredRecord[];
  readonly stage: (behaviour: number) => Stage<unknown, unknown>;
  readonly partitions: (log: LogName) => number;
  readonly codec: Codec;
  readonly rules?: LoopRules | undefined;
}

/** One partition from its first commit to its end, undisturbed, in one go: what every disturbed schedule must come to. */
export async function replay(options: ReplayOptions): Promise<Replayed> {
  let current = options.first;
  const store: Store = {
    head: async () => ({ head: current.head, now: 0 }),
    load: async (_slot, keys) => ({ id: current.head.id, entities: keys.map((key) => current.entities.get(key)) }),
    commit: async (_slot, commit: Commit) => {
      const entities = new Map(current.entities);
      for (const [key, bytes] of commit.entities) {
        if (bytes === null) entities.delete(key);
        else entities.set(key, bytes);
      }
      current = { head: commit.head, entities };
      return { applied: true, now: 0 };
    },
    close: async () => {},
  };
  const outputs: Array<{ log: LogName; partition: number; record: AppendRecord }> = [];
  const heads: AdoptedHead[] = [];
  const kept = { outputs: 0, heads: 0 };
  let ids = 0;
  const worker = (behaviour: number): PartitionWorker<unknown, unknown> => {
    const stage = options.stage(behaviour);
    return new PartitionWorker({
      stage,
      partition: options.slot.partition,
      broker: { partitions: options.partitions, logId: () => options.slot.logId },
      store,
      codec: options.codec,
      prepared: new PreparedDocuments(stage, { get: () => Promise.reject(new Error('no documents')) }),
      deadLetters: { put: async () => {} },
      sink: { output: (log, partition, record) => void outputs.push({ log, partition, record }) },
      newId: () => `replay ${++ids}`,
      rules: options.rules,
    });
  };
  const commit = async (from: PartitionWorker<unknown, unknown>): Promise<void> => {
    if (from.hasLetters) await from.putLetters();
    await from.commit([]);
    kept.outputs = outputs.length;
    kept.heads = heads.length;
  };

  let running = worker(firstBehaviour(options));
  await running.start();
  while (running.position < options.records.length) {
    const step = running.process(options.records[running.position] as StoredRecord);
    if (step === 'wait') await running.settle();
    else if (step === 'failed') {
      outputs.length = kept.outputs;
      heads.length = kept.heads;
      await running.start();
    } else if (step === 'stop') {
      const stopped = running.stopped;
      if (stopped?.code !== 'behaviour_newer') throw stopped ?? new Error('stopped for no reason');
      await commit(running);
      running = worker(Number(stopped.facts['behaviour']));
      await running.start();
    }
    noteHeads(running, heads);
  }
  await commit(running);
  return { outputs, last: current, heads };
}

function noteHeads(worker: PartitionWorker<unknown, unknown>, heads: AdoptedHead[]): void {
  for (const kind of worker.stage.adopts) {
    const at = worker.adopted(kind)?.at;
    if (at !== undefined && heads.findLast((head) => head.kind === kind)?.at !== at) heads.push({ kind, at });
  }
}

/** The behaviour of a log's beginning is the one that the log names first. */
function firstBehaviour({ records, codec }: ReplayOptions): number {
  for (const { bytes } of records) {
    const { type, value } = codec.decode(bytes);
    if (type === 'Adopt' && value.kind === 'behaviour') return value.behaviour ?? 1;
  }
  return 1;
}
