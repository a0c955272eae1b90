import type { AnyRecord } from './records.ts';
import { frame, type LiveClient } from './client.ts';
import { eventsOf } from './events.ts';
import type { HubOptions } from './hub.ts';
import { formatVector, type Vector } from './vector.ts';

type Sources = Pick<HubOptions, 'broker' | 'codec' | 'follow' | 'memory' | 'masks' | 'stations' | 'currency'>;

const BATCH = 500;

/** Serves a client that was away longer than the ring reaches, straight from the log. */
export class History {
  readonly #sources: Sources;
  readonly #mark: string;

  constructor(sources: Sources, mark: string) {
    this.#sources = sources;
    this.#mark = mark;
  }

  /** Sends what lies between; undefined when the log no longer holds it. */
  async send(client: LiveClient, from: Vector, until: Vector): Promise<number[] | undefined> {
    const vector = [...from];
    for (const [partition, goal] of until.entries()) {
      if ((vector[partition] as number) >= goal) continue;
      const { low } = await this.#sources.broker.range('case', partition);
      if ((vector[partition] as number) < low) return undefined;
      await this.#sendPartition(client, vector, partition, goal);
      if (!client.isOpen) break;
    }
    return vector;
  }

  async #sendPartition(client: LiveClient, vector: number[], partition: number, goal: number): Promise<void> {
    const { broker, codec, follow } = this.#sources;
    const position = vector[partition] as number;
    // Without the stamps of that place a repeat may come twice; clients know a revision and an order id again.
    const follower = await follow({ broker, codec, log: 'case', partition, position, stamps: [] });
    try {
      while ((vector[partition] as number) < goal && client.isOpen) {
        const batch = await follower.poll(BATCH);
        await this.#sendRecords(
          client,
          vector,
          partition,
          batch.records.filter(({ offset }) => offset < goal),
        );
        vector[partition] = Math.min(batch.position, goal);
        await client.drained();
      }
    } finally {
      await follower.close();
    }
  }

  async #sendRecords(
    client: LiveClient,
    vector: number[],
    partition: number,
    records: readonly AnyRecord[],
  ): Promise<void> {
    const { memory, masks, stations, currency } = this.#sources;
    const named = await masks.of(records.flatMap((record) => (record.type === 'Case' ? [record.value.subject] : [])));
    for (const record of records) {
      vector[partition] = record.offset + 1;
      for (const { event, audience } of eventsOf(record, {
        memory,
        masks: named,
        stations,
        currency,
        before: undefined,
      })) {
        if (!audience(client.viewer)) continue;
        client.write(frame(formatVector(this.#mark, vector), event.kind, JSON.stringify(event)));
      }
    }
  }
}
