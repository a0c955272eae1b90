import { declareMetrics, metric, type MetricRegistry } from '@yujing/runtime';

/** What the console counts, for `/metrics`. */
export const CONSOLE_METRICS = declareMetrics({
  api_requests_total: metric.counter('requests answered, by route and status', ['route', 'status']),
  api_request_seconds: metric.histogram('time until the answer of a request, by route; live streams left out', [
    'route',
  ]),
  live_streams_connections: metric.gauge('live streams that are open'),
  live_streams_dropped_total: metric.counter('live streams cut off because they did not take what they were sent'),
  live_events_total: metric.counter('events told on the live stream, once however many hear them', ['kind']),
  read_model_rows_total: metric.counter('rows written to the read model'),
  read_model_failures_total: metric.counter('failures of the read model that were tried again'),
  read_model_lag_records: metric.gauge('records of the case log that are not yet in the read model'),
});

type Registry = MetricRegistry<typeof CONSOLE_METRICS>;

/** A port, so that the parts of the console and their tests need no registry. */
export type ConsoleMetrics = Pick<Registry, 'count' | 'set' | 'observe'>;

export const NO_METRICS: ConsoleMetrics = { count: () => {}, set: () => {}, observe: () => {} };

/** Totals of the parts, told to the registry as what was added since the last time. */
export class Totals {
  readonly #metrics: ConsoleMetrics;
  readonly #told = new Map<string, number>();

  constructor(metrics: ConsoleMetrics) {
    this.#metrics = metrics;
  }

  tell(
    name: 'live_streams_dropped_total' | 'read_model_rows_total' | 'read_model_failures_total',
    total: number,
  ): void {
    // A part that was opened anew counts from nothing again.
    const told = Math.min(this.#told.get(name) ?? 0, total);
    this.#told.set(name, total);
    if (total > told) this.#metrics.count(name, {}, total - told);
  }
}
