import { afterEach, expect, test } from 'vitest';
import { createHealth, type Health } from './health.ts';
import { ENGINE_METRICS, observeEngine } from './engine-metrics.ts';
import { LOOP_METRICS, loopMetrics } from './loop-metrics.ts';
import { counter, declareMetrics, gauge, histogram } from './metric.ts';
import { createMetrics, renderMetrics } from './registry.ts';
import { serveObserve } from './serve.ts';

const METRICS = declareMetrics({
  events_total: counter('events let in', ['source']),
  ladder_exhausted_total: counter('ladders that ended'),
  behind_records: gauge('records behind', ['partition']),
  answer_seconds: histogram('time of an answer', ['route'], [0.1, 1]),
});

test('what is counted is in the text, with type and help', async () => {
  const metrics = createMetrics(METRICS);
  metrics.count('events_total', { source: 'bank' });
  metrics.count('events_total', { source: 'bank' }, 4);
  metrics.count('ladder_exhausted_total', {});
  metrics.set('behind_records', { partition: '3' }, 7);
  metrics.observe('answer_seconds', { route: '/v1/events' }, 0.5);
  const text = await metrics.text();
  expect(text).toContain('# HELP yujing_events_total events let in\n# TYPE yujing_events_total counter');
  expect(text).toContain('yujing_events_total{source="bank"} 5\n');
  expect(text).toContain('yujing_ladder_exhausted_total 1\n');
  expect(text).toContain('yujing_behind_records{partition="3"} 7\n');
  expect(text).toContain('yujing_answer_seconds_bucket{le="1",route="/v1/events"} 1\n');
});

test('names and labels that are not declared do not type-check', () => {
  const metrics = createMetrics(METRICS);
  const wrong = (): void => {
    // @ts-expect-error no such metric
    metrics.count('events', { source: 'bank' });
    // @ts-expect-error a gauge is not counted
    metrics.count('behind_records', { partition: '3' });
    // @ts-expect-error a label is missing
    metrics.count('events_total', {});
    // @ts-expect-error no such label
    metrics.set('behind_records', { partition: '3', subject: 'x' }, 1);
  };
  expect(wrong).toBeTypeOf('function');
});

test('a declaration says its unit, explains itself and names nobody', () => {
  expect(() => declareMetrics({ events: counter('x') })).toThrow('_total');
  expect(() => declareMetrics({ answer_ms: gauge('x') })).toThrow('unit');
  expect(() => declareMetrics({ x_total: counter('') })).toThrow('help');
  expect(() => declareMetrics({ x_total: counter('x', ['subject']) })).toThrow('person');
});

test('a label value that should not be there names nobody and cannot grow without bound', async () => {
  const metrics = createMetrics(METRICS);
  metrics.count('events_total', { source: '12000001234' });
  for (let n = 0; n < 1_100; n++) metrics.set('behind_records', { partition: `p${n}` }, 1);
  const text = await metrics.text();
  expect(text).not.toContain('12000001234');
  expect(text).toContain('yujing_behind_records{partition="other"} 1');
  expect(text.split('\n').filter((line) => line.startsWith('yujing_behind_records{'))).toHaveLength(1_001);
});

test('figures of two threads make one text', async () => {
  const [left, right] = [createMetrics(METRICS), createMetrics(METRICS)];
  left.count('events_total', { source: 'bank' }, 2);
  right.count('events_total', { source: 'bank' }, 3);
  right.observe('answer_seconds', { route: 'x' }, 0.01);
  const crossed = structuredClone(await right.snapshot());
  const text = await renderMetrics([await left.snapshot(), crossed]);
  expect(text).toContain('yujing_events_total{source="bank"} 5');
  expect(text).toContain('yujing_answer_seconds_count{route="x"} 1');
  expect(text.split('# TYPE yujing_events_total')).toHaveLength(2);
});

