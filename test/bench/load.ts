import { Worker } from 'node:worker_threads';
import type { LoadReport, LoadTask } from './load-thread.ts';

/** The sender works in a thread of its own, so that its time is not the door's. */
export function sendFromThread(task: LoadTask): Promise<LoadReport> {
  const worker = new Worker(new URL('./load-thread.js', import.meta.url), { workerData: task });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
