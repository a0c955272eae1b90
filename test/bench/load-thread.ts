import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** Sends bodies to the door over HTTP from a thread of its own: `together` at a time, or paced at a rate. */
export interface LoadTask {
  readonly url: string;
  readonly key: string;
  readonly bodies: readonly Uint8Array[];
  readonly eventsPerBody: number;
  readonly together: number;
  /** events a second; null: as fast as the door answers */
  readonly rate: number | null;
}

export interface LoadReport {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly refusals: number;
}

const task = workerData as LoadTask;
const agent = new Agent({ keepAlive: true, maxSockets: task.together });
let refusals = 0;

function post(body: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${task.key}`,
      'content-type': 'application/x-ndjson',
      'content-length': body.length,
    };
    const sent = request(`${task.url}v1/events`, { method: 'POST', agent, headers }, (answer) => {
      if (answer.statusCode !== 202) refusals++;
      answer.resume();
      answer.on('end', resolve);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function run(): Promise<LoadReport> {
  const startedAt = Date.now();
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < task.bodies.length) {
      const index = next++;
      if (task.rate !== null) {
        const due = startedAt + (index * task.eventsPerBody * 1000) / task.rate;
        if (due > Date.now()) await wait(due - Date.now());
      }
      await post(task.bodies[index] as Uint8Array);
    }
  };
  await Promise.all(Array.from({ length: task.together }, sender));
  return { startedAt, endedAt: Date.now(), refusals };
}

parentPort?.postMessage(await run());
