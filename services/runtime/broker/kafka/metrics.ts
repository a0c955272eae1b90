import { counter, declareMetrics, histogram } from '../../observe/metric.ts';

/** What the Kafka client says of itself. */
export const KAFKA_METRICS = declareMetrics({
  kafka_append_seconds: histogram('time of a request that appends, from sending to the answer'),
  kafka_appended_records_total: counter('records that the broker says are written'),
  kafka_append_holes_total: counter('partitions that an append request did not write, by reason', ['reason']),
  kafka_appends_missed_total: counter('partitions of an append whose caller was told to send them again'),
  kafka_producers_total: counter('producer ids drawn; more than one a start means that a sequence was broken'),
  kafka_connections_opened_total: counter('connections opened'),
  kafka_connections_lost_total: counter('connections given up, by reason', ['reason']),
  kafka_fetched_bytes_total: counter('bytes of records fetched, as they were packed'),
  kafka_fetch_errors_total: counter('partitions that a fetch did not get, by reason', ['reason']),
  kafka_group_joins_total: counter('generations of a group joined'),
  kafka_group_fenced_total: counter('times that all partitions were let go because the group was silent'),
});
