import {
  decodeMeta,
  isNewer,
  RULES,
  StampFilter,
  type Heads,
  type Slot,
  type Stage,
  type StoredRecord,
} from '@yujing/runtime';
import type { ModelLog } from './model/model-broker.ts';
import type { Plant } from './plants/plant.ts';
import { replay, type Replayed } from './replay.ts';
import type { History, Push, Scenario, Violation } from './scenario.ts';
import type { Snapshot } from './model/model-store.ts';

export interface EndedUnit {
  /** place of the stage in the path */
  readonly stage: number;
  readonly name: string;
  readonly log: ModelLog;
  readonly partition: number;
  readonly slot: Slot;
  /** what its first commit left: where a replay begins */
  readonly first: Snapshot | undefined;
  readonly last: Snapshot | undefined;
  /** false: its log was replaced */
  readonly live: boolean;
}

/** What a world leaves when it has come to its end. */
export interface Ended {
  readonly logs: readonly ModelLog[];
  readonly units: readonly EndedUnit[];
  readonly readers: ReadonlyArray<{ readonly partition: number; readonly rows: readonly string[] }>;
  readonly pushes: readonly Push[];
  readonly deadLetters: ReadonlySet<string>;
  readonly heads: Heads;
  readonly now: number;
}

type Say = (kind: string, detail: string) => void;

/** Everything that must be true when a schedule has come to its end: generic checks first, then those of the scenario. */
export async function checkHistory(world: Ended, scenario: Scenario, plant: Plant): Promise<Violation[]> {
  const found: Violation[] = [];
  const say: Say = (kind, detail) => void found.push({ kind, detail });
  const takenOf = new Map<string, readonly StoredRecord[]>();
  const taken = (log: ModelLog, partition: number): readonly StoredRecord[] => {
    const name = `${log.id} ${partition}`;
    let records = takenOf.get(name);
    if (records === undefined) {
      const filter = new StampFilter();
      const passes = plant.rules?.isNewer !== undefined;
      records = (log.partitions[partition] ?? []).filter(({ stamp }) => passes || filter.take(stamp));
      takenOf.set(name, records);
    }
    return records;
  };

  for (const log of world.logs) checkIdentical(log, say);
  for (const unit of world.units) await checkUnit(unit, world, scenario, plant, taken, say);
  const cases = world.logs.find(({ name }) => name === 'case');
  for (const { partition, rows } of world.readers) {
    const want = cases === undefined ? [] : taken(cases, partition).map(({ bytes }) => textOf(bytes));
    if (plant.rules?.isNewer === undefined && want.join('\n') !== rows.join('\n')) {
      say('read model differs', `case/${partition}`);
    }
  }
  const history: History = {
    codec: scenario.codec,
    logs: world.logs,
    taken,
    units: world.units.map(({ name, log, partition, live, last }) => ({ stage: name, log, partition, live, last })),
    pushes: world.pushes,
    deadLetters: world.deadLetters,
    heads: world.heads,
    now: world.now,
  };
  found.push(...scenario.check(history));
  return found;
}

/** The same stamp must stand for the same bytes, however often it was said. */
function checkIdentical(log: ModelLog, say: Say): void {
  log.partitions.forEach((records) => {
    const said = new Map<string, string>();
    for (const { stamp, bytes, key } of records) {
      if (stamp === undefined) continue;
      const name = `${stamp.origin} ${stamp.offset} ${stamp.index}`;
      const text = `${key} ${textOf(bytes)}`;
      const before = said.get(name);
      if (before !== undefined && before !== text) say('not bit-identical', `${name}: ${before} / ${text}`);
      said.set(name, text);
    }
  });
}

