import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDocuments, PATH } from '@yujing/all-in-one';
import { openKeys } from '@yujing/ingest';
import { createLocalCodec, MemoryEngine, type Stage, type StoredRecord } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InProcess } from '../determinism/in-process.ts';
import { otherScores } from '../determinism/plants.ts';
import { makeDay } from '../kill/day.ts';
import { writeKeys } from '../kill/keys.ts';
import { readPositions, slotsOf, type Positions } from './dump-broker.ts';
import { dumpLogs, type Dump } from './dump.ts';
import { checkHops, type Hops } from './hops.ts';

const SEED = 5;
const PARTITIONS = 3;
const codec = createLocalCodec();
const folder = mkdtempSync(join(tmpdir(), 'yujing-hops-'));
let dump: Dump;
let positions: Positions;

/** A small day on one machine, dumped by the code that dumps a cluster. */
beforeAll(async () => {
  writeKeys(join(folder, 'keys.json'), SEED);
  const keys = openKeys(join(folder, 'keys.json'), { create: false });
  const counts = { feed: PARTITIONS, encounter: PARTITIONS, case: PARTITIONS };
  const engine = new MemoryEngine({ partitions: counts });
  const documents = firstDocuments(Date.UTC(2026, 5, 1));
  const path = await InProcess.open({ engine, keys, documents, roundRecords: 500 });
  const day = makeDay({
    seed: SEED,
    residents: 60,
    spells: 1,
    spellMinutes: 2,
    callsPerMinute: 3,
    paymentsPerMinute: 3,
  });
  await path.perform({ kind: 'persons', persons: day.register });
  // The last steps wait for the next day.
  for (const { bodies, until } of day.steps.slice(0, -2)) {
    for (const events of bodies) await path.perform({ kind: 'events', events });
    await path.perform({ kind: 'clock', until });
  }
  await path.close();
  dump = await dumpLogs(engine.inside);
  positions = await readPositions(engine.store, slotsOf(dump, PATH));
});

afterAll(() => rmSync(folder, { recursive: true }));

type Change = (records: StoredRecord[]) => void;

/** The dump with one partition told otherwise; offsets stay without a gap. */
function planted(log: LogName, partition: number, change: Change): Dump {
  const partitions = dump[log].partitions.map((records) => [...records]);
  change(partitions[partition] as StoredRecord[]);
  const renumbered = partitions.map((records) => records.map((record, offset) => ({ ...record, offset })));
  return { ...dump, [log]: { ...dump[log], partitions: renumbered } };
}

/** place of the last record of a type that a stage said */
function find(log: LogName, type: string): { readonly partition: number; readonly index: number } {
  for (const [partition, records] of dump[log].partitions.entries()) {
    const index = records.findLastIndex(({ bytes, stamp }) => stamp !== undefined && codec.typeOf(bytes) === type);
    if (index >= 0) return { partition, index };
  }
  throw new Error(`no ${type} in ${log}`);
}

const check = (of: Dump, stages: ReadonlyArray<Stage<unknown, unknown>> = PATH): Promise<Hops> =>
  checkHops({ dump: of, positions, codec, stages });

test('a recorded day, put through the stages again, gives itself', async () => {
  const { problems, counts, hops, repeats } = await check(dump);
  expect(problems).toEqual([]);
  expect(repeats).toBe(0);
  for (const type of ['Encounter', 'Warning', 'Case', 'Order', 'Due', 'Adopt', 'Tick'])
    expect(counts[type], type).toBeGreaterThan(0);
  for (const { stage, records, outputs } of hops) {
    expect(records, stage).toBeGreaterThan(0);
    expect(outputs, stage).toBeGreaterThan(0);
  }
});

test.each([
  ['encounter', 'Encounter', 'profile'],
  ['case', 'Warning', 'detect'],
  ['case', 'Order', 'case'],
] as const)('a lost, altered or displaced record of %s is found: %s', async (log, type, name) => {
  const hop = `/${name}>${log}/`;
  const stages = PATH.filter((stage) => stage.name === name);
  const { partition, index } = find(log, type);
  // In its place stands a repeat of an older record, which every reader drops.
  const lost = planted(log, partition, (records) => {
    const before = records.slice(0, index).findLast(({ stamp }) => stamp !== undefined);
    records[index] = before as StoredRecord;
  });
  expect((await check(lost, stages)).problems.join('\n')).toContain(hop);
  const altered = planted(log, partition, (records) => {
    const record = records[index] as StoredRecord;
    const bytes = Uint8Array.from(record.bytes);
    bytes[8] = (bytes[8] ?? 0) ^ 1;
    records[index] = { ...record, bytes };
  });
  expect((await check(altered, stages)).problems.join('\n')).toContain(hop);
  const displaced = planted(log, partition, (records) => {
    const origin = records[index]?.stamp?.origin;
    const other = records.slice(0, index).findLastIndex(({ stamp }) => stamp?.origin === origin);
    [records[other], records[index]] = [records[index] as StoredRecord, records[other] as StoredRecord];
  });
  expect((await check(displaced, stages)).problems.join('\n')).toContain(hop);
});

test('an order that nobody gave is found', async () => {
  const { partition, index } = find('case', 'Order');
  const invented = planted('case', partition, (records) => {
    const record = records[index] as StoredRecord;
    records.push({ ...record, stamp: { ...record.stamp!, offset: record.stamp!.offset + 1_000_000 } });
  });
  expect((await check(invented, PATH.slice(2))).problems[0]).toContain('replayed nothing');
});

test('a repeat of transport is dropped and counted', async () => {
  const { partition, index } = find('case', 'Order');
  const repeated = planted('case', partition, (records) => void records.push(records[index] as StoredRecord));
  expect(await check(repeated, PATH.slice(2))).toMatchObject({ problems: [], repeats: 1 });
});

test('a stage that had not come to the end of its log is found', async () => {
  const { partition, index } = find('encounter', 'Encounter');
  const late = planted('encounter', partition, (records) => {
    const record = records[index] as StoredRecord;
    records.push({ ...record, stamp: { ...record.stamp!, offset: record.stamp!.offset + 1_000_000 } });
  });
  expect((await check(late, PATH.slice(1, 2))).problems.join('\n')).toContain(
    `detect left 1 records of encounter/${partition} unread, from ${dump.encounter.partitions[partition]?.length} on`,
  );
});

test('another release says something else', async () => {
  expect((await check(dump, otherScores().slice(1, 2))).problems[0]).toContain('/detect>case/');
});
