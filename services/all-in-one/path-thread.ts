import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import {
  createLocalCodec,
  createMetrics,
  ENGINE_METRICS,
  expireOld,
  LOOP_METRICS,
  loopMetrics,
  observeEngine,
  Lockstep,
  openChangeView,
  openEmbedded,
  serveEngine,
  systemClock,
  toPortable,
  type DiskEngine,
} from '@yujing/runtime';
import { deadLetterFile } from './dead-letter-file.ts';
import { firstDocuments } from './first-documents.ts';
import type { PathCalls, PathNotice, PathThreadData } from './path-calls.ts';
import { PATH } from './path.ts';

/** The path thread: the embedded engine and every stage of the path over it. */
const data = workerData as PathThreadData;
const say = (notice: PathNotice): void => parentPort?.postMessage(notice);

/** whole files go, so once an hour is often enough */
const EXPIRE_EVERY_MS = 3_600_000;

/** The shipped documents enter an empty `change`; what stands there is never overwritten. */
async function importInto(engine: DiskEngine, { at, scale }: PathThreadData['first']): Promise<boolean> {
  const { high } = await engine.inside.range('change', 0);
  if (high > 0) return false;
  for (const document of firstDocuments(at, scale)) engine.appendNow('change', 0, document);
  await engine.flush();
  return true;
}

async function run(): Promise<void> {
  const clock = systemClock();
  const codec = createLocalCodec();
  const { folder, partitions, fsync, segmentBytes, keepBytes, verify } = data;
  const counts = partitions === null ? {} : { feed: partitions, encounter: partitions, case: partitions };
  const engine = await openEmbedded({
    folder,
    now: () => clock.now(),
    partitions: counts,
    fsync,
    segmentBytes,
    keepBytes,
    verify,
  });
  const figures = createMetrics({ ...LOOP_METRICS, ...ENGINE_METRICS });
  observeEngine(engine, figures);
  try {
    const imported = await importInto(engine, data.first);
    const view = await openChangeView(engine.outside, codec);
    const lockstep = new Lockstep({
      engine,
      stages: PATH,
      codec,
      documents: view,
      heads: view,
      deadLetters: deadLetterFile(join(folder, 'dead-letters', 'stages.ndjson')),
      clock,
      mode: data.mode,
      newId: randomUUID,
      metrics: loopMetrics(figures),
      onDefect: ({ facts, cause }) => {
        const at = cause instanceof Error ? (cause.stack?.split('\n')[1]?.trim() ?? '') : '';
        say({
          kind: 'defect',
          stage: String(facts.stage),
          partition: Number(facts.partition),
          offset: Number(facts.offset),
          at,
        });
      },
      settings: { roundRecords: data.roundRecords },
    });
    await lockstep.start();
    const { channel } = serveEngine<PathCalls, Record<never, never>>(engine, data.port);
    let running = true;
    const following = view.follow();
    const loop = lockstep.run();
    channel.handle('path.release', async ({ until }) => {
      await lockstep.release(until);
      return { now: lockstep.doorTime };
    });
    channel.handle('path.drain', async () => {
      await lockstep.drain();
      return null;
    });
    channel.handle('path.metrics', () => figures.snapshot());
    channel.handle('path.state', () => {
      const failure = engine.failure?.code ?? null;
      return { running, failure, turned_at: clock.now(), door_time: lockstep.doorTime };
    });
    channel.handle('path.stop', async () => {
      await lockstep.stop();
      return null;
    });
    const expiry = setInterval(() => void expireOld(engine, clock.now()).catch(() => undefined), EXPIRE_EVERY_MS);
    expiry.unref();
    say({ kind: 'ready', imported });
    await loop.finally(() => {
      running = false;
      clearInterval(expiry);
    });
    await view.close();
    await following;
    await engine.close();
  } catch (error) {
    // What was not flushed is not there: the next start goes on from the last commit.
    await engine.abandon();
    throw error;
  }
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    say({ kind: 'failed', error: toPortable(error) });
    // The notice is on its way once the event loop has turned.
    setTimeout(() => process.exit(1), 50);
  },
);
