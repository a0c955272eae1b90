import { BrokerError } from '../../errors/errors.ts';
import { Cursor } from './cursor.ts';
import type { MergedRecord } from './engine.ts';
import type { EmbeddedLog } from './log.ts';

/** Readers that go on where they stopped need no search; a log has few of them. */
const CURSORS_KEPT = 4;

/** Reads a log over all partitions, synchronously, to the end of its tail. */
export class MergedReader {
  readonly #log: EmbeddedLog;
  #cursors: Cursor[] = [];

  constructor(log: EmbeddedLog) {
    this.#log = log;
  }

  /** @throws BrokerError `position_out_of_range` */
  read(fromOrder: number, max: number): MergedRecord[] {
    const end = this.#log.tailOrder;
    if (fromOrder === end) return [];
    const cursor = this.#cursorAt(fromOrder);
    const records: MergedRecord[] = [];
    while (!cursor.read(records, max, end, fromOrder)) cursor.loadNow();
    return records;
  }

  #cursorAt(order: number): Cursor {
    const known = this.#cursors.findIndex((cursor) => cursor.order === order);
    const cursor = known < 0 ? this.#search(order) : this.#cursors[known]!;
    if (known < 0) this.#cursors = [cursor, ...this.#cursors.slice(0, CURSORS_KEPT - 1)];
    return cursor;
  }

  #search(order: number): Cursor {
    const low = this.#log.low.order;
    const high = this.#log.tailOrder;
    if (!(order >= low && order <= high)) {
      throw new BrokerError('position_out_of_range', { log: this.#log.name, position: order, low, high });
    }
    return new Cursor(this.#log, this.#log.markOfOrder(order));
  }

  /**
   * Where a merged reader goes on. When the positions are a prefix of the log, as the loop leaves them, it is their sum;
   * otherwise the first record that some partition has not had: records below their partition's position then come again.
   */
  orderOf(positions: readonly number[]): number {
    const sum = positions.reduce((total, position) => total + position, 0);
    const { low, tailOrder } = this.#log;
    if (sum >= low.order && sum <= tailOrder && this.#isPrefix(sum, positions)) return sum;
    let first = tailOrder;
    positions.forEach((position, partition) => (first = Math.min(first, this.#orderOf(partition, position))));
    return first;
  }

  #isPrefix(order: number, positions: readonly number[]): boolean {
    const cursor = new Cursor(this.#log, this.#log.markOfOrder(order));
    while (!cursor.read([], 1, order, order)) cursor.loadNow();
    return positions.every((position, partition) => cursor.offset(partition) === position);
  }

  #orderOf(partition: number, offset: number): number {
    const low = this.#log.low.offsets[partition]!;
    const { order, offsets } = this.#log.tail;
    const high = offsets[partition]!;
    if (!(offset >= low && offset <= high)) {
      throw new BrokerError('position_out_of_range', { log: this.#log.name, partition, position: offset, low, high });
    }
    const cursor = new Cursor(this.#log, this.#log.markOfOffset(partition, offset), partition);
    const records: MergedRecord[] = [];
    while (!cursor.read(records, 1, order, offset)) cursor.loadNow();
    return records[0]?.order ?? order;
  }
}
