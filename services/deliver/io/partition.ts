import { setImmediate as breathe } from 'node:timers/promises';
import {
  createFollower,
  partitionOf,
  type AppendRecord,
  type Broker,
  type Codec,
  type CommitHead,
  type Followed,
  type Slot,
  type Store,
} from '@yujing/runtime';
import type { Channel, RecordTypes } from '@yujing/schemas';
import { notConfigured, type PushChannel } from '../channels/channel.ts';
import { deliveryRecord } from '../pending/delivery.ts';
import { Pending, type PendingOrder } from '../pending/pending.ts';

export interface PartitionOptions {
  readonly broker: Broker;
  readonly store: Store;
  readonly codec: Codec;
  readonly channels: ReadonlyMap<Channel, PushChannel>;
  /** time that goes into the records: the door's in `clock: door` */
  readonly now: () => number;
  /** random, never used before */
  readonly newId: () => string;
  /** how often waiting orders are looked at */
  readonly every_ms: number;
  readonly counted: (channel: Channel, status: RecordTypes['Delivery']['status']) => void;
}

const BATCH = 500;
/** A position that moved without anything to tell is kept now and then: reading a little again does no harm. */
const IDLE_COMMIT_RECORDS = 2_000;
const SSE: Channel = 'sse';

/** Somebody else commits this slot, or the store lost its tail: what is in memory counts for nothing. */
export class StaleError extends Error {
  override readonly name = 'StaleError';
}

/**
 * Pushes the orders of one partition: reads `case`, writes `Delivery` back, keeps position and waiting orders by
 * compare-and-set. Records are appended before the commit: after a crash the same ids are said again, which changes nothing.
 */
export class DeliverPartition {
  readonly #options: PartitionOptions;
  readonly #partition: number;
  readonly #slot: Slot;
  #pending = new Pending();
  #commit: CommitHead | undefined;
  #position = 0;
  #stamps: Followed['stamps'] = [];
  #committedAt = 0;
  #lookedAt = 0;

  constructor(options: PartitionOptions, partition: number) {
    this.#options = options;
    this.#partition = partition;
    this.#slot = { stage: 'deliver', logId: options.broker.logId('case'), partition };
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** Runs until told to stop. @throws StaleError, or what broker and store throw; the caller starts it again. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#load();
    const { broker, codec } = this.#options;
    const from = { position: this.#position, stamps: this.#stamps };
    const follower = await createFollower({ broker, codec, log: 'case', partition: this.#partition, ...from });
    try {
      while (!signal.aborted) {
        const batch = await follower.poll(BATCH);
        if (signal.aborted) return;
        await this.#take(batch);
        // A reader that answers at once may not starve everything else.
        if (batch.records.length === 0) await breathe();
      }
    } finally {
      await follower.close();
    }
  }

  async #load(): Promise<void> {
    const { head } = await this.#options.store.head(this.#slot);
    this.#commit = head;
    this.#position = head?.position ?? (await this.#options.broker.range('case', this.#partition)).low;
    this.#stamps = head?.stamps ?? [];
    this.#committedAt = this.#position;
    this.#pending = new Pending(
      head === undefined ? [] : (JSON.parse(Buffer.from(head.meta).toString()) as PendingOrder[]),
    );
  }

  async #take({ records, position, stamps }: Followed): Promise<void> {
    const before = this.#pending.size;
    const fresh = records.map((record) => this.#pending.take(record)).filter((order) => order !== undefined);
    // What ended or was pushed within the batch needs no push any more.
    const waiting = new Set(this.#pending.all());
    const deliveries: Array<RecordTypes['Delivery']> = [];
    for (const order of fresh)
      if (waiting.has(order) && order.tries === 0) deliveries.push(...(await this.#push(order)));
    deliveries.push(...(await this.#lookAgain(fresh)));
    await this.#append(deliveries);
    this.#position = position;
    this.#stamps = stamps;
    const changed = fresh.length > 0 || deliveries.length > 0 || before !== this.#pending.size;
    if (changed || position - this.#committedAt >= IDLE_COMMIT_RECORDS) await this.#save();
  }

  /** A new order: every way that its level names, once. */
  async #push(order: PendingOrder): Promise<Array<RecordTypes['Delivery']>> {
    order.tries = 1;
    const written: Array<RecordTypes['Delivery']> = [];
    for (const name of order.channels) {
      const channel = this.#options.channels.get(name) ?? notConfigured(name);
      const pushed = await channel.push(order);
      if (name === SSE && pushed.status === 'sent') this.#pending.done(order.order_id);
      written.push(deliveryRecord(order, name, pushed, this.#options.now()));
    }
    if (!order.channels.includes(SSE)) this.#pending.done(order.order_id);
    return written;
  }

  /** A page that opened later has the order in its list: that is said once. */
  async #lookAgain(fresh: readonly PendingOrder[]): Promise<Array<RecordTypes['Delivery']>> {
    const { channels, now, every_ms } = this.#options;
    const channel = channels.get(SSE);
    const machine = performance.now();
    if (channel === undefined || machine - this.#lookedAt < every_ms) return [];
    this.#lookedAt = machine;
    const written: Array<RecordTypes['Delivery']> = [];
    for (const order of this.#pending.all()) {
      if (fresh.includes(order)) continue;
      const pushed = await channel.push(order);
      if (pushed.status !== 'sent') continue;
      order.tries += 1;
      this.#pending.done(order.order_id);
      written.push(deliveryRecord(order, SSE, pushed, now()));
    }
    return written;
  }

  async #append(deliveries: ReadonlyArray<RecordTypes['Delivery']>): Promise<void> {
    if (deliveries.length === 0) return;
    const { broker, codec, counted } = this.#options;
    const records: AppendRecord[] = deliveries.map((delivery) => ({
      key: delivery.subject,
      bytes: codec.encode('Delivery', delivery),
    }));
    const partition = partitionOf(deliveries[0]?.subject ?? '', broker.partitions('case'));
    for (;;) {
      const written = await broker.append('case', new Map([[partition, records]]));
      if (written.has(partition)) break;
    }
    for (const { channel, status } of deliveries) counted(channel, status);
  }

  async #save(): Promise<void> {
    const head: CommitHead = {
      id: this.#options.newId(),
      position: this.#position,
      stamps: this.#stamps,
      meta: Buffer.from(JSON.stringify(this.#pending.all())),
      outbox: [],
    };
    const commit = { follows: this.#commit?.id, head, entities: new Map<string, Uint8Array | null>() };
    const { applied } = await this.#options.store.commit(this.#slot, commit);
    if (!applied) throw new StaleError('another owner has committed');
    this.#commit = head;
    this.#committedAt = this.#position;
  }
}
