import { isCoded, type Broker, type StoredRecord } from '@yujing/runtime';
import { LOG } from './writers.ts';

export interface Seen {
  readonly key: string;
  readonly stamp: StoredRecord['stamp'];
}

/** Reads one partition from 0 on, for as long as it is let. */
export interface Follower {
  readonly partition: number;
  readonly seen: readonly Seen[];
  readonly problems: readonly string[];
  /** longest time without a record */
  readonly longestGapMs: number;
  readonly behind: number | undefined;
  stop(): Promise<void>;
}

export async function follow(broker: Pick<Broker, 'read'>, partition: number): Promise<Follower> {
  const reader = await broker.read(LOG, partition, 0);
  const seen: Seen[] = [];
  const problems: string[] = [];
  let [last, longestGapMs] = [0, 0];
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const records = await reader.poll(500);
      if (records.length === 0) continue;
      const now = performance.now();
      if (last > 0) longestGapMs = Math.max(longestGapMs, now - last);
      last = now;
      for (const { offset, key, stamp } of records) {
        if (offset !== seen.length) problems.push(`partition ${partition}: offset ${offset} after ${seen.length - 1}`);
        seen.push({ key, stamp });
      }
    }
    await reader.close();
  };
  const done = run().catch((error: unknown) => {
    problems.push(`partition ${partition}: ${isCoded(error) ? error.code : String(error)}`);
  });
  return {
    partition,
    seen,
    problems,
    get longestGapMs() {
      return longestGapMs;
    },
    get behind() {
      return reader.behind?.();
    },
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

/** The whole partition, as somebody reads it who comes afterwards. */
export async function readAll(broker: Pick<Broker, 'read' | 'range'>, partition: number): Promise<Seen[]> {
  const { high } = await broker.range(LOG, partition);
  const reader = await broker.read(LOG, partition, 0);
  const seen: Seen[] = [];
  for (let next = 0; next < high;) {
    for (const { key, stamp, offset } of await reader.poll(5_000)) {
      seen.push({ key, stamp });
      next = offset + 1;
    }
  }
  await reader.close();
  return seen;
}
