import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel, Worker } from 'node:worker_threads';
import { connectRemote, fromPortable, type Broker, type MetricsSnapshot, type Store } from '@yujing/runtime';
import { builtFile } from './package-file.ts';
import type { PathCalls, PathNotice, PathState, PathThreadData } from './path-calls.ts';

/** The path thread as the main thread sees it. */
export interface PathClient {
  readonly broker: Broker;
  readonly store: Store;
  /** true: the shipped documents entered an empty `change` at this start */
  readonly imported: boolean;
  release(until: number): Promise<number>;
  drain(): Promise<void>;
  metrics(): Promise<MetricsSnapshot>;
  state(): Promise<PathState>;
  /** everything that was taken is durable; at most about ten seconds */
  stop(): Promise<void>;
}

export interface PathOptions extends Omit<PathThreadData, 'port'> {
  /** the thread ended although nobody stopped it */
  readonly onFailure: (error: Error) => void;
  /** a handler threw: the record was put aside */
  readonly onDefect: (defect: Extract<PathNotice, { kind: 'defect' }>) => void;
}

const DRAIN_WITHIN_MS = 5_000;

/** Starts the thread. @throws DataFolderError and others that opening the folder throws */
export async function startPath(options: PathOptions): Promise<PathClient> {
  const { port1, port2 } = new MessageChannel();
  const { onFailure, onDefect, ...data } = options;
  const workerData: PathThreadData = { ...data, port: port2 };
  const worker = new Worker(builtFile('path-thread.js'), { workerData, transferList: [port2], name: 'path' });
  let stopping = false;
  let failed: ((error: Error) => void) | undefined;
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const imported = await new Promise<boolean>((resolve, reject) => {
    failed = reject;
    worker.on('message', (notice: PathNotice) => {
      if (notice.kind === 'ready') resolve(notice.imported);
      else if (notice.kind === 'defect') onDefect(notice);
      else failed?.(fromPortable(notice.error));
    });
    worker.on('error', (error) => failed?.(error));
    worker.once('exit', (code) => {
      if (!stopping) failed?.(new Error(`the path thread ended with ${code}`));
    });
  });
  // From here on a failure is told to whoever runs the process, once.
  failed = (error) => {
    failed = undefined;
    onFailure(error);
  };
  const { broker, store, channel, close } = await connectRemote<Record<never, never>, PathCalls>(port1);
  return {
    broker,
    store,
    imported,
    release: async (until) => (await channel.call('path.release', { until })).now,
    drain: async () => void (await channel.call('path.drain', null)),
    metrics: () => channel.call('path.metrics', null),
    state: () => channel.call('path.state', null),
    async stop() {
      stopping = true;
      // A log that is drained can be taken over by a release that behaves otherwise; a backlog is no reason not to stop.
      await Promise.race([channel.call('path.drain', null), wait(DRAIN_WITHIN_MS, undefined, { ref: false })]);
      await channel.call('path.stop', null);
      await close();
      await ended;
    },
  };
}