async function checkUnit(
  unit: EndedUnit,
  world: Ended,
  scenario: Scenario,
  plant: Plant,
  taken: (log: ModelLog, partition: number) => readonly StoredRecord[],
  say: Say,
): Promise<void> {
  const { name, partition, log, first, last, live, slot } = unit;
  if (first === undefined || last === undefined) {
    say('never started', `${name}/${partition}`);
    return;
  }
  const { adopted } = decodeMeta(last.head.meta);
  const stageOf = (behaviour: number): Stage<unknown, unknown> => {
    const stage = scenario.stages(behaviour, { heads: world.heads })[unit.stage];
    if (stage === undefined) throw new RangeError('no such stage');
    return stage;
  };
  for (const kind of live ? stageOf(1).adopts : [])
    if (adopted[kind]?.ref !== world.heads.head(kind)?.ref) say('stale rule', `${name}/${partition} ${kind}`);
  if (plant.notReplayable?.includes(name) === true) return;
  let undisturbed: Replayed;
  try {
    undisturbed = await replay({
      slot,
      first,
      records: log.partitions[partition] ?? [],
      stage: stageOf,
      partitions: (other) => world.logs.findLast(({ name }) => name === other)?.partitions.length ?? 0,
      codec: scenario.codec,
      rules: { ...RULES, ...plant.rules, isNewer: plant.rules?.isNewer ?? isNewer },
    });
  } catch (error) {
    say('replay stopped', `${name}/${partition} ${String(error)}`);
    return;
  }
  const newest = new Map<string, number>();
  for (const { kind, at } of undisturbed.heads) {
    if (at < (newest.get(kind) ?? -1)) say('rule went back', `${name}/${partition} ${kind}`);
    newest.set(kind, at);
  }
  checkOutputs(unit, world, undisturbed, taken, say);
  if (live) checkState(unit, last, undisturbed, say);
}

/** What stands in the next log from this origin is what an undisturbed run says, in that order, once. */
function checkOutputs(
  { name, partition, log }: EndedUnit,
  world: Ended,
  { outputs }: Replayed,
  taken: (log: ModelLog, partition: number) => readonly StoredRecord[],
  say: Say,
): void {
  const origin = `${log.id}/${partition}/${name}`;
  for (const target of world.logs) {
    if (target.closed) continue;
    target.partitions.forEach((_records, to) => {
      const want = outputs
        .filter((output) => output.log === target.name && output.partition === to)
        .map(({ record }) => line(record));
      const got = taken(target, to)
        .filter(({ stamp }) => stamp?.origin === origin)
        .map(line);
      const where = `${name}/${partition} -> ${target.name}/${to}`;
      const gotOnce = new Set(got);
      const wanted = new Set(want);
      const lost = want.find((text) => !gotOnce.has(text));
      const extra = got.find((text) => !wanted.has(text));
      if (lost !== undefined) say('lost', `${where} ${lost}`);
      if (extra !== undefined) say('not in replay', `${where} ${extra}`);
      if (got.length > gotOnce.size) say('said twice', where);
      if (lost === undefined && extra === undefined && got.join('\n') !== want.join('\n')) say('order differs', where);
    });
  }
}

function line({ key, bytes, stamp }: Pick<StoredRecord, 'key' | 'bytes' | 'stamp'>): string {
  return `${stamp?.offset}.${stamp?.index} ${key} ${textOf(bytes)}`;
}

/** one character a byte, so that other bytes are another text */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function checkState({ name, partition }: EndedUnit, last: Snapshot, undisturbed: Replayed, say: Say): void {
  const where = `${name}/${partition}`;
  const want = undisturbed.last;
  const parts: ReadonlyArray<readonly [string, unknown, unknown]> = [
    ['position', last.head.position, want.head.position],
    ['meta', textOf(last.head.meta), textOf(want.head.meta)],
    ['stamps', JSON.stringify(last.head.stamps), JSON.stringify(want.head.stamps)],
    ['entities', entities(last.entities), entities(want.entities)],
  ];
  for (const [part, is, should] of parts)
    if (is !== should) say('state differs', `${where} ${part}: ${is} / ${should}`);
}

function entities(map: ReadonlyMap<string, Uint8Array>): string {
  return [...map]
    .map(([key, bytes]) => `${key} ${textOf(bytes)}`)
    .sort()
    .join('\n');
}
