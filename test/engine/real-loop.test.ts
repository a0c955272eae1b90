import { detectStage } from '@yujing/detect';
import { profileStage } from '@yujing/profile';
import { ruleSetRecords } from '@yujing/rules/language';
import {
  createLocalCodec,
  Lockstep,
  MemoryEngine,
  partitionOf,
  systemClock,
  type Documents,
  type Stage,
} from '@yujing/runtime';
import { refOf, type RecordType, type RecordTypes } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { shippedRules } from './packs.ts';
import { ANSWERED_AT, clock, goldenStory, play } from './story.ts';
import { TwoStages, type FeedEvent } from './two-stages.ts';

// The same stages under the loop that runs them: real codec, adoption through the log, timers and entities from the store.

const compiled = shippedRules();
const { rules, ruleSet } = ruleSetRecords(compiled, 'packs', 1, 'test', ANSWERED_AT);
const codec = createLocalCodec();
const END = ANSWERED_AT + clock('12:00');

const documents: Documents = {
  get: async (type, hash) => {
    const all: ReadonlyArray<{ readonly hash: string }> = type === 'RuleSet' ? [ruleSet] : rules;
    return all.find((document) => document.hash === hash) as never;
  },
};

/** The events of a story in the order of the door, a tick of each second in every partition before them. */
function append(engine: MemoryEngine, events: readonly FeedEvent[]): void {
  const partitions = engine.outside.partitions('feed');
  const put = <T extends RecordType>(partition: number, key: string, type: T, value: RecordTypes[T]): void => {
    engine.appendNow('feed', partition, { key, bytes: codec.encode(type, value) });
  };
  let now = ANSWERED_AT;
  const ticksUntil = (until: number): void => {
    for (; now <= until; now += 1000) {
      for (let p = 0; p < partitions; p++) put(p, '', 'Tick', { door: 'door-1', time: now, origin: -1 });
    }
  };
  for (const { type, value } of events) {
    ticksUntil(value.accepted_at);
    put(partitionOf(value.counterparty, partitions), value.counterparty, type, value);
  }
  ticksUntil(END);
}

async function run(partitions: number, forgetful: boolean): Promise<Array<RecordTypes['Warning']>> {
  const engine = new MemoryEngine({ partitions: { feed: partitions, encounter: partitions, case: partitions } });
  const defects: unknown[] = [];
  let ids = 0;
  const path = new Lockstep({
    engine,
    stages: [profileStage, detectStage] as unknown as ReadonlyArray<Stage<unknown, unknown>>,
    codec,
    documents,
    heads: { head: (kind) => (kind === 'ruleset' ? { ref: refOf(ruleSet), at: 1 } : undefined) },
    deadLetters: { put: async (letters) => void defects.push(...letters) },
    clock: systemClock(),
    mode: 'door',
    newId: () => `id-${++ids}`,
    onDefect: (defect) => defects.push(defect.cause),
    ...(forgetful && {
      eviction: { evicts: () => true },
      limits: { cacheEntities: 0 },
      settings: { roundRecords: 1, visibleFlushMs: 0, maxCommitIntervalMs: 0 },
    }),
  });
  await path.start();
  append(engine, goldenStory().events);
  const running = path.run();
  await path.release(END);
  await path.stop();
  await running;
  expect(defects).toEqual([]);
  return engine.disk.logs.case
    .map(({ bytes }) => codec.decode(bytes))
    .flatMap(({ type, value }) => (type === 'Warning' ? [value as RecordTypes['Warning']] : []));
}

test('the loop says what the bare stages say, also when it forgets every entity between two records', async () => {
  const stages = new TwoStages(compiled.plan);
  play(stages, goldenStory().events, END);
  const told = await run(1, false);
  expect(told.length).toBeGreaterThan(4);
  expect(told).toEqual(stages.of('Warning'));
  expect(await run(1, true)).toEqual(told);
  const ids = (warnings: ReadonlyArray<RecordTypes['Warning']>): string[] =>
    warnings.map((warning) => warning.warning_id).sort();
  expect(ids(await run(8, false))).toEqual(ids(told));
});
