import { setTimeout as sleep } from 'node:timers/promises';
import type { Followed, Follower } from '../api/dependencies.ts';

export interface PartitionLoop {
  /** a follower from where the work stands; asked again after every failure */
  readonly open: () => Promise<Follower>;
  /** rejects: the batch did not count, the loop opens again */
  readonly handle: (batch: Followed) => Promise<void> | void;
  readonly failed: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly max?: number;
}

const BATCH = 1_000;
const RETRY_MS = 250;
const RETRY_MOST_MS = 5_000;

/** Reads a partition until it is told to stop; a failure costs a pause, never a record. */
export async function followPartition({ open, handle, failed, signal, max = BATCH }: PartitionLoop): Promise<void> {
  let wait = RETRY_MS;
  while (!signal.aborted) {
    let follower: Follower | undefined;
    try {
      follower = await open();
      while (!signal.aborted) {
        const batch = await follower.poll(max);
        if (signal.aborted) break;
        await handle(batch);
        wait = RETRY_MS;
      }
    } catch (error) {
      if (signal.aborted) break;
      failed(error);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 2, RETRY_MOST_MS);
    } finally {
      await follower?.close().catch(() => undefined);
    }
  }
}
