// Panels of "the path": title, what it tells, unit (Grafana's id), queries with the legend of each line.
const rate = (metric, by) => `sum by (${by}) (rate(${metric}[$__rate_interval]))`;
const quantile = (q, metric) =>
  `histogram_quantile(${q}, sum by (stage, le) (rate(${metric}_bucket[$__rate_interval])))`;

export const PANELS_OF_PATH = [
  {
    row: 'Now',
    panels: [
      {
        title: 'Processes that answer',
        description: 'By stage; 0 of one means that no warning passes it.',
        unit: 'none',
        queries: [['sum by (service) (up{job="yujing"})', '{{service}}']],
      },
      {
        title: 'Events let in',
        description: 'By the doors, a second. Ticks and touches are not among them.',
        unit: 'cps',
        queries: [
          ['sum(rate(yujing_events_accepted_total[$__rate_interval]))', 'accepted'],
          ['sum(rate(yujing_events_refused_total[$__rate_interval]))', 'refused'],
          ['sum(rate(yujing_events_duplicate_total[$__rate_interval]))', 'were there before'],
        ],
      },
      {
        title: 'Warnings',
        description: 'What detect says, a minute.',
        unit: 'cpm',
        queries: [
          [
            '60 * sum by (reason) (rate(yujing_stage_counts_total{stage="detect", reason=~"warnings|shadow_warnings|withdrawn"}[$__rate_interval]))',
            '{{reason}}',
          ],
        ],
      },
    ],
  },
  {
    row: 'Stages',
    panels: [
      {
        title: 'Records handled',
        description: 'Ticks and touches included.',
        unit: 'cps',
        queries: [[rate('yujing_records_handled_total', 'stage'), '{{stage}}']],
      },
      {
        title: 'Records behind',
        description: 'Of the log, not yet handled. A partition counts once: its newest owner knows best.',
        unit: 'short',
        queries: [['sum by (stage) (yujing_behind_records)', '{{stage}}']],
      },
      {
        title: 'Outputs',
        description: 'Records that a stage emitted.',
        unit: 'cps',
        queries: [[rate('yujing_outputs_total', 'stage'), '{{stage}}']],
      },
      {
        title: 'Commit',
        description: 'From asking the store to its answer.',
        unit: 's',
        queries: [
          [quantile(0.5, 'yujing_commit_seconds'), '{{stage}} p50'],
          [quantile(0.99, 'yujing_commit_seconds'), '{{stage}} p99'],
        ],
      },
      {
        title: 'Without a turn of the event loop',
        description: 'Over half a second heartbeats suffer.',
        unit: 's',
        queries: [[quantile(0.99, 'yujing_chunk_seconds'), '{{stage}} p99']],
      },
      {
        title: 'Outputs not acknowledged',
        description: 'On their way to the broker.',
        unit: 'short',
        queries: [['sum by (stage) (yujing_unacknowledged_records)', '{{stage}}']],
      },
      {
        title: 'Commits',
        description: 'Applied and refused, a second. A refusal now and then belongs to a rebalance.',
        unit: 'cps',
        queries: [
          [rate('yujing_commits_total', 'stage'), '{{stage}}'],
          [rate('yujing_commits_refused_total', 'stage'), '{{stage}} refused'],
        ],
      },
      {
        title: 'Put aside, dropped, restarted',
        description: 'In ten minutes, by reason.',
        unit: 'short',
        queries: [
          [
            'sum by (stage, reason) (increase(yujing_records_dead_lettered_total[10m]))',
            '{{stage}} put aside: {{reason}}',
          ],
          ['sum by (stage, reason) (increase(yujing_records_dropped_total[10m]))', '{{stage}} dropped: {{reason}}'],
          ['sum by (stage, reason) (increase(yujing_restarts_total[10m]))', '{{stage}} restarted: {{reason}}'],
        ],
      },
      {
        title: 'Entities in memory',
        description: 'Held by the workers between commits.',
        unit: 'short',
        queries: [['sum by (stage) (yujing_in_memory_entities)', '{{stage}}']],
      },
    ],
  },
  {
    row: 'Processes',
    panels: [
      {
        title: 'CPU',
        description: 'Cores in use, by process.',
        unit: 'short',
        queries: [['rate(yujing_process_cpu_seconds_total[$__rate_interval])', '{{service}} {{instance}}']],
      },
      {
        title: 'Memory',
        description: 'Resident, by process.',
        unit: 'bytes',
        queries: [['yujing_process_resident_memory_bytes', '{{service}} {{instance}}']],
      },
      {
        title: 'Event loop late',
        description: 'The 99th percentile as Node measures it.',
        unit: 's',
        queries: [['yujing_nodejs_eventloop_lag_p99_seconds', '{{service}} {{instance}}']],
      },
    ],
  },
];
