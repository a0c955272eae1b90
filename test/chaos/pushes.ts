import type { Codec } from '@yujing/runtime';
import { takenOf, type Dump } from '../cluster/dump.ts';
import type { Arrival } from './recovery.ts';

/** Each order, from where it stands in the log until the first word of deliver about it does. Times of the broker. */
export function pushesOf(dump: Dump, codec: Codec): Arrival[] {
  return dump.case.partitions.flatMap((partition) => {
    const orderedAt = new Map<string, number>();
    const pushedAt = new Map<string, number>();
    for (const { bytes, appendedAt } of takenOf(partition)) {
      const { type, value } = codec.decode(bytes);
      if (type === 'Order') orderedAt.set(value.order_id, appendedAt);
      else if (type === 'Delivery' && !pushedAt.has(value.order_id)) pushedAt.set(value.order_id, appendedAt);
    }
    // One that was never pushed is told of elsewhere: it may have been over before.
    return [...orderedAt].flatMap(([id, sentAt]) => {
      const seenAt = pushedAt.get(id);
      return seenAt === undefined ? [] : [{ sentAt, seenAt }];
    });
  });
}
