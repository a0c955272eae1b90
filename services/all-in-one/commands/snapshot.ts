import { setTimeout as sleep } from 'node:timers/promises';
import {
  createLogger,
  openRedis,
  redisOptions,
  takeSnapshot,
  type RedisStore,
  type Snapshot,
  type SnapshotManifest,
  type SnapshotProgress,
  type Values,
} from '@yujing/runtime';
import { LARGE_SLOT_MS, SNAPSHOT_SETTINGS } from '../cluster/snapshot-settings.ts';
import { sentenceOf } from '../until-stopped.ts';
import { settingsOf } from './run.ts';
import { progressLine } from './progress.ts';

const DOES = `keeps what the stages know, with the positions inside, so that a lost store can be put back

  yujing snapshot                        takes one
  yujing snapshot --every-hours 1        goes on taking one each hour; a process to leave running
  yujing restore                         puts the newest one back`;

const HOUR_MS = 3_600_000;

export async function runSnapshot(argv: readonly string[]): Promise<number> {
  const read = settingsOf('yujing snapshot', DOES, SNAPSHOT_SETTINGS, argv);
  if (typeof read === 'number') return read;
  const { values } = read;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    const store = await openRedis({ ...redisOptions(values), commandTimeoutMs: LARGE_SLOT_MS });
    try {
      await (values.everyHours === null
        ? once(store, values)
        : regularly(store, values, values.everyHours, stop.signal));
      return 0;
    } finally {
      await store.close();
    }
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    return 1;
  }
}

type SnapshotValues = Values<typeof SNAPSHOT_SETTINGS>;

async function once(store: RedisStore, values: SnapshotValues): Promise<void> {
  const { to, keep, json } = values;
  const bar = progressLine(!json);
  const onProgress = ({ slot, done, total }: SnapshotProgress): void =>
    bar.show(`${slot.stage}/${slot.partition}`, done, total);
  const taken = await takeSnapshot(store, to, { keep, onProgress });
  bar.end();
  tell(taken, json);
}

/** One after the other; one that fails is told of and the next is tried at its time. */
async function regularly(store: RedisStore, values: SnapshotValues, hours: number, signal: AbortSignal): Promise<void> {
  const { to, keep, json, logLevel } = values;
  const logger = createLogger({ name: 'snapshot', level: logLevel, toStandardError: true });
  while (!signal.aborted) {
    const begin = Date.now();
    try {
      tell(await takeSnapshot(store, to, { keep }), json);
    } catch (error) {
      logger.error({ err: error }, 'a snapshot failed; the next one is taken at its time');
    }
    await sleep(Math.max(0, begin + hours * HOUR_MS - Date.now()), undefined, { signal }).catch(() => undefined);
  }
}

function tell({ name, manifest }: Snapshot & { readonly manifest: SnapshotManifest }, json: boolean): void {
  const { slots, entities, bytes } = manifest.totals;
  process.stdout.write(
    json
      ? `${JSON.stringify({ snapshot: name, slots, entities, bytes })}\n`
      : `${name}: ${slots} slots, ${entities} entities, ${bytes} bytes\n`,
  );
}
