import { LOG_NAMES } from '@yujing/schemas';
import type { DiskEngine } from '../broker/embedded/engine.ts';
import { counter, declareMetrics, gauge, histogram } from './metric.ts';
import type { MetricRegistry } from './registry.ts';

/** What the embedded engine says of itself. */
export const ENGINE_METRICS = declareMetrics({
  engine_flush_seconds: histogram('time until the disk had everything of a flush'),
  engine_flushed_records_total: counter('records made durable'),
  engine_flushed_bytes_total: counter('bytes of records made durable'),
  engine_flushed_entities_total: counter('entities made durable'),
  engine_log_bytes: gauge('bytes kept of a log', ['log']),
});

/** Notes every flush; answers how to stop. */
export function observeEngine(
  engine: Pick<DiskEngine, 'onDurable' | 'lastFlush' | 'bytes'>,
  registry: Pick<MetricRegistry<typeof ENGINE_METRICS>, 'count' | 'set' | 'observe'>,
): () => void {
  return engine.onDurable(() => {
    const { records, bytes, entities, durationMs } = engine.lastFlush;
    registry.observe('engine_flush_seconds', {}, durationMs / 1000);
    registry.count('engine_flushed_records_total', {}, records);
    registry.count('engine_flushed_bytes_total', {}, bytes);
    registry.count('engine_flushed_entities_total', {}, entities);
    for (const log of LOG_NAMES) registry.set('engine_log_bytes', { log }, engine.bytes(log));
  });
}
