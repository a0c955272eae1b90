import { createMetrics } from '@yujing/runtime';
import { expect, test } from 'vitest';
import { DOOR_METRICS, doorMetrics } from './metrics.ts';

test('figures go into a registry, with their reason where they have one', async () => {
  const registry = createMetrics(DOOR_METRICS);
  const metrics = doorMetrics(registry);
  metrics.count('events_accepted_total', 3);
  metrics.count('events_refused_total', 2, 'bad_time');
  metrics.count('events_duplicate_total', 0);
  const text = await registry.text();
  expect(text).toContain('yujing_events_accepted_total 3');
  expect(text).toContain('yujing_events_refused_total{reason="bad_time"} 2');
});
