import type { Broker, EmbeddedEngine } from '@yujing/runtime';

/** 202 is given as soon as the record is in the tail. */
export function answerBeforeFsync({ outside }: EmbeddedEngine): Broker {
  return {
    ...outside,
    async append(log, batches) {
      void outside.append(log, batches);
      return new Set(batches.keys());
    },
  };
}

/** Cards are pushed from the tail of the log. */
export function pageBeforeFsync({ inside, outside }: EmbeddedEngine): Broker {
  return { ...outside, read: (log, partition, from) => inside.read(log, partition, from) };
}
