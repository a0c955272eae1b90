import type { LoopCounter, LoopGauge, LoopMetrics, LoopTiming } from '../stage/ports.ts';
import { counter, declareMetrics, gauge, histogram } from './metric.ts';
import type { MetricRegistry } from './registry.ts';

const STAGE = ['stage'] as const;
const REASON = ['stage', 'reason'] as const;
const PARTITION = ['stage', 'partition'] as const;

/** What the run loop says of itself, embedded and in a cluster. */
export const LOOP_METRICS = declareMetrics({
  records_handled_total: counter('records that a handler finished', STAGE),
  records_repeated_total: counter('records dropped because their stamp was not newer', STAGE),
  records_dropped_total: counter('records that a handler dropped, by reason', REASON),
  records_retried_total: counter('records that a handler asked for again, by reason', REASON),
  records_dead_lettered_total: counter('records put aside, by reason', REASON),
  outputs_total: counter('records emitted', STAGE),
  adoptions_total: counter('adoptions that counted, by kind', REASON),
  adoptions_passed_over_total: counter('adoptions read back that did not count, by kind', REASON),
  adoptions_appended_total: counter('adoptions appended by the owner of a partition', STAGE),
  dues_appended_total: counter('deadlines of people that passed and were written down', STAGE),
  commits_total: counter('commits applied', STAGE),
  commits_refused_total: counter('commits refused because something else was in the store', STAGE),
  restarts_total: counter('times a partition dropped its memory and started from the store, by reason', REASON),
  entities_too_large_total: counter('entities above the bound of 32 kB', STAGE),
  stage_counts_total: counter('what handlers count, by their own closed list', REASON),
  appends_repeated_total: counter('appends whose answer did not name every partition', STAGE),
  flushes_total: counter('flushes of the embedded engine', STAGE),
  commit_seconds: histogram('time of a commit', STAGE),
  flush_seconds: histogram('time of a flush', STAGE),
  round_seconds: histogram('time of one round over the stages', STAGE),
  chunk_seconds: histogram('time without a turn of the event loop', STAGE),
  behind_records: gauge('records of the log not yet handled', PARTITION),
  in_memory_entities: gauge('entities held in memory', PARTITION),
  unacknowledged_records: gauge('outputs sent and not yet acknowledged', PARTITION),
});

const TIMINGS = {
  commit_ms: 'commit_seconds',
  flush_ms: 'flush_seconds',
  round_ms: 'round_seconds',
  chunk_ms: 'chunk_seconds',
} as const satisfies Record<LoopTiming, keyof typeof LOOP_METRICS>;

const GAUGES = {
  records_behind: 'behind_records',
  entities_in_memory: 'in_memory_entities',
  records_unacknowledged: 'unacknowledged_records',
} as const satisfies Record<LoopGauge, keyof typeof LOOP_METRICS>;

/** counters that have a reason beside the stage */
const WITH_REASON: ReadonlySet<LoopCounter> = new Set(
  (Object.keys(LOOP_METRICS) as Array<keyof typeof LOOP_METRICS>)
    .filter((name) => (LOOP_METRICS[name].labels as readonly string[]).includes('reason'))
    .map((name) => name.replace(/_total$/, '') as LoopCounter),
);

/** The run loop's figures, put into a registry that declares {@link LOOP_METRICS}. */
export function loopMetrics(
  registry: Pick<MetricRegistry<typeof LOOP_METRICS>, 'count' | 'set' | 'observe'>,
): LoopMetrics {
  return {
    count(name, stage, reason, by) {
      // The two kinds of counters differ in their labels, which a name in a variable cannot tell the compiler.
      const total = `${name}_total` as 'records_dropped_total';
      const labels = WITH_REASON.has(name) ? { stage, reason } : { stage };
      registry.count(total, labels as { stage: string; reason: string }, by);
    },
    observe: (name, stage, value) => registry.observe(TIMINGS[name], { stage }, value / 1000),
    gauge: (name, stage, partition, value) =>
      registry.set(GAUGES[name], { stage, partition: String(partition) }, value),
  };
}
