import { createHash } from 'node:crypto';
import type { LogName } from '@yujing/schemas';
import {
  isNewer,
  PartitionWorker,
  PreparedDocuments,
  type Broker,
  type Codec,
  type Documents,
  type Stage,
  type Stamp,
  type Store,
  type StoredRecord,
} from '@yujing/runtime';
import { memoryStore } from './memory-store.ts';

export interface ReplayResult {
  readonly stage: string;
  readonly partition: number;
  /** input records put through again */
  readonly records: number;
  readonly outputs: number;
  readonly same: boolean;
  /** the first output that differs */
  readonly difference: string | undefined;
}

export interface ReplayOptions {
  readonly broker: Broker;
  /** the recorded state: says how far each stage had come */
  readonly store: Store;
  readonly codec: Codec;
  readonly documents: Documents;
  readonly stages: ReadonlyArray<Stage<unknown, unknown>>;
  readonly progress?: (stage: string, done: number, total: number) => void;
}

interface Output {
  readonly place: string;
  readonly digest: string;
}

const BATCH = 2_000;
const COMMIT_EVERY = 50_000;

function digestOf(key: string, bytes: Uint8Array): string {
  return createHash('sha256').update(key).update('\0').update(bytes).digest('hex').slice(0, 24);
}

function placeOf(stamp: Stamp): string {
  return `${stamp.offset}.${stamp.index}`;
}

async function* recordsOf(
  broker: Broker,
  log: LogName,
  partition: number,
  until: number,
): AsyncGenerator<StoredRecord> {
  const reader = await broker.read(log, partition, 0);
  try {
    for (let position = 0; position < until;) {
      for (const record of await reader.poll(BATCH)) {
        if (record.offset >= until) return;
        position = record.offset + 1;
        yield record;
      }
    }
  } finally {
    await reader.close();
  }
}

/** What the logs say that each origin said, through the stamp filter: origin and destination partition -> outputs in order. */
async function recordedOutputs(broker: Broker, logs: ReadonlySet<LogName>): Promise<Map<string, Output[]>> {
  const found = new Map<string, Output[]>();
  for (const log of logs) {
    for (let partition = 0; partition < broker.partitions(log); partition++) {
      const seen = new Map<string, readonly [number, number]>();
      const { high } = await broker.range(log, partition);
      for await (const { stamp, key, bytes } of recordsOf(broker, log, partition, high)) {
        if (stamp === undefined || !isNewer(seen, stamp)) continue;
        seen.set(stamp.origin, [stamp.offset, stamp.index]);
        const name = `${stamp.origin}>${log}/${partition}`;
        const outputs = found.get(name);
        const output = { place: placeOf(stamp), digest: digestOf(key, bytes) };
        if (outputs === undefined) found.set(name, [output]);
        else outputs.push(output);
      }
    }
  }
  return found;
}

function compare(recorded: readonly Output[], said: readonly Output[], name: string): string | undefined {
  for (let index = 0; index < Math.max(recorded.length, said.length); index++) {
    const [there, here] = [recorded[index], said[index]];
    if (there?.place === here?.place && there?.digest === here?.digest) continue;
    return `${name}: recorded ${there === undefined ? 'nothing' : `${there.place} ${there.digest}`}, replayed ${here === undefined ? 'nothing' : `${here.place} ${here.digest}`}`;
  }
  return undefined;
}

/** Puts one partition of a stage's recorded input through the stage again, from nothing. */
async function replayPartition(
  options: ReplayOptions,
  stage: Stage<unknown, unknown>,
  partition: number,
  prepared: PreparedDocuments,
  recorded: ReadonlyMap<string, Output[]>,
): Promise<ReplayResult> {
  const { broker, codec, store } = options;
  const slot = { stage: stage.name, logId: broker.logId(stage.reads), partition };
  const until = (await store.head(slot)).head?.position ?? 0;
  const said = new Map<string, Output[]>();
  let outputs = 0;
  const worker = new PartitionWorker({
    stage,
    partition,
    broker,
    store: memoryStore(),
    codec,
    prepared,
    deadLetters: { put: async () => undefined },
    sink: {
      output(log, target, { key, bytes, stamp }) {
        if (stamp === undefined) return;
        const name = `${stamp.origin}>${log}/${target}`;
        const output = { place: placeOf(stamp), digest: digestOf(key, bytes) };
        outputs++;
        const list = said.get(name);
        if (list === undefined) said.set(name, [output]);
        else list.push(output);
      },
    },
    newId: (() => {
      let next = 0;
      return () => `replay-${next++}`;
    })(),
  });
  await worker.start();
  let records = 0;
  for await (const record of recordsOf(broker, stage.reads, partition, until)) {
    await through(worker, record);
    records++;
    if (records % COMMIT_EVERY === 0) await commit(worker);
    if (records % BATCH === 0) options.progress?.(stage.name, records, until);
  }
  const origin = `${slot.logId}/${partition}/${stage.name}`;
  const names = new Set([...said.keys(), ...[...recorded.keys()].filter((name) => name.startsWith(`${origin}>`))]);
  let difference: string | undefined;
  for (const name of names) difference ??= compare(recorded.get(name) ?? [], said.get(name) ?? [], name);
  return { stage: stage.name, partition, records, outputs, same: difference === undefined, difference };
}

async function commit(worker: PartitionWorker<unknown, unknown>): Promise<void> {
  if (worker.hasLetters) await worker.putLetters();
  await worker.commit([]);
  worker.sweep();
}

async function through(worker: PartitionWorker<unknown, unknown>, record: StoredRecord): Promise<void> {
  for (;;) {
    const step = worker.process(record);
    if (step === 'next') return;
    if (step === 'wait') await worker.settle();
    else
      throw (
        worker.stopped ??
        new Error(`the ${worker.stage.name} stage could not go on at offset ${record.offset} (${step})`)
      );
  }
}

/**
 * Replays a data folder's own logs: every stage, from nothing, over the log it read, up to where it had come. The outputs must
 * be those that stand in the logs, byte for byte (design, "Time and order").
 */
export async function replay(options: ReplayOptions): Promise<ReplayResult[]> {
  const { broker, stages, documents } = options;
  const written = new Set(stages.flatMap((stage) => Object.values(stage.writes)));
  const recorded = await recordedOutputs(broker, written);
  const results: ReplayResult[] = [];
  for (const stage of stages) {
    const prepared = new PreparedDocuments(stage, documents);
    for (let partition = 0; partition < broker.partitions(stage.reads); partition++) {
      results.push(await replayPartition(options, stage, partition, prepared, recorded));
    }
  }
  return results;
}
