import { declareMetrics, metric } from '@yujing/runtime';

/** What deliver counts, for `/metrics`. */
export const DELIVER_METRICS = declareMetrics({
  deliveries_total: metric.counter('pushes by way and by what became of them', ['channel', 'status']),
});
