import { declareMetrics, metric, type MetricRegistry } from '@yujing/runtime';

/** What the door counts, for `/metrics`. */
export const DOOR_METRICS = declareMetrics({
  events_accepted_total: metric.counter('events let in'),
  events_duplicate_total: metric.counter('events that were there before'),
  events_refused_total: metric.counter('events refused, by code of the refusal', ['reason']),
  events_late_total: metric.counter('events let in late or in retrospect', ['reason']),
  fields_ignored_total: metric.counter('fields of events that the door does not know'),
  requests_refused_total: metric.counter('requests refused whole, by problem', ['reason']),
  feed_records_total: metric.counter('records that are durable in the feed'),
  feed_appends_retried_total: metric.counter('appends to the feed that were tried again'),
  values_minted_total: metric.counter('clear values that were new to the vault'),
  event_ids_forgotten_total: metric.counter('event ids forgotten before their time, for want of memory'),
  dead_letters_lost_total: metric.counter('refused events that could not be kept'),
  persons_registered_total: metric.counter('register entries taken'),
});

/** What the reader of an upstream topic counts. */
export const UPSTREAM_METRICS = declareMetrics({
  upstream_messages_read_total: metric.counter('messages of an upstream topic that were taken or put aside'),
  upstream_events_mapped_total: metric.counter('events that the mapping made of them'),
  upstream_messages_refused_total: metric.counter('messages that the mapping could make nothing of, by code', [
    'reason',
  ]),
  upstream_messages_missed_total: metric.counter('messages that were deleted upstream before they were read'),
  upstream_batches_retried_total: metric.counter('batches that the door did not take at once'),
  upstream_lag_records: metric.gauge('messages that are not read yet', ['partition']),
});
export type UpstreamMetrics = Pick<MetricRegistry<typeof UPSTREAM_METRICS>, 'count' | 'set'>;
export const NO_UPSTREAM_METRICS: UpstreamMetrics = { count: () => undefined, set: () => undefined };

export type DoorCount = keyof typeof DOOR_METRICS;

/** A port, so that the parts of the door and their tests need no registry. */
export interface DoorMetrics {
  /** `reason` stands where the metric has that label */
  count(name: DoorCount, by: number, reason?: string): void;
}

export const NO_METRICS: DoorMetrics = { count: () => undefined };

/** The door's figures, put into a registry that declares {@link DOOR_METRICS}. */
export function doorMetrics(registry: Pick<MetricRegistry<typeof DOOR_METRICS>, 'count'>): DoorMetrics {
  return {
    count(name, by, reason) {
      if (by === 0) return;
      // The two kinds of counters differ in their labels, which a name in a variable cannot tell the compiler.
      const labels = (reason === undefined ? {} : { reason }) as { reason: string };
      registry.count(name as 'events_refused_total', labels, by);
    },
  };
}
