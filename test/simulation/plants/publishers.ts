import type { AppendRecord, Broker, OutboxRecord, Publisher, PublisherOptions } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';

/** Rule 7: every record goes its own way at once, so one that has to be sent again is overtaken by those after it. */
export class OvertakingPublisher implements Publisher {
  readonly #options: PublisherOptions;
  readonly #sent = new Set<{ readonly log: LogName; readonly partition: number; readonly record: AppendRecord }>();
  #waiters: Array<() => void> = [];
  #closed = false;

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  get unacknowledged(): number {
    return this.#sent.size;
  }

  enqueue(log: LogName, partition: number, record: AppendRecord): void {
    const entry = { log, partition, record };
    this.#sent.add(entry);
    void this.#send(entry);
  }

  outbox(): readonly OutboxRecord[] {
    return [...this.#sent].flatMap(({ log, partition, record: { key, bytes, stamp } }) =>
      stamp === undefined ? [] : [{ log, partition, key, bytes, stamp }],
    );
  }

  idle(): Promise<void> {
    if (this.#sent.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  room(): Promise<void> {
    return this.#sent.size <= this.#options.settings.queueRecords ? Promise.resolve() : this.idle();
  }

  close(): void {
    this.#closed = true;
    this.#sent.clear();
  }

  async #send(entry: {
    readonly log: LogName;
    readonly partition: number;
    readonly record: AppendRecord;
  }): Promise<void> {
    const { broker, clock } = this.#options;
    while (!this.#closed) {
      const written = await broker
        .append(entry.log, new Map([[entry.partition, [entry.record]]]))
        .then((named) => named.has(entry.partition))
        .catch(() => false);
      if (written) break;
      await clock.sleep(50);
    }
    this.#sent.delete(entry);
    if (this.#sent.size === 0) for (const resolve of this.#waiters.splice(0)) resolve();
  }
}

/** Rule 7: a resolved append is taken for a written one. */
export function trusting(broker: Broker): Broker {
  return {
    ...broker,
    async append(log, batches) {
      await broker.append(log, batches);
      return new Set(batches.keys());
    },
  };
}

/** Rule 3: the origin of a stamp does not say which incarnation of the log was read. */
export function withoutLogId(broker: Broker): Broker {
  return {
    ...broker,
    append(log, batches) {
      const renamed = [...batches].map(([partition, records]) => {
        const plain = records.map((record) => {
          const { stamp } = record;
          if (stamp === undefined) return record;
          return { ...record, stamp: { ...stamp, origin: stamp.origin.replace(/^feed@\d+/, 'feed') } };
        });
        return [partition, plain] as const;
      });
      return broker.append(log, new Map(renamed));
    },
  };
}
