import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, Codec, Store } from '@yujing/runtime';
import type { Channel, DeliveryStatus } from '@yujing/schemas';
import type { PushChannel } from './channels/channel.ts';
import { sseChannel, type Connections } from './channels/sse/sse.ts';
import { LOOK_EVERY_MS, RETRY_MOST_MS, RETRY_MS } from './config.ts';
import { DeliverPartition } from './io/partition.ts';

export type { Push, PushChannel, Pushed, PushStatus } from './channels/channel.ts';
export { notConfigured } from './channels/channel.ts';
export { sseChannel, type Connections } from './channels/sse/sse.ts';
export { DELIVER_METRICS } from './metrics.ts';
export { deliveryId } from './pending/delivery.ts';

export interface DeliverOptions {
  /** the outside face: appends resolve when durable, readers end at the durable horizon */
  readonly broker: Broker;
  readonly store: Store;
  readonly codec: Codec;
  readonly connections: Connections;
  /** time that goes into the records: the door's in `clock: door` */
  readonly now: () => number;
  /** ways beside the page; those without one write `not_configured` */
  readonly channels?: readonly PushChannel[];
  readonly newId?: () => string;
  readonly lookEveryMs?: number;
  readonly counted?: (channel: Channel, status: DeliveryStatus) => void;
  /** what failed and is tried again; never a value of a record */
  readonly failed?: (error: unknown) => void;
}

/** A process that pushes. Several share the partitions: an order is pushed by whoever owns its partition. */
export interface Deliver {
  /** orders that wait for a page to open */
  waiting(): number;
  close(): Promise<void>;
}

/** Starts pushing. The only place that speaks to phones; one loop for each partition of `case` that the group gives us. */
export async function openDeliver(options: DeliverOptions): Promise<Deliver> {
  const { broker, store, codec, connections, now, channels = [], failed = () => undefined } = options;
  const ways = [sseChannel(connections), ...channels];
  const parts = {
    broker,
    store,
    codec,
    now,
    channels: new Map(ways.map((channel) => [channel.name, channel])),
    newId: options.newId ?? randomUUID,
    every_ms: options.lookEveryMs ?? LOOK_EVERY_MS,
    counted: options.counted ?? (() => undefined),
  };
  const running = new Map<number, { readonly partition: DeliverPartition; stop(): Promise<void> }>();
  const start = (index: number): void => {
    if (running.has(index)) return;
    const partition = new DeliverPartition(parts, index);
    const stop = new AbortController();
    const loop = keepRunning(partition, stop.signal, failed);
    running.set(index, {
      partition,
      stop: () => {
        stop.abort();
        return loop;
      },
    });
  };
  const end = async (index: number): Promise<void> => {
    const loop = running.get(index);
    running.delete(index);
    await loop?.stop();
  };
  const membership = await broker.join('deliver', 'case', { assigned: start, revoked: end });
  return {
    waiting: () => [...running.values()].reduce((sum, { partition }) => sum + partition.waiting, 0),
    async close() {
      await Promise.all([...running.keys()].map(end));
      await membership.leave();
    },
  };
}

/** A failure costs a pause and is started again from what the store holds. */
async function keepRunning(
  partition: DeliverPartition,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> {
  let wait = RETRY_MS;
  while (!signal.aborted) {
    try {
      await partition.run(signal);
      wait = RETRY_MS;
    } catch (error) {
      if (signal.aborted) return;
      failed(error);
      await sleep(wait, undefined, { signal }).catch(() => undefined);
      wait = Math.min(wait * 2, RETRY_MOST_MS);
    }
  }
}
