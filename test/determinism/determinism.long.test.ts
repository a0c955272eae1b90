import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstDocuments, PATH, replay, replayFolder, type ReplayResult } from '@yujing/all-in-one';
import { openKeys } from '@yujing/ingest';
import { createLocalCodec, openChangeView, openEmbedded, type Documents, type Stage } from '@yujing/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countTypes } from '../kill/case-log.ts';
import { makeDay } from '../kill/day.ts';
import { writeKeys } from '../kill/keys.ts';
import { playAgain, playDay, type Common } from './feeds.ts';
import { runLive } from './live.ts';
import { fewerRules, deafCase, otherScores, throwing } from './plants.ts';
import { compareStories } from './stories.ts';

/** Another day: YUJING_DETERMINISM_SEED. More of them, and a real process: `npm run test:determinism`. */
const SEED = Number(process.env['YUJING_DETERMINISM_SEED'] ?? 3);
const DAY = { residents: 60, spells: 1, spellMinutes: 2, callsPerMinute: 5, paymentsPerMinute: 5 };

const root = mkdtempSync(join(tmpdir(), 'yujing-determinism-'));
const live = join(root, 'live');
const crashed = join(root, 'crashed');
const poisoned = join(root, 'poisoned');
let common: Common;

beforeAll(() => {
  writeKeys(join(root, 'keys.json'), SEED);
  const keys = openKeys(join(root, 'keys.json'), { create: false });
  common = { keys, documents: firstDocuments(Date.UTC(2026, 5, 1)) };
});

afterAll(() => rmSync(root, { recursive: true }));

/** A replay with other stages or documents than the recorded ones. */
async function replayWith(
  folder: string,
  stages: ReadonlyArray<Stage<unknown, unknown>>,
  change = (documents: Documents): Documents => documents,
): Promise<ReplayResult[]> {
  const engine = await openEmbedded({ folder, now: Date.now });
  const codec = createLocalCodec();
  const view = await openChangeView(engine.inside, codec);
  const documents = change(view);
  const results = await replay({ broker: engine.inside, store: engine.store, codec, documents, stages });
  await view.close();
  await engine.abandon();
  return results;
}

function differences(results: readonly ReplayResult[]): string[] {
  return results.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
}

test('the same feeds give the same stories, whatever the batches and partitions', async () => {
  const day = makeDay({ seed: SEED, ...DAY });
  const { operations, stories } = await playDay(common, { partitions: 3, roundRecords: 2_000 }, { day, seed: SEED });
  const counts = countTypes(stories.cases);
  for (const type of ['Warning', 'Order', 'Escalation', 'Due', 'Applied', 'Label'])
    expect(counts[type], type).toBeGreaterThan(0);
  for (const cut of [
    { partitions: 1, roundRecords: 1 },
    { partitions: 8, roundRecords: 7 },
  ]) {
    const found = await playAgain(common, cut, operations);
    expect(compareStories(stories, found), `seed ${SEED}, ${JSON.stringify(cut)}`).toEqual([]);
  }
});

/** stages that said nothing: then nothing was compared */
function silent(results: readonly ReplayResult[]): string[] {
  return PATH.map(({ name }) => name).filter((name) =>
    results.every(({ stage, outputs }) => stage !== name || outputs === 0),
  );
}

test('a live run, replayed from its logs, says the same bytes: after a stop and after a power cut', async () => {
  await runLive({ ...common, folder: live, crashedFolder: crashed, durationMs: 2_000, speed: 120, partitions: 2 });
  for (const folder of [live, crashed]) {
    const results = await replayFolder(folder, false);
    expect(differences(results)).toEqual([]);
    expect(silent(results), folder).toEqual([]);
  }
});

test('a replay finds what another release would say otherwise', async () => {
  expect(differences(await replayWith(live, PATH))).toEqual([]);
  expect(differences(await replayWith(live, otherScores()))[0]).toContain('/detect>case/');
  expect(differences(await replayWith(live, deafCase()))[0]).toContain('/case>case/');
  expect(differences(await replayWith(live, PATH, fewerRules))[0]).toContain('/detect>case/');
});

test('records that a handler threw on are put aside in the replay as they were live', async () => {
  const stages = throwing('profile', 'Call', 9);
  const options = { ...common, folder: poisoned, durationMs: 700, speed: 120, partitions: 2, stages };
  expect(await runLive(options)).toBeGreaterThan(0);
  expect(differences(await replayWith(poisoned, stages))).toEqual([]);
  expect(differences(await replayWith(poisoned, PATH))).not.toEqual([]);
});
