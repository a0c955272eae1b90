import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../stack/stack.ts';

/** What is done to the cluster while it is written and read. */
export interface Disturbance {
  readonly name: string;
  run(kafka: Stack['kafka'], say: (line: string) => void): Promise<void>;
}

const BETWEEN_MS = 4_000;
const FROZEN_MS = 30_000;
const DOWN_MS = 3_000;

export const DISTURBANCES: readonly Disturbance[] = [
  {
    name: 'sigterm',
    async run({ nodes }, say) {
      for (const node of nodes) {
        say(`SIGTERM ${node.name}`);
        await node.stop();
        await sleep(DOWN_MS);
        await node.start();
        await sleep(BETWEEN_MS);
      }
    },
  },
  {
    name: 'kill',
    async run({ nodes }, say) {
      for (const node of nodes) {
        say(`kill -9 ${node.name}`);
        await node.kill();
        await sleep(DOWN_MS);
        await node.start();
        await sleep(BETWEEN_MS);
      }
    },
  },
  {
    name: 'freeze',
    async run({ nodes }, say) {
      const node = nodes[0]!;
      say(`SIGSTOP ${node.name} for ${FROZEN_MS / 1_000} s`);
      node.signal('SIGSTOP');
      await sleep(FROZEN_MS);
      say(`SIGCONT ${node.name}`);
      node.signal('SIGCONT');
      await sleep(2 * BETWEEN_MS);
    },
  },
];
