import { COUNTS as CASE_COUNTS } from '@yujing/case';
import { CONSOLE_METRICS } from '@yujing/console';
import { DELIVER_METRICS } from '@yujing/deliver';
import { COUNTS as DETECT_COUNTS } from '@yujing/detect';
import { DOOR_METRICS } from '@yujing/ingest';
import {
  createMetrics,
  ENGINE_METRICS,
  KAFKA_METRICS,
  LOOP_METRICS,
  metric,
  REDIS_METRICS,
  type Metrics,
} from '@yujing/runtime';
import { filesOf, textOf, yamlOf } from './project.ts';

const DECLARED: Metrics = {
  ...LOOP_METRICS,
  ...ENGINE_METRICS,
  ...DOOR_METRICS,
  ...DELIVER_METRICS,
  ...CONSOLE_METRICS,
  ...KAFKA_METRICS,
  ...REDIS_METRICS,
};

/** Labels that Prometheus gives each figure of a target (deploy/prometheus/prometheus.yml). */
const OF_TARGET = ['job', 'service', 'instance'];

/** Every name in a scrape -> its labels; histograms have three names. */
export async function knownFigures(): Promise<ReadonlyMap<string, readonly string[]>> {
  const known = new Map<string, readonly string[]>([['up', OF_TARGET]]);
  for (const [name, { type, labels }] of Object.entries(DECLARED)) {
    const all = [...OF_TARGET, ...labels];
    const full = metric.PREFIX + name;
    if (type !== 'histogram') known.set(full, all);
    else {
      known.set(`${full}_bucket`, [...all, 'le']);
      for (const part of ['sum', 'count']) known.set(`${full}_${part}`, all);
    }
  }
  // Node's own: memory, CPU, event loop.
  const text = await createMetrics({}, { process: true }).text();
  for (const [, name = ''] of text.matchAll(/^# TYPE (\S+)/gm)) known.set(name, OF_TARGET);
  return known;
}

export interface Query {
  /** where it stands */
  readonly at: string;
  readonly expr: string;
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function alertRules(): Array<Rule & { readonly file: string }> {
  return filesOf('deploy/prometheus/rules', '.yml').flatMap((file) =>
    (yamlOf(file) as { groups: Array<{ rules: Rule[] }> }).groups.flatMap(({ rules }) =>
      rules.map((rule) => ({ ...rule, file })),
    ),
  );
}

interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly datasource?: { readonly uid?: string };
  readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } };
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
  readonly targets?: ReadonlyArray<{ readonly expr: string; readonly datasource?: { readonly uid?: string } }>;
}

export function panels(): Array<Panel & { readonly at: string }> {
  return filesOf('deploy/grafana/dashboards', '.json').flatMap((file) =>
    (JSON.parse(textOf(file)) as { panels: Panel[] }).panels.map((panel) => ({
      ...panel,
      at: `${file}, ${panel.title ?? 'a panel without a title'}`,
    })),
  );
}

/** Every query of rules and dashboards; Grafana's own interval stands for a minute. */
export function queries(): Query[] {
  return [
    ...alertRules().map(({ file, alert, expr }) => ({ at: `${file}, ${alert}`, expr })),
    ...panels().flatMap(({ at, targets = [] }) =>
      targets.map(({ expr }) => ({ at, expr: expr.replaceAll('$__rate_interval', '1m') })),
    ),
  ];
}

/** Values that a label may have where a query names one; a word that nobody counts would never be seen. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  yujing_stage_counts_total: [...Object.keys(CASE_COUNTS), ...Object.keys(DETECT_COUNTS)],
  yujing_requests_refused_total: [...textOf('services/ingest/io/problem.ts').matchAll(/^ {2}([a-z_]+): \[/gm)].map(
    ([, name = '']) => name,
  ),
};

/** Names and labels of a query that no process gives. */
export function strangers({ at, expr }: Query, known: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const named = /([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?/g;
  for (const [, name = '', selector = ''] of expr.matchAll(named)) {
    const labels = known.get(name);
    if (labels === undefined) {
      if (name.startsWith(metric.PREFIX) || selector !== '') found.push(`${at}: nobody declares ${name}`);
      continue;
    }
    for (const [, label = '', value = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)) {
      if (!labels.includes(label)) found.push(`${at}: ${name} has no label ${label}`);
      const words = label === 'reason' ? WORDS[name] : undefined;
      for (const word of words === undefined ? [] : value.split('|'))
        if (!words?.includes(word)) found.push(`${at}: ${name} never has the ${label} ${word}`);
    }
  }
  return found;
}