test('the figures of the loop and of the engine land where they are declared', async () => {
  const metrics = createMetrics({ ...METRICS, ...LOOP_METRICS, ...ENGINE_METRICS }, { process: true });
  const loop = loopMetrics(metrics);
  loop.count('records_dropped', 'case', 'unknown_order', 2);
  loop.count('records_handled', 'case', '', 9);
  loop.observe('flush_ms', 'path', 40);
  loop.gauge('records_behind', 'case', 3, 12);
  let flushed: () => void = () => {};
  observeEngine(
    {
      onDurable: (listener) => {
        flushed = listener;
        return () => {};
      },
      lastFlush: { records: 3, bytes: 700, entities: 2, durationMs: 4 },
      bytes: () => 4096,
    },
    metrics,
  );
  flushed();
  const text = await metrics.text();
  expect(text).toContain('yujing_records_dropped_total{stage="case",reason="unknown_order"} 2');
  expect(text).toContain('yujing_records_handled_total{stage="case"} 9');
  expect(text).toContain('yujing_flush_seconds_sum{stage="path"} 0.04');
  expect(text).toContain('yujing_behind_records{stage="case",partition="3"} 12');
  expect(text).toContain('yujing_engine_flushed_bytes_total 700');
  expect(text).toContain('yujing_engine_log_bytes{log="change"} 4096');
  expect(text).toContain('yujing_process_cpu_seconds_total');
});

const healths: Health[] = [];
afterEach(() => {
  for (const health of healths.splice(0)) health.close();
});

function healthAt(time: { now: number }): Health {
  const health = createHealth({ stallLimitMs: 1_000, now: () => time.now });
  healths.push(health);
  return health;
}

test('alive is own progress and the event loop; ready and started are other questions', () => {
  const time = { now: 0 };
  const health = healthAt(time);
  let away = true;
  health.ready(() => (away ? 'broker_unreachable' : undefined));
  expect([health.livez().status, health.readyz().status, health.startedz().status]).toEqual([200, 503, 503]);
  expect(JSON.parse(health.readyz().body)).toEqual({ ok: false, reasons: ['state_not_loaded', 'broker_unreachable'] });
  health.started();
  expect(health.startedz().status).toBe(200);
  expect(JSON.parse(health.readyz().body)).toEqual({ ok: false, reasons: ['broker_unreachable'] });
  // A broker that is away is cured by no restart.
  expect(health.livez().status).toBe(200);
  away = false;
  expect(health.readyz()).toEqual({
    status: 200,
    body: '{"ok":true,"reasons":[]}',
    contentType: 'application/json; charset=utf-8',
  });
  time.now = 5_000;
  expect(JSON.parse(health.livez().body)).toMatchObject({ ok: false, reasons: ['no_progress', 'event_loop_held'] });
  health.progress();
  expect(JSON.parse(health.livez().body)).toMatchObject({ reasons: ['event_loop_held'] });
});

test('one small server for all four', async () => {
  const health = healthAt({ now: 0 });
  const metrics = createMetrics(METRICS);
  metrics.count('ladder_exhausted_total', {});
  const server = await serveObserve({ port: 0, health, metrics: () => metrics.text() });
  const get = async (path: string, method = 'GET'): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
    return [response.status, await response.text()];
  };
  expect((await get('/metrics'))[1]).toContain('yujing_ladder_exhausted_total 1');
  expect(await get('/livez?x=1')).toEqual([200, '{"ok":true,"reasons":[]}']);
  expect((await get('/startedz'))[0]).toBe(503);
  expect((await get('/readyz'))[0]).toBe(503);
  expect((await get('/'))[0]).toBe(404);
  expect((await get('/livez', 'POST'))[0]).toBe(405);
  const taken = serveObserve({ port: server.port, health, metrics: async () => '' });
  await expect(taken).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await server.close();
  const broken = await serveObserve({ port: 0, health, metrics: () => Promise.reject(new Error('x')) });
  expect((await fetch(`http://127.0.0.1:${broken.port}/metrics`)).status).toBe(500);
  await broken.close();
});
