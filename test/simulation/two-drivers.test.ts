import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  Lockstep,
  openEmbedded,
  PartitionLoop,
  PreparedDocuments,
  StageRunner,
  systemClock,
  type AppendRecord,
  type Broker,
  type Stage,
  type Store,
} from '@yujing/runtime';
import { Random } from './random.ts';
import { toyCase } from './toy/case.ts';
import { toyDetect } from './toy/detect.ts';
import { toyProfile } from './toy/profile.ts';
import { createToyCodec } from './toy/toy-codec.ts';

const codec = createToyCodec();
const STAGES: ReadonlyArray<Stage<unknown, unknown>> = [toyProfile(), toyDetect(), toyCase()];
const PARTITIONS = { feed: 1, encounter: 1, case: 1 };
const heads = { head: (kind: string) => (kind === 'ruleset' ? { ref: '1', at: 0 } : undefined) };
const documents = { get: () => Promise.reject(new Error('no documents')) };
const deadLetters = { put: async () => {} };

/** Three hundred calls among few people. */
function calls(): AppendRecord[] {
  const random = new Random(11);
  return Array.from({ length: 300 }, (_, index) => {
    const counterparty = `c${random.below(5)}`;
    const value = { event_id: `e${index}`, counterparty, subject: `p${random.below(9)}`, accepted_at: index * 100 };
    return { key: counterparty, bytes: codec.encode('Call', value as never) };
  });
}

async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-drivers-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Said = ReadonlyArray<readonly [stamp: string, text: string]>;

async function said(broker: Broker, log: 'encounter' | 'case'): Promise<Said> {
  const { high } = await broker.range(log, 0);
  const reader = await broker.read(log, 0, 0);
  const seen = new Map<string, string>();
  for (let next = 0; next < high;) {
    for (const { offset, bytes, stamp } of await reader.poll(1_000)) {
      next = offset + 1;
      // Offsets differ by where the owner's own records stand, so an output is named by its stage and its text.
      const { type, value } = codec.decode(bytes);
      if (stamp !== undefined)
        seen.set(`${stamp.origin.split('/')[2]} ${stamp.offset}.${stamp.index}`, JSON.stringify([type, value]));
    }
  }
  await reader.close();
  return [...seen];
}

/** Read, and said: an output that is committed and on its way stands in the outbox until a later commit. */
async function untilRead(broker: Broker, store: Store): Promise<void> {
  for (;;) {
    let behind = false;
    for (const { name, reads } of STAGES) {
      const { high } = await broker.range(reads, 0);
      const { head } = await store.head({ stage: name, logId: broker.logId(reads), partition: 0 });
      behind ||= head?.position !== high || head.outbox.length > 0;
    }
    if (!behind) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Events that come before the rule set stands in a log are judged without it, here as in a cluster that has just started. */
async function untilAdopted(broker: Broker): Promise<void> {
  for (const { reads } of STAGES.filter(({ adopts }) => adopts.includes('ruleset'))) {
    const reader = await broker.read(reads, 0, 0);
    for (let found = false; !found;) {
      const values = (await reader.poll(1_000)).map(({ bytes }) => codec.decode(bytes).value as { kind?: string });
      found = values.some(({ kind }) => kind === 'ruleset');
    }
    await reader.close();
  }
}

function runners(broker: Broker, store: Store): StageRunner[] {
  let ids = 0;
  return STAGES.map((stage) => {
    const prepared = new PreparedDocuments(stage, documents);
    const common = { stage, broker, store, codec, heads, deadLetters, prepared, clock: systemClock() };
    const settings = { commitIntervalMs: 20 };
    return new StageRunner({
      stage,
      broker,
      open: (partition) => new PartitionLoop({ ...common, partition, settings, newId: () => `${stage.name} ${++ids}` }),
    });
  });
}

test('the cluster loop and the embedded one say the same of the same feed', async () => {
  const cluster = await inFolder(async (folder) => {
    const engine = await openEmbedded({ folder, partitions: PARTITIONS, fsync: false, now: Date.now, autoFlush: true });
    const stages = runners(engine.outside, engine.outsideStore);
    const running = stages.map((runner) => runner.run());
    await untilAdopted(engine.outside);
    await untilRead(engine.outside, engine.outsideStore);
    await engine.outside.append('feed', new Map([[0, calls()]]));
    await untilRead(engine.outside, engine.outsideStore);
    await Promise.all(stages.map((runner) => runner.stop()));
    await Promise.all(running);
    const result = [await said(engine.outside, 'encounter'), await said(engine.outside, 'case')];
    await engine.close();
    return result;
  });
  const embedded = await inFolder(async (folder) => {
    const engine = await openEmbedded({ folder, partitions: PARTITIONS, fsync: false, now: Date.now });
    let ids = 0;
    const newId = (): string => `${++ids}`;
    const path = new Lockstep({
      engine,
      stages: STAGES,
      codec,
      documents,
      heads,
      deadLetters,
      clock: systemClock(),
      mode: 'wall',
      newId,
    });
    await path.start();
    const running = path.run();
    await engine.outside.append('feed', new Map([[0, calls()]]));
    await path.drain();
    await path.stop();
    await running;
    const result = [await said(engine.outside, 'encounter'), await said(engine.outside, 'case')];
    await engine.close();
    return result;
  });
  const texts = (outputs: Said, stage: string): string[] =>
    outputs.filter(([name]) => name.startsWith(`${stage} `)).map(([, text]) => text);
  for (const stage of ['profile', 'detect', 'case']) {
    const [inCluster, inEmbedded] = [cluster, embedded].map((logs) => logs.flatMap((log) => texts(log, stage)));
    expect(inEmbedded?.length, stage).toBeGreaterThan(10);
    expect(inCluster, stage).toEqual(inEmbedded);
  }
});
