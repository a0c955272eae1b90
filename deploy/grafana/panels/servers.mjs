// Panels of "door, cards, servers": title, what it tells, unit (Grafana's id), queries with the legend of each line.
const increase = (metric, by, selector = '') => `sum by (${by}) (increase(${metric}${selector}[10m]))`;
const quantile = (q, metric, by) =>
  `histogram_quantile(${q}, sum by (${by}, le) (rate(${metric}_bucket[$__rate_interval])))`;

export const PANELS_OF_SERVERS = [
  {
    row: 'Door',
    panels: [
      {
        title: 'Events refused',
        description: 'In ten minutes, by what was wrong with them.',
        unit: 'short',
        queries: [[increase('yujing_events_refused_total', 'reason'), '{{reason}}']],
      },
      {
        title: 'Requests refused',
        description: 'In ten minutes. busy and failed are ours, the rest is the source’s.',
        unit: 'short',
        queries: [[increase('yujing_requests_refused_total', 'reason'), '{{reason}}']],
      },
      {
        title: 'Records durable in the feed',
        description: 'By door, a second; ticks among them, so it is never 0.',
        unit: 'cps',
        queries: [['rate(yujing_feed_records_total[$__rate_interval])', '{{instance}}']],
      },
      {
        title: 'Late, forgotten, lost',
        description: 'In ten minutes.',
        unit: 'short',
        queries: [
          [increase('yujing_events_late_total', 'reason'), '{{reason}}'],
          ['sum(increase(yujing_event_ids_forgotten_total[10m]))', 'ids forgotten early'],
          ['sum(increase(yujing_dead_letters_lost_total[10m]))', 'refused and not kept'],
        ],
      },
    ],
  },
  {
    row: 'Cards and people',
    panels: [
      {
        title: 'Pushes',
        description: 'In ten minutes, by way and by what became of them.',
        unit: 'short',
        queries: [[increase('yujing_deliveries_total', 'channel, status'), '{{channel}} {{status}}']],
      },
      {
        title: 'Nobody there',
        description: 'In ten minutes: steps that found nobody on duty, cards whose whole ladder went by.',
        unit: 'short',
        queries: [
          [
            increase(
              'yujing_stage_counts_total',
              'reason',
              '{stage="case", reason=~"nobody_on_duty|ladder_exhausted"}',
            ),
            '{{reason}}',
          ],
        ],
      },
      {
        title: 'Open pages',
        description: 'Live streams, and those cut off because they did not take what they were sent.',
        unit: 'short',
        queries: [
          ['sum(yujing_live_streams_connections)', 'open'],
          ['sum(increase(yujing_live_streams_dropped_total[10m]))', 'cut off in ten minutes'],
        ],
      },
      {
        title: 'Answers of the API',
        description: 'The slowest of a hundred, by route.',
        unit: 's',
        queries: [[quantile(0.99, 'yujing_api_request_seconds', 'route'), '{{route}}']],
      },
      {
        title: 'Failed answers of the API',
        description: 'In ten minutes, by route.',
        unit: 'short',
        queries: [[increase('yujing_api_requests_total', 'route, status', '{status=~"5.."}'), '{{route}} {{status}}']],
      },
      {
        title: 'Read model behind',
        description: 'Records of the case log that lists and boards do not show yet.',
        unit: 'short',
        queries: [['yujing_read_model_lag_records', '{{instance}}']],
      },
    ],
  },
  {
    row: 'Redis',
    panels: [
      {
        title: 'Memory of the fullest master',
        description: 'At its limit no stage commits.',
        unit: 'percentunit',
        max: 1,
        queries: [['max(yujing_redis_used_bytes / (yujing_redis_limit_bytes > 0))', 'of maxmemory']],
      },
      {
        title: 'Load and commit',
        description: 'The slowest of a hundred, as the stage waits for it.',
        unit: 's',
        queries: [
          [quantile(0.99, 'yujing_redis_load_seconds', 'stage'), '{{stage}} load'],
          [quantile(0.99, 'yujing_redis_commit_seconds', 'stage'), '{{stage}} commit'],
        ],
      },
      {
        title: 'Failures',
        description: 'In ten minutes.',
        unit: 'short',
        queries: [
          [increase('yujing_redis_failures_total', 'reason'), '{{reason}}'],
          ['sum(increase(yujing_redis_reconnects_total[10m]))', 'connected again'],
        ],
      },
    ],
  },
  {
    row: 'Kafka',
    panels: [
      {
        title: 'Append',
        description: 'From sending to the answer.',
        unit: 's',
        queries: [
          [quantile(0.5, 'yujing_kafka_append_seconds', 'service'), '{{service}} p50'],
          [quantile(0.99, 'yujing_kafka_append_seconds', 'service'), '{{service}} p99'],
        ],
      },
      {
        title: 'Records written',
        description: 'That the brokers say are written, by process.',
        unit: 'cps',
        queries: [['sum by (service) (rate(yujing_kafka_appended_records_total[$__rate_interval]))', '{{service}}']],
      },
      {
        title: 'Bytes fetched',
        description: 'As they were packed, by process.',
        unit: 'Bps',
        queries: [['sum by (service) (rate(yujing_kafka_fetched_bytes_total[$__rate_interval]))', '{{service}}']],
      },
      {
        title: 'Trouble',
        description: 'In ten minutes: partitions not written, fetches refused, connections lost, groups formed anew.',
        unit: 'short',
        queries: [
          [increase('yujing_kafka_append_holes_total', 'service, reason'), '{{service}} not written: {{reason}}'],
          [increase('yujing_kafka_fetch_errors_total', 'service, reason'), '{{service}} not fetched: {{reason}}'],
          [
            increase('yujing_kafka_connections_lost_total', 'service, reason'),
            '{{service}} connection lost: {{reason}}',
          ],
          [increase('yujing_kafka_group_joins_total', 'service'), '{{service}} group formed'],
        ],
      },
    ],
  },
];
