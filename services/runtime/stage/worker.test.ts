import { expect, test } from 'vitest';
import { complete } from '@yujing/schemas';
import type { StoredRecord } from '../broker/broker.ts';
import { createLocalCodec } from '../codec/index.ts';
import { StageError } from '../errors/errors.ts';
import { MemoryEngine } from './memory/engine.ts';
import type { DeadLetter } from './ports.ts';
import { PreparedDocuments } from './prepared-documents.ts';
import type { Stage, StageContext } from './stage.ts';
import { PartitionWorker } from './worker.ts';
import type { WorkerLimits } from './worker-options.ts';

interface Sum {
  total: number;
}

const codec = createLocalCodec();

/** Adds up the times of ticks under their key and says each total. */
const SUMS: Stage<Sum, { handled: number }> = {
  name: 'sums',
  reads: 'encounter',
  writes: { Tick: 'case' },
  behaviour: 1,
  adopts: ['policy'],
  commitFirst: true,
  codec: {
    empty: () => ({ total: 0 }),
    encode: (entity) => Buffer.from(JSON.stringify(entity)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Sum,
  },
  partitionState: () => ({ handled: 0 }),
  prepare: async (_kind, ref) => ref,
  handle(context, record) {
    if (record.type !== 'Tick') return { kind: 'drop', reason: 'not_mine' };
    const { time } = record.value as { time: number };
    const sum = context.entity(record.key);
    sum.total += time;
    context.state.handled++;
    context.emit('Tick', record.key, tickOf(sum.total));
    return { kind: 'done' };
  },
};

function tickOf(time: number, door = 'd') {
  return complete('Tick', { door, time, origin: 0 });
}

function open(stage: Stage<Sum, { handled: number }> = SUMS, limits: Partial<WorkerLimits> = {}) {
  const engine = new MemoryEngine();
  const letters: DeadLetter[] = [];
  const defects: StageError[] = [];
  const outputs: string[] = [];
  const counts: Record<string, number> = {};
  let ids = 0;
  const worker = new PartitionWorker({
    stage,
    partition: 0,
    broker: engine.inside,
    store: engine.store,
    codec,
    prepared: new PreparedDocuments(stage, { get: () => Promise.reject(new StageError('document_unknown')) }),
    deadLetters: { put: async (more) => void letters.push(...more) },
    sink: {
      output: (_log, _partition, { key, bytes, stamp }) => {
        const { time } = codec.decode(bytes).value as { time: number };
        outputs.push(`${stamp?.offset}.${stamp?.index} ${key} ${time}`);
      },
    },
    newId: () => `id ${++ids}`,
    metrics: {
      count: (name, _stage, reason, by) => void (counts[`${name} ${reason}`.trim()] = by),
      observe() {},
      gauge() {},
    },
    onDefect: (defect) => void defects.push(defect),
    limits,
  });
  return { engine, worker, letters, defects, outputs, counts };
}

let place = 0;
function at(offset: number, key: string, bytes: Uint8Array, stamp?: StoredRecord['stamp']): StoredRecord {
  return { partition: 0, offset, key, bytes, stamp, appendedAt: place++ };
}

const tick = (offset: number, key: string, time: number): StoredRecord =>
  at(offset, key, codec.encode('Tick', tickOf(time)));
const adopt = (offset: number, ref: string, head: number): StoredRecord =>
  at(offset, '', codec.encode('Adopt', { kind: 'policy', ref, at: head, behaviour: null }));

async function through(worker: PartitionWorker<Sum, { handled: number }>, record: StoredRecord): Promise<string> {
  for (;;) {
    const step = worker.process(record);
    if (step !== 'wait') return step;
    expect(await worker.settle()).toBe('ready');
  }
}

test('entities are loaded when a handler asks, committed together with the position, and there for the next owner', async () => {
  const { worker, engine, outputs } = open();
  expect((await worker.start()).fresh).toBe(true);
  expect(worker.process(tick(0, 'a', 5))).toBe('wait');
  await worker.settle();
  expect(worker.process(tick(0, 'a', 5))).toBe('next');
  await through(worker, tick(1, 'b', 1));
  await through(worker, tick(2, 'a', 2));
  expect(outputs).toEqual(['0.0 a 5', '1.0 b 1', '2.0 a 7']);
  await worker.commit([]);
  await worker.start();
  expect(worker.position).toBe(3);
  await through(worker, tick(3, 'a', 1));
  expect(outputs.at(-1)).toBe('3.0 a 8');
  await worker.commit([]);
  const { entities } = await engine.store.load(worker.slot, ['a', 'b', 'c']);
  expect(entities.map((bytes) => bytes && Buffer.from(bytes).toString())).toEqual([
    '{"total":8}',
    '{"total":1}',
    undefined,
  ]);
});

test('what was said before is dropped by its stamp, also after a restart', async () => {
  const { worker, outputs, counts } = open();
  const stamp = { origin: 'feed@1/0/profile', offset: 9, index: 1 };
  const bytes = codec.encode('Tick', tickOf(1));
  await worker.start();
  await through(worker, at(0, 'a', bytes, stamp));
  await through(worker, at(1, 'a', bytes, { ...stamp, index: 0 }));
  await worker.commit([]);
  await worker.start();
  await through(worker, at(2, 'a', bytes, stamp));
  await through(worker, at(3, 'a', bytes, { ...stamp, offset: 10, index: 0 }));
  await worker.commit([]);
  expect(outputs).toEqual(['0.0 a 1', '3.0 a 2']);
  expect(counts['records_repeated']).toBe(1);
});

test('a handler that throws on one record leaves state as if that record had not been there', async () => {
  const stage: typeof SUMS = {
    ...SUMS,
    handle(context, record) {
      const outcome = SUMS.handle(context, record);
      if ((record.value as { time: number }).time === 13) throw new Error('a defect');
      return outcome;
    },
  };
  const { worker, outputs, defects } = open(stage);
  await worker.start();
  await through(worker, tick(0, 'a', 1));
  expect(await through(worker, tick(1, 'a', 13))).toBe('failed');
  expect(defects[0]).toMatchObject({ code: 'stage_handler_failed', facts: { stage: 'sums', partition: 0, offset: 1 } });
  expect(worker.started).toBe(false);
  await worker.start();
  for (const record of [tick(0, 'a', 1), tick(1, 'a', 13), tick(2, 'a', 4)])
    expect(await through(worker, record)).toBe('next');
  expect(outputs.slice(1)).toEqual(['0.0 a 1', '2.0 a 5']);
  await expect(worker.commit([])).rejects.toThrow('dead letters');
});

test('dead letters are stored before the commit that moves past them, with the reason', async () => {
  const { worker, letters, counts } = open();
  await worker.start();
  expect(await through(worker, at(0, 'a', new Uint8Array([0, 9, 9, 9, 9, 1])))).toBe('next');
  expect(worker.hasLetters).toBe(true);
  await worker.putLetters();
  await worker.commit([]);
  expect(letters).toMatchObject([
    { stage: 'sums', log: 'encounter', partition: 0, offset: 0, reason: 'undecodable', key: 'a' },
  ]);
  expect(counts['records_dead_lettered undecodable']).toBe(1);
});

test('too many dead letters stop the stage', async () => {
  const { worker } = open(
    { ...SUMS, handle: () => ({ kind: 'dead-letter', reason: 'no_sense' }) },
    { deadLetters: { window: 100, allowed: 2 } },
  );
  await worker.start();
  expect(await through(worker, tick(0, 'a', 1))).toBe('next');
  expect(await through(worker, tick(1, 'a', 1))).toBe('next');
  expect(await through(worker, tick(2, 'a', 1))).toBe('stop');
  expect(worker.stopped).toMatchObject({ code: 'dead_letters_exceeded', facts: { offset: 2, reason: 'no_sense' } });
  expect(worker.position).toBe(2);
});

test('outcomes are counted by reason; retry gives the same record again', async () => {
  let again = true;
  const stage: typeof SUMS = {
    ...SUMS,
    handle: () => (again ? { kind: 'retry', reason: 'not_yet' } : { kind: 'drop', reason: 'old' }),
  };
  const { worker, counts } = open(stage);
  await worker.start();
  expect(worker.process(tick(0, 'a', 1))).toBe('retry');
  expect(worker.position).toBe(0);
  again = false;
  expect(worker.process(tick(0, 'a', 1))).toBe('next');
  await worker.commit([]);
  expect(counts).toMatchObject({ 'records_retried not_yet': 1, 'records_dropped old': 1, commits: 1 });
});

test('an adoption counts only with a later head; a document that cannot be used leaves the one before', async () => {
  const seen: string[] = [];
  const stage: typeof SUMS = {
    ...SUMS,
    prepare: async (_kind, ref) => {
      if (ref === 'bad') throw new Error('does not compile');
      return ref;
    },
    handle: (context: StageContext<Sum, { handled: number }>) => {
      seen.push(context.adopted<string>('policy') ?? 'none');
      return { kind: 'done' };
    },
    adopted: (context, kind) => context.count(`adopted_${kind}`),
  };
  const { worker, letters, counts } = open(stage);
  await worker.start();
  let offset = 0;
  for (const [ref, head] of [
    ['one', 5],
    ['two', 4],
    ['three', 6],
    ['bad', 7],
    ['three again', 7],
  ] as const) {
    expect(await through(worker, adopt(offset++, ref, head))).toBe('next');
    expect(await through(worker, tick(offset++, 'a', 1))).toBe('next');
  }
  expect(seen).toEqual(['one', 'one', 'three', 'three', 'three']);
  expect(worker.adopted('policy')).toEqual({ ref: 'three', at: 7 });
  await worker.putLetters();
  await worker.commit([]);
  expect(letters).toMatchObject([{ reason: 'document_unusable' }]);
  expect(counts).toMatchObject({
    'stage_counts adopted_policy': 2,
    'adoptions policy': 2,
    'adoptions_passed_over policy': 2,
  });
  await worker.start();
  await through(worker, tick(offset, 'a', 1));
  expect(seen.at(-1)).toBe('three');
});

test('a document that is not there yet is waited for, not given up', async () => {
  const { worker } = open({ ...SUMS, prepare: (_kind, _ref, documents) => documents.get('Policy', 'x') });
  await worker.start();
  expect(worker.process(adopt(0, 'p@1#x', 1))).toBe('wait');
  await expect(worker.settle()).rejects.toMatchObject({ code: 'document_unknown', retriable: true });
  expect(worker.position).toBe(0);
});

test('a stretch of another behaviour is not processed', async () => {
  const behaviour = (offset: number, number: number): StoredRecord =>
    at(offset, '', codec.encode('Adopt', { kind: 'behaviour', ref: '', at: 0, behaviour: number }));
  const { worker } = open();
  await worker.start();
  expect(await through(worker, behaviour(0, 1))).toBe('next');
  expect(worker.behaviour).toBe(1);
  expect(await through(worker, behaviour(1, 3))).toBe('stop');
  expect(worker.stopped).toMatchObject({ code: 'behaviour_newer', facts: { behaviour: 3, ours: 1, offset: 2 } });
  expect(worker.position).toBe(2);
});

test('whatever else the store holds, the worker drops its memory', async () => {
  const { worker, engine } = open();
  await worker.start();
  await through(worker, tick(0, 'a', 1));
  await worker.commit([]);
  const head = (await engine.store.head(worker.slot)).head;
  if (head === undefined) throw new Error('nothing was committed');
  const other = { follows: head.id, head: { ...head, id: 'of somebody else' }, entities: new Map() };
  await engine.store.commit(worker.slot, other);
  expect(worker.process(tick(1, 'b', 1))).toBe('wait');
  expect(await worker.settle()).toBe('dropped');
  await worker.start();
  await through(worker, tick(1, 'b', 1));
  await engine.store.commit(worker.slot, { ...other, follows: 'of somebody else', head: { ...head, id: 'again' } });
  expect((await worker.commit([])).applied).toBe(false);
  expect(worker.started).toBe(false);
});

test('asking for an entity after something was said is a defect', async () => {
  const stage: typeof SUMS = {
    ...SUMS,
    handle(context) {
      context.emit('Tick', 'a', tickOf(1));
      context.entity('late');
      return { kind: 'done' };
    },
  };
  const { worker, defects } = open(stage);
  await worker.start();
  expect(worker.process(tick(0, 'a', 1))).toBe('failed');
  expect(String(defects[0]?.cause)).toContain('before it had asked');
});
