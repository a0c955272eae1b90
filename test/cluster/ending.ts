import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { Inside } from './inside.ts';

export interface EndingOptions {
  readonly restWithinMs: number;
  /** after the last word of the path: whoever listens from outside has heard it by now */
  readonly heard?: () => Promise<void>;
}

/** Deliver and the pages hear the last words of the case stage within this time. */
const LAST_WORDS_MS = 3_000;

/**
 * Ends an installation in the order data travels: doors first, each stage when it has committed everything before it. What
 * stands in the logs then is all there is to say. Answers what did not go as it should.
 */
export async function endInOrder(cluster: Cluster, { restWithinMs, heard }: EndingOptions): Promise<string[]> {
  const problems: string[] = [];
  const step = async (act: () => Promise<unknown>): Promise<void> => {
    await act().catch((error: unknown) => problems.push(error instanceof Error ? error.message : String(error)));
  };
  await step(() => cluster.stop('ingest'));
  const inside = await Inside.open(cluster.servers, cluster.installation);
  await step(() => inside.untilAtRest(restWithinMs));
  await inside.close();
  await step(() => cluster.stop('profile', 'detect'));
  await step(() => cluster.stop('case'));
  await sleep(LAST_WORDS_MS);
  await heard?.();
  await step(() => cluster.stop('deliver', 'console'));
  return problems;
}
