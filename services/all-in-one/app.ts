import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONSOLE_METRICS } from '@yujing/console';
import { DOOR_METRICS, doorMetrics, doorSettings, openDoor, openKeys, type Door } from '@yujing/ingest';
import {
  createHealth,
  createLocalCodec,
  createLogger,
  createMetrics,
  openChangeView,
  renderMetrics,
  systemClock,
  type Health,
} from '@yujing/runtime';
import { DELIVER_METRICS } from '@yujing/deliver';
import { runDemo } from '@yujing/simulator';
import type { Values } from '@yujing/runtime';
import type { START_SETTINGS } from './config.ts';
import { certificateOf, checkAddress, checkDemo, checkSpace, markDemo } from './before-start.ts';
import { buildApp, closeApp, listen } from './http.ts';
import { Opened } from './opened.ts';
import { openPages } from './pages.ts';
import { startPath, type PathClient } from './path-client.ts';
import { startDeliver, startLearn, type ReaderOptions } from './readers.ts';
import { ChangeStations } from './stations.ts';

export type StartSettings = Values<typeof START_SETTINGS>;

/** A running installation. */
export interface Yujing {
  readonly url: string;
  /** the demo's key of this start; null without the demo */
  readonly demoKey: string | null;
  /** false: nobody can sign in to the pages yet */
  readonly anyUser: boolean;
  /** why it ended by itself; never resolves when it does not */
  readonly failed: Promise<Error>;
  stop(): Promise<void>;
}

const STATE_EVERY_MS = 1_000;
const CLOSE_WITHIN_MS = 5_000;

/** Starts everything of `yujing start`: settings in, start, stop; no environment, signals or exit inside. */
export async function startYujing(settings: StartSettings): Promise<Yujing> {
  const opened = new Opened();
  try {
    return await open(settings, opened);
  } catch (error) {
    // What stands in the way of the start may stand in the way of a tidy end too: a full disk takes no last write.
    const end = sleep(CLOSE_WITHIN_MS, undefined, { ref: false });
    await Promise.race([opened.close().catch(() => undefined), end]);
    throw error;
  }
}

async function open(settings: StartSettings, opened: Opened): Promise<Yujing> {
  const dataFolder = resolve(settings.data);
  const clock = systemClock();
  const codec = createLocalCodec();
  const logger = createLogger({ name: 'all-in-one', level: settings.logLevel, toStandardError: true });
  const health = opened.add(createHealth({ stallLimitMs: settings.stallLimitMs }), (it) => it.close());
  const metrics = createMetrics({ ...DOOR_METRICS, ...DELIVER_METRICS, ...CONSOLE_METRICS }, { process: true });
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((tell) => (fail = tell));

  checkDemo(dataFolder, settings.demo);
  await checkSpace(dataFolder);
  certificateOf(settings);
  await markDemo(dataFolder, settings.demo);
  const path = await startPath({
    folder: dataFolder,
    mode: settings.clock,
    partitions: settings.partitions,
    roundRecords: settings.roundRecords,
    fsync: settings.fsync,
    segmentBytes: settings.segmentBytes,
    keepBytes: settings.keepBytes,
    verify: settings.verifyLogs,
    first: { at: clock.now(), scale: settings.timeScale },
    onFailure: fail,
    onDefect: (defect) => logger.error(defect, 'a stage put a record aside because its handler threw'),
  });
  opened.add(path, (it) => it.stop());
  await checkAddress(settings);

  const { broker, store } = path;
  const keysFile = settings.keys ?? `${dataFolder}.keys.json`;
  const keys = openKeys(keysFile, { create: settings.demo || settings.keys === null });
  const door = await openDoor({
    dataFolder,
    keys,
    broker,
    codec,
    clock: settings.clock,
    release: async (until) => void (await path.release(until)),
    settings: doorSettings(settings, settings.demo),
    metrics: doorMetrics(metrics),
  });
  opened.add(door, (it) => it.close());
  const now = (): number => (settings.clock === 'door' ? door.now() : clock.now());

  const retried = (part: string, error: unknown): void =>
    logger.error({ err: error, part }, 'a part failed and is tried again');
  const view = opened.add(await openChangeView(broker, codec), (it) => it.close());
  view.follow().catch(fail);
  const stations = await ChangeStations.open(view, (error) =>
    logger.error({ err: error }, 'roster or precincts could not be read'),
  );
  const readers: ReaderOptions = { broker, store, codec, clock: settings.clock, now, metrics, failed: retried };
  const learn = opened.add(await startLearn(readers), (it) => it.close());
  const console_ = opened.add(
    await openPages(settings, {
      broker,
      codec,
      identity: door.identity,
      learn,
      stations,
      now,
      metrics,
      dataFolder,
      failed: retried,
    }),
    (it) => it.close(),
  );

  opened.add(await startDeliver(readers, console_.connections), (it) => it?.close());

  const app = buildApp({
    tls: settings,
    console: console_,
    door,
    observe: { health, metrics: async () => renderMetrics([await metrics.snapshot(), await path.metrics()]) },
  });
  opened.add(app, (it) => closeApp(it, console_));
  const url = await listen(app, settings);
  watch(path, health, opened, logger);
  const demoKey = settings.demo ? newDemoKey(door) : null;
  if (demoKey !== null) opened.add(demoKey, (key) => door.apiKeys.revoke(key.id));
  await console_.ready;
  health.started();
  const town =
    settings.demo && settings.town && settings.clock === 'wall' && demoKey !== null
      ? startTown(url, demoKey.key, fail)
      : undefined;
  if (town !== undefined) opened.add(town, (stop) => stop());
  const anyUser = console_.context.signIn?.users.any ?? true;
  return { url, demoKey: demoKey?.key ?? null, anyUser, failed, stop: () => opened.close() };
}

/** Liveness by progress of the path thread, asked now and then; a thread that does not answer makes no progress. */
function watch(path: PathClient, health: Health, opened: Opened, logger: ReturnType<typeof createLogger>): void {
  let running = true;
  let failure: string | null = null;
  const timer = setInterval(() => {
    path.state().then(
      (state) => {
        running = state.running;
        if (state.failure !== failure) {
          if (state.failure === null) logger.warn('the disk takes records again');
          else logger.error({ code: state.failure }, 'the disk takes nothing: no event is accepted, no card is shown');
        }
        failure = state.failure;
        health.progress();
      },
      () => (running = false),
    );
  }, STATE_EVERY_MS);
  timer.unref();
  health.ready(() => {
    if (running && failure === null) return undefined;
    return failure === 'no_space' ? 'disk_full' : 'store_unreachable';
  });
  opened.add(timer, clearInterval);
}

/** One key for one run: the demo's town and tests send with it, and it ends with the process. */
function newDemoKey(door: Door): { readonly id: string; readonly key: string } {
  for (const { id, role, expires_at } of door.apiKeys.list())
    if (role === 'demo' && expires_at === null) door.apiKeys.revoke(id);
  return door.apiKeys.add('demo-town', 'demo', false);
}

function startTown(url: string, key: string, fail: (error: Error) => void): () => Promise<void> {
  const stop = new AbortController();
  const running = runDemo({
    url: url.replace('localhost', '127.0.0.1').replace(/\/$/, ''),
    key,
    now: Date.now,
    signal: stop.signal,
  }).catch((error: unknown) => {
    if (!stop.signal.aborted) fail(error instanceof Error ? error : new Error('the town ended'));
  });
  return async () => {
    stop.abort();
    await running;
  };
}
