import { counter, declareMetrics, gauge, histogram } from '../../observe/metric.ts';

/** What a process says of the Redis that holds its state. */
export const REDIS_METRICS = declareMetrics({
  redis_load_seconds: histogram('time of a load: entities and the id of the newest commit', ['stage']),
  redis_commit_seconds: histogram('time of a commit by compare-and-set', ['stage']),
  redis_commits_refused_total: counter('commits refused because something else was there', ['stage']),
  redis_failures_total: counter('commands that failed, by the code of the error', ['reason']),
  redis_reconnects_total: counter('times the connection was made again'),
  redis_used_bytes: gauge('memory that Redis uses; of the fullest master'),
  redis_limit_bytes: gauge('maxmemory of that master, 0 = none set'),
});
