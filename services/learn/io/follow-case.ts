import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import {
  createFollower,
  type Broker,
  type Codec,
  type Followed,
  type Follower,
  type StampEntry,
} from '@yujing/runtime';

export interface FollowCase {
  readonly broker: Broker;
  readonly codec: Codec;
  readonly take: (batch: Followed) => void;
  readonly failed: (error: unknown) => void;
  readonly signal: AbortSignal;
}

const BATCH = 1_000;
const RETRY_MS = 250;

/** Follows one partition of `case` from its beginning, in memory; a failure costs a pause and no record. */
async function followPartition(
  { broker, codec, take, failed, signal }: FollowCase,
  partition: number,
  seen: (position: number) => void,
): Promise<void> {
  let { low: position } = await broker.range('case', partition);
  let stamps: readonly StampEntry[] = [];
  while (!signal.aborted) {
    let follower: Follower | undefined;
    try {
      follower = await createFollower({ broker, codec, log: 'case', partition, position, stamps });
      while (!signal.aborted) {
        const batch = await follower.poll(BATCH);
        if (signal.aborted) break;
        take(batch);
        ({ position, stamps } = batch);
        seen(position);
        // A reader that answers at once may not starve everything else.
        if (batch.records.length === 0) await breathe();
      }
    } catch (error) {
      if (signal.aborted) break;
      failed(error);
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    } finally {
      await follower?.close().catch(() => undefined);
    }
  }
}

export interface Following {
  /** resolves when everything that stood in the log at the start has been seen */
  readonly caughtUp: Promise<void>;
  readonly ended: Promise<void>;
}

export function followCase(options: FollowCase): Following {
  const partitions = Array.from({ length: options.broker.partitions('case') }, (_, index) => index);
  let tell: () => void = () => undefined;
  const caughtUp = new Promise<void>((resolve) => (tell = resolve));
  const run = async (): Promise<void> => {
    const goals = await Promise.all(partitions.map(async (index) => (await options.broker.range('case', index)).high));
    const behind = new Set(partitions.filter((index) => (goals[index] as number) > 0));
    const seen = (index: number, position: number): void => {
      if (position >= (goals[index] as number)) behind.delete(index);
      if (behind.size === 0) tell();
    };
    if (behind.size === 0) tell();
    await Promise.all(partitions.map((index) => followPartition(options, index, (position) => seen(index, position))));
  };
  return {
    caughtUp,
    ended: run()
      .catch((error: unknown) => options.failed(error))
      .finally(tell),
  };
}
