import type { CaseSummary } from '../../api/views.ts';

/**
 * A case names the order that was given last. Who was called before that, and may still take it, sees the case as his own
 * and answers his own order.
 */
export function withOwnOrder<T extends Pick<CaseSummary, 'waiting_orders' | 'officer' | 'order_id'>>(
  card: T,
  me: string,
): T {
  const own = card.waiting_orders.findLast(({ officer }) => officer === me);
  return own === undefined ? card : { ...card, officer: me, order_id: own.order_id };
}
