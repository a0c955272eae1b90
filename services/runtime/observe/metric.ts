/** One metric, declared once: a name that is in no list does not type-check. */
export type Metric<Label extends string = string> = Counter<Label> | Gauge<Label> | Histogram<Label>;

interface Declared<Label extends string> {
  /** what it counts or measures, as one sentence without the full stop */
  readonly help: string;
  readonly labels: readonly Label[];
}

export interface Counter<Label extends string = string> extends Declared<Label> {
  readonly type: 'counter';
}

export interface Gauge<Label extends string = string> extends Declared<Label> {
  readonly type: 'gauge';
}

export interface Histogram<Label extends string = string> extends Declared<Label> {
  readonly type: 'histogram';
  readonly buckets: readonly number[];
}

export type Metrics = Readonly<Record<string, Metric>>;

export function counter<const L extends string = never>(help: string, labels: readonly L[] = []): Counter<L> {
  return { type: 'counter', help, labels };
}

export function gauge<const L extends string = never>(help: string, labels: readonly L[] = []): Gauge<L> {
  return { type: 'gauge', help, labels };
}

/** From a millisecond to half a minute. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

export function histogram<const L extends string = never>(
  help: string,
  labels: readonly L[] = [],
  buckets: readonly number[] = SECONDS,
): Histogram<L> {
  return { type: 'histogram', help, labels, buckets };
}

/** What a name ends with says its unit; counters end in `_total`. */
const UNITS = /_(seconds|bytes|ratio|records|entities|info|timestamp_seconds|partitions|requests|connections)$/;

/** Checks names and helps once, where they are declared. */
export function declareMetrics<const M extends Metrics>(metrics: M): M {
  for (const [name, { type, help, labels }] of Object.entries(metrics)) {
    const right = type === 'counter' ? name.endsWith('_total') : UNITS.test(name);
    if (!/^[a-z][a-z0-9_]*$/.test(name) || !right) throw new RangeError(`metric ${name}: name a unit, or _total`);
    if (help === '' || help.endsWith('.')) throw new RangeError(`metric ${name}: help is a sentence without its stop`);
    if (labels.some((label) => IDENTITY_LABELS.test(label)))
      throw new RangeError(`metric ${name}: a label names a person`);
  }
  return metrics;
}

/** Labels multiply series and are kept for long: nobody's number, account or name is one. */
const IDENTITY_LABELS =
  /^(subject|person|token|key|number|phone|tel|account|acct|name|officer|case|case_id|order_id|event_id)$/;

export interface MetricsGroup {
  readonly title: string;
  readonly metrics: Metrics;
}

export const PREFIX = 'yujing_';

/** docs/reference/metrics.md */
export function metricsDocument(groups: readonly MetricsGroup[]): string {
  const sections = groups.map(({ title, metrics }) => {
    const rows = Object.entries(metrics).map(([name, { type, help, labels }]) => {
      return `| \`${PREFIX}${name}\` | ${type} | ${labels.join(', ')} | ${help} |`;
    });
    return `## ${title}\n\n| name | type | labels | meaning |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# Metrics\n\nWritten from the declarations in the code by \`npm run document\`. Do not edit.\nServed at \`/metrics\`. Labels are from closed lists; none names a person, a number or an account.\n\n${sections.join('\n')}`;
}
