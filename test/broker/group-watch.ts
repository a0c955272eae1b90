import type { Broker } from '@yujing/runtime';
import { LOG } from './writers.ts';

/** Two or more members of one group, and who owned what when. */
export interface GroupWatch {
  /** times that a partition had two owners at once */
  readonly clashes: number;
  /** longest time that a partition had none, after everything was owned for the first time */
  readonly longestGapMs: number;
  readonly owned: number;
  leave(): Promise<void>;
}

export async function watchGroup(
  members: readonly Pick<Broker, 'join' | 'partitions'>[],
  group: string,
): Promise<GroupWatch> {
  const owners = new Map<number, string>();
  const freeSince = new Map<number, number>();
  let [clashes, longestGapMs] = [0, 0];
  const joined = await Promise.all(
    members.map((broker, i) =>
      broker.join(group, LOG, {
        assigned(partition) {
          if (owners.has(partition)) clashes++;
          owners.set(partition, `member ${i}`);
          const since = freeSince.get(partition);
          freeSince.delete(partition);
          if (since !== undefined) longestGapMs = Math.max(longestGapMs, performance.now() - since);
        },
        async revoked(partition) {
          // As a loop that commits and lets go.
          await new Promise((resolve) => setTimeout(resolve, 30));
          if (owners.get(partition) === `member ${i}`) owners.delete(partition);
          freeSince.set(partition, performance.now());
        },
      }),
    ),
  );
  return {
    get clashes() {
      return clashes;
    },
    get longestGapMs() {
      const open = [...freeSince.values()].map((since) => performance.now() - since);
      return Math.max(longestGapMs, ...open);
    },
    get owned() {
      return owners.size;
    },
    async leave() {
      await Promise.all(joined.map((member) => member.leave()));
    },
  };
}
