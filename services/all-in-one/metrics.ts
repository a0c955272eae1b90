import { declareMetrics, metric } from '@yujing/runtime';

/** Figures of the main thread; those of the path thread are the run loop's. */
export const MAIN_METRICS = declareMetrics({
  door_total: metric.counter('what the door counts: events, records, values, by reason where there is one', ['what', 'reason']),
});
