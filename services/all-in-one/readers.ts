import { openDeliver, type Connections, type Deliver, type DELIVER_METRICS } from '@yujing/deliver';
import { openLearn, type Learn } from '@yujing/learn';
import type { Broker, Codec, MetricRegistry, Store } from '@yujing/runtime';

export interface ReaderOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly codec: Codec;
  readonly clock: 'wall' | 'door';
  readonly now: () => number;
  readonly metrics: Pick<MetricRegistry<typeof DELIVER_METRICS>, 'count'>;
  /** what failed and is tried again; never a value of a record */
  readonly failed: (part: string, error: unknown) => void;
}

/** What outcomes taught: figures are there from the first answer on. */
export async function startLearn({ broker, codec, failed }: ReaderOptions): Promise<Learn> {
  const learn = openLearn({ broker, codec, failed: (error) => failed('learn', error) });
  await learn.ready;
  return learn;
}

/**
 * Pushes. Not with `clock: door`: there time stands still between two releases, a push would happen at no time of its own, and
 * the same story told twice would differ by it. What a device reports of itself counts there as everywhere.
 */
export async function startDeliver(options: ReaderOptions, connections: Connections): Promise<Deliver | undefined> {
  if (options.clock === 'door') return undefined;
  const { broker, store, codec, now, metrics, failed } = options;
  return openDeliver({
    broker,
    store,
    codec,
    connections,
    now,
    counted: (channel, status) => metrics.count('deliveries_total', { channel, status }),
    failed: (error) => failed('deliver', error),
  });
}
