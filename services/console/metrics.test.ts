import { createMetrics } from '@yujing/runtime';
import { afterAll, expect, test } from 'vitest';
import { CONSOLE_METRICS, Totals } from './metrics.ts';
import { openTrial } from './stand-in/console.ts';

const registry = createMetrics(CONSOLE_METRICS);
const opened = openTrial({ sql: false, metrics: registry });
afterAll(async () => (await opened).close());

test('answers are counted by the pattern of their route, never by what was asked for', async () => {
  const trial = await opened;
  const cookie = await trial.signIn('analyst');
  await trial.call(cookie, { url: '/api/commands/cmd-secret-0001' });
  await trial.call(cookie, { url: '/api/queue' });
  const text = await registry.text();
  expect(text).toContain('yujing_api_requests_total{route="/api/commands/:command_id",status="404"} 1');
  expect(text).toContain('yujing_api_requests_total{route="/api/queue",status="200"} 1');
  expect(text).not.toContain('secret');
});

test('totals become what was added, also when a part began anew', async () => {
  const totals = new Totals(registry);
  for (const total of [3, 5, 5, 2]) totals.tell('read_model_rows_total', total);
  expect(await registry.text()).toContain('yujing_read_model_rows_total 5');
});
