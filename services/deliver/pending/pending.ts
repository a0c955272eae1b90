import type { CaseStatus, Channel, RecordType, RecordTypes } from '@yujing/schemas';

/** An order that no page has been told of yet. */
export interface PendingOrder {
  readonly order_id: string;
  readonly case_id: string;
  readonly subject: string;
  readonly officer: string;
  readonly step: number;
  readonly channels: readonly Channel[];
  /** pushes tried so far on the channel that waits for a page */
  tries: number;
}

/** Nobody needs to be called any more. */
const OVER: readonly CaseStatus[] = [
  'rejected',
  'merged',
  'acked',
  'en_route',
  'on_site',
  'contacted',
  'outcome_reported',
  'follow_up',
  'closed',
  'expired',
];

/**
 * Orders of one partition that still wait for an open page, in the order they came. A function of the log: what is told, or
 * taken by somebody, or over, is no longer here.
 */
export class Pending {
  readonly #orders: Map<string, PendingOrder>;

  constructor(orders: readonly PendingOrder[] = []) {
    this.#orders = new Map(orders.map((order) => [order.order_id, { ...order }]));
  }

  get size(): number {
    return this.#orders.size;
  }

  all(): readonly PendingOrder[] {
    return [...this.#orders.values()];
  }

  /** Takes one record; the order, when it is a new one to be pushed. */
  take({
    type,
    value,
  }: {
    readonly type: RecordType;
    readonly value: RecordTypes[RecordType];
  }): PendingOrder | undefined {
    switch (type) {
      case 'Order':
        return this.#add(value as RecordTypes['Order']);
      case 'Delivery':
        this.#told(value as RecordTypes['Delivery']);
        return undefined;
      case 'Case': {
        const { case_id, status } = value as RecordTypes['Case'];
        if (OVER.includes(status)) this.#drop(case_id);
        return undefined;
      }
      default:
        return undefined;
    }
  }

  /** The page was told, or the order cannot wait for one. */
  done(order_id: string): void {
    this.#orders.delete(order_id);
  }

  #add({ order_id, case_id, subject, officer, step, channels }: RecordTypes['Order']): PendingOrder {
    const order = { order_id, case_id, subject, officer, step, channels, tries: 0 };
    // A newer order of the same case takes the place of the older one on the same phone.
    for (const other of this.#orders.values()) {
      if (other.case_id === case_id && other.officer === officer) this.#orders.delete(other.order_id);
    }
    this.#orders.set(order_id, order);
    return order;
  }

  /** What stands in the log was said already, also when the commit after it was lost. */
  #told({ order_id, channel, status, attempt }: RecordTypes['Delivery']): void {
    if (channel !== 'sse') return;
    if (status === 'sent' || status === 'delivered' || status === 'read') return this.done(order_id);
    const order = this.#orders.get(order_id);
    if (order !== undefined) order.tries = Math.max(order.tries, attempt);
  }

  #drop(case_id: string): void {
    for (const order of this.#orders.values()) if (order.case_id === case_id) this.#orders.delete(order.order_id);
  }
}
