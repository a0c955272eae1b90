import {
  AggregatorRegistry,
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
  collectDefaultMetrics,
} from 'prom-client';
import { mask } from './mask.ts';
import { PREFIX, type Metric, type Metrics } from './metric.ts';

type Names<M extends Metrics, Type extends Metric['type']> = {
  [Name in keyof M]: M[Name]['type'] extends Type ? Name : never;
}[keyof M] &
  string;
type Labels<M extends Metrics, Name extends keyof M> = Readonly<Record<M[Name]['labels'][number], string>>;

/** Figures of one process or thread, as they cross to the one that serves them. */
export type MetricsSnapshot = readonly object[];

/** The only way to a metric: names, kinds and labels are those of the declaration. */
export interface MetricRegistry<M extends Metrics> {
  count<Name extends Names<M, 'counter'>>(name: Name, labels: Labels<M, Name>, by?: number): void;
  set<Name extends Names<M, 'gauge'>>(name: Name, labels: Labels<M, Name>, value: number): void;
  observe<Name extends Names<M, 'histogram'>>(name: Name, labels: Labels<M, Name>, value: number): void;
  /** Prometheus text */
  text(): Promise<string>;
  snapshot(): Promise<MetricsSnapshot>;
}

export interface RegistryOptions {
  /** memory, CPU, event loop of this process as well; once in a process */
  readonly process?: boolean;
}

/** Series of one metric; a label value beyond them is counted as `other`. */
const SERIES_LIMIT = 1_000;
const OTHER = 'other';

export function createMetrics<const M extends Metrics>(metrics: M, options: RegistryOptions = {}): MetricRegistry<M> {
  const registry = new Registry();
  if (options.process === true) collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const made = new Map(Object.entries(metrics).map(([name, metric]) => [name, make(registry, name, metric)]));
  const series = new Map<string, Map<string, Record<string, string>>>();

  /** Label values come from closed lists; should one not, it names nobody and cannot grow without bound. */
  function bounded(name: string, labels: Readonly<Record<string, string>>): Record<string, string> {
    let known = series.get(name);
    if (known === undefined) series.set(name, (known = new Map()));
    let key = '';
    for (const label in labels) key += `${labels[label]}\0`;
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const isFull = known.size >= SERIES_LIMIT;
    const masked = Object.entries(labels).map(([label, value]) => [label, isFull ? OTHER : mask(value)]);
    const safe = Object.fromEntries(masked) as Record<string, string>;
    if (!isFull) known.set(key, safe);
    return safe;
  }

  return {
    count: (name, labels, by = 1) => (made.get(name) as PromCounter).inc(bounded(name, labels), by),
    set: (name, labels, value) => (made.get(name) as PromGauge).set(bounded(name, labels), value),
    observe: (name, labels, value) => (made.get(name) as PromHistogram).observe(bounded(name, labels), value),
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
  };
}

function make(registry: Registry, name: string, metric: Metric): PromCounter | PromGauge | PromHistogram {
  const common = {
    name: PREFIX + name,
    help: metric.help,
    labelNames: [...metric.labels],
    registers: [registry],
  };
  if (metric.type === 'counter') return new PromCounter(common);
  if (metric.type === 'gauge') return new PromGauge(common);
  return new PromHistogram({ ...common, buckets: [...metric.buckets] });
}

/** One text of several threads' figures: same name and labels are added up. */
export function renderMetrics(snapshots: readonly MetricsSnapshot[]): Promise<string> {
  type Parts = Parameters<typeof AggregatorRegistry.aggregate>[0];
  return AggregatorRegistry.aggregate(snapshots as unknown as Parts).metrics();
}

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;
