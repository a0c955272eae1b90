import type { Delivery } from '@yujing/schemas';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';

/**
 * What became of a push. Only the first word of each kind counts, so a repeat moves no deadline. `delivered` and `read` are
 * believed from the device alone.
 */
export function takeDelivery(turn: Turn, delivery: Delivery): string | null {
  const { open, recent } = turn.person;
  const cases: readonly CaseState[] = open === null ? recent : [open, ...recent];
  const order = cases.flatMap(({ orders }) => orders).find(({ order_id }) => order_id === delivery.order_id);
  if (order === undefined) return 'order_unknown';
  const at = Math.max(delivery.at, order.issued_at);
  if (delivery.status === 'sent') order.sent_at ??= at;
  if (delivery.reported_by !== 'device') return null;
  if (delivery.status === 'delivered' || delivery.status === 'read') order.delivered_at ??= at;
  return null;
}
