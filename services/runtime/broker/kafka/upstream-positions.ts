import type { Admin, Consumer } from 'kafkajs';
import { BrokerError } from '../../errors/errors.ts';

interface Range {
  readonly low: number;
  readonly high: number;
}

export interface PositionsOptions {
  readonly admin: Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets'>;
  readonly topic: string;
  readonly group: string;
  readonly fromBeginning: boolean;
  /** messages that were deleted before they were read */
  missed(partition: number, count: number): void;
}

/** How often the broker is asked whether a gap between offsets was once filled. */
const GAP_CHECK_MS = 10_000;

/**
 * Where reading begins. kafkajs would take a position that is not in the topic for none and go to one end without a word; here
 * what was deleted unread is counted and told, and a position behind the end stops the reading.
 */
export class UpstreamPositions {
  readonly #options: PositionsOptions;
  readonly #next = new Map<number, number>();
  #gapCheckedAt = -Infinity;

  constructor(options: PositionsOptions) {
    this.#options = options;
  }

  /**
   * Where a member begins; null: where the group stands, which kafkajs finds by itself.
   * @throws BrokerError upstream_position
   */
  async begin(partitions: readonly number[]): Promise<ReadonlyMap<number, number | null>> {
    const { topic, missed, fromBeginning } = this.#options;
    const [committed, ranges] = await Promise.all([this.#committed(), this.#ranges()]);
    const known = new Map(this.#next);
    this.#next.clear();
    const begin = new Map<number, number | null>();
    for (const partition of partitions) {
      const range = ranges.get(partition);
      const position = committed.get(partition) ?? -1;
      if (range === undefined) continue;
      const { low, high } = range;
      if (position > high) throw new BrokerError('upstream_position', { topic, partition, position, low, high });
      if (position === -1) begin.set(partition, fromBeginning ? low : high);
      else if (position >= low) begin.set(partition, null);
      else {
        missed(partition, low - Math.max(position, known.get(partition) ?? 0, 0));
        begin.set(partition, low);
      }
      this.#next.set(partition, Math.max(position, begin.get(partition) ?? 0));
    }
    return begin;
  }

  /** Commits the beginnings that are new, until the group has them: a start at the end must not move on by a crash. */
  async fix(consumer: Pick<Consumer, 'commitOffsets'>, begins: ReadonlyMap<number, number>): Promise<boolean> {
    const { topic } = this.#options;
    if (begins.size === 0) return true;
    await consumer.commitOffsets([...begins].map(([partition, at]) => ({ topic, partition, offset: String(at) })));
    const committed = await this.#committed();
    return [...begins].every(([partition, at]) => (committed.get(partition) ?? -1) >= at);
  }

  committed(partition: number, next: number): void {
    this.#next.set(partition, next);
  }

  /** How many messages lie behind each position. */
  async behind(): Promise<ReadonlyMap<number, { readonly next: number; readonly behind: number }>> {
    const behind = new Map<number, { next: number; behind: number }>();
    const ranges = await this.#ranges();
    for (const [partition, next] of this.#next) {
      const high = ranges.get(partition)?.high ?? next;
      behind.set(partition, { next, behind: Math.max(0, high - next) });
    }
    return behind;
  }

  /** Looks at a gap before a batch: transactions and compaction leave some, retention should not. */
  async checkGap(partition: number, first: number): Promise<void> {
    const expected = this.#next.get(partition);
    if (expected === undefined || first <= expected || performance.now() - this.#gapCheckedAt < GAP_CHECK_MS) return;
    this.#gapCheckedAt = performance.now();
    const low = (await this.#ranges().catch(() => new Map<number, Range>())).get(partition)?.low ?? 0;
    if (low > expected) this.#options.missed(partition, Math.min(low, first) - expected);
  }

  async #committed(): Promise<ReadonlyMap<number, number>> {
    const { admin, group: groupId, topic } = this.#options;
    const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  }

  async #ranges(): Promise<ReadonlyMap<number, Range>> {
    const { admin, topic } = this.#options;
    const answer = await admin.fetchTopicOffsets(topic);
    return new Map(answer.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
  }
}
