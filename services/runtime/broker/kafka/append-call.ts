import { BrokerError } from '../../errors/errors.ts';
import type { AppendRecord } from '../broker.ts';
import type { Segment } from './lane.ts';
import type { KafkaMetrics } from './options.ts';

/** One append call; answered once all its partitions are. */
export class AppendCall {
  readonly answer: Promise<ReadonlySet<number>>;
  readonly #written = new Set<number>();
  readonly #metrics: KafkaMetrics;
  #open: number;
  #resolve!: (written: ReadonlySet<number>) => void;
  #reject!: (error: unknown) => void;

  constructor(partitions: number, metrics: KafkaMetrics) {
    this.#open = partitions;
    this.#metrics = metrics;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  segment(partition: number, records: readonly AppendRecord[], since: number): Segment {
    const settle = (): boolean => {
      const before = segment.isSettled;
      segment.isSettled = true;
      return !before;
    };
    const segment: Segment = {
      records,
      since,
      isSettled: false,
      taken: 0,
      written: () => {
        if (!settle()) return;
        this.#written.add(partition);
        this.#close();
      },
      missed: () => {
        if (!settle()) return;
        this.#metrics.count('kafka_appends_missed_total', {}, 1);
        this.#close();
      },
      failed: (error) => {
        if (settle()) this.#reject(error);
      },
    };
    return segment;
  }

  #close(): void {
    if (--this.#open > 0) return;
    if (this.#written.size > 0) this.#resolve(this.#written);
    else this.#reject(new BrokerError('append_unknown'));
  }
}
