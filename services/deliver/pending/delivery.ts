import { createHash } from 'node:crypto';
import type { Channel, RecordTypes } from '@yujing/schemas';
import type { Pushed } from '../channels/channel.ts';
import type { PendingOrder } from './pending.ts';

/** The same word about the same push has the same id, however often it is said. */
export function deliveryId(
  order_id: string,
  channel: Channel,
  status: Pushed['status'],
  device: string | null,
): string {
  return createHash('sha256')
    .update(`${order_id}|${channel}|${status}|${device ?? ''}`)
    .digest('hex')
    .slice(0, 32);
}

export function deliveryRecord(
  order: PendingOrder,
  channel: Channel,
  { status, error_code }: Pushed,
  at: number,
): RecordTypes['Delivery'] {
  return {
    delivery_id: deliveryId(order.order_id, channel, status, null),
    subject: order.subject,
    case_id: order.case_id,
    order_id: order.order_id,
    step: order.step,
    officer: order.officer,
    channel,
    status,
    device: null,
    attempt: Math.max(1, order.tries),
    error_code,
    at,
    reported_by: 'server',
  };
}
