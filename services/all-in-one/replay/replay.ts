import { createHash } from 'node:crypto';
import type { LogName } from '@yujing/schemas';
import {
  isNewer,
  PartitionWorker,
  PreparedDocuments,
  type AppendRecord,
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
  from: number,
  until: number,
): AsyncGenerator<StoredRecord> {
  const reader = await broker.read(log, partition, from);
  try {
    for (let position = from; position < until;) {
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

/** What each origin said: origin and destination partition -> outputs in order. What was said before counts once. */
class Outputs {
  readonly byName = new Map<string, Output[]>();
  readonly #seen = new Map<string, Map<string, readonly [number, number]>>();
  count = 0;

  output(log: LogName, partition: number, { key, bytes, stamp }: AppendRecord): void {
    const target = `${log}/${partition}`;
    const seen = this.#seen.get(target) ?? new Map<string, readonly [number, number]>();
    this.#seen.set(target, seen);
    if (stamp === undefined || !isNewer(seen, stamp)) return;
    seen.set(stamp.origin, [stamp.offset, stamp.index]);
    const output = { place: placeOf(stamp), digest: digestOf(key, bytes) };
    const name = `${stamp.origin}>${target}`;
    const outputs = this.byName.get(name);
    if (outputs === undefined) this.byName.set(name, [output]);
    else outputs.push(output);
    this.count++;
  }
}

async function recordedOutputs(broker: Broker, logs: ReadonlySet<LogName>): Promise<Outputs> {
  const recorded = new Outputs();
  for (const log of logs) {
    for (let partition = 0; partition < broker.partitions(log); partition++) {
      const { high } = await broker.range(log, partition);
      for await (const record of recordsOf(broker, log, partition, 0, high)) recorded.output(log, partition, record);
    }
  }
  return recorded;
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
  recorded: Outputs,
): Promise<ReplayResult> {
  const { broker, codec, store } = options;
  const slot = { stage: stage.name, logId: broker.logId(stage.reads), partition };
  const until = (await store.head(slot)).head?.position ?? 0;
  const said = new Outputs();
  const worker = new PartitionWorker({
    stage,
    partition,
    broker,
    store: memoryStore(),
    codec,
    prepared,
    deadLetters: { put: async () => undefined },
    sink: said,
    newId: (() => {
      let next = 0;
      return () => `replay-${next++}`;
    })(),
  });
  await worker.start();
  while (worker.position < until) {
    // A handler that throws costs the worker its memory, as it did live; the record is put aside when it comes again.
    if (!(await readOn(options, worker, until))) await worker.start();
  }
  const origin = `${slot.logId}/${partition}/${stage.name}`;
  const names = new Set([
    ...said.byName.keys(),
    ...[...recorded.byName.keys()].filter((name) => name.startsWith(`${origin}>`)),
  ]);
  let difference: string | undefined;
  for (const name of names) difference ??= compare(recorded.byName.get(name) ?? [], said.byName.get(name) ?? [], name);
  return {
    stage: stage.name,
    partition,
    records: until,
    outputs: said.count,
    same: difference === undefined,
    difference,
  };
}

async function commit(worker: PartitionWorker<unknown, unknown>): Promise<void> {
  if (worker.hasLetters) await worker.putLetters();
  await worker.commit([]);
  worker.sweep();
}

/** Puts through what stands in the log from the worker's position on. False: its memory is gone, start it again. */
async function readOn(
  { broker, progress }: ReplayOptions,
  worker: PartitionWorker<unknown, unknown>,
  until: number,
): Promise<boolean> {
  const { stage, slot } = worker;
  for await (const record of recordsOf(broker, stage.reads, slot.partition, worker.position, until)) {
    if (!(await through(worker, record))) return false;
    const { position } = worker;
    if (position % COMMIT_EVERY === 0) await commit(worker);
    if (position % BATCH === 0) progress?.(stage.name, position, until);
  }
  return true;
}

/** False: the handler threw. */
async function through(worker: PartitionWorker<unknown, unknown>, record: StoredRecord): Promise<boolean> {
  for (;;) {
    const step = worker.process(record);
    if (step === 'next') return true;
    if (step === 'failed') return false;
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
