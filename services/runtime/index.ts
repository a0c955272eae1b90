export * from './errors/codes.ts';
export { errorsDocument } from './errors/document.ts';
export * from './errors/errors.ts';
export * from './clock/clock.ts';
export * from './codec/index.ts';
export {
  openRegistryCodec,
  registerSchemas,
  registryOptions,
  withSchemas,
  type RegisteredSchema,
  type RegistryCodec,
  type RegistryOptions,
} from './codec/registry/index.ts';
export * from './broker/broker.ts';
export * from './store/store.ts';
export { openRedis } from './store/redis/open.ts';
export type { RedisHealth, RedisStore } from './store/redis/redis-store.ts';
export { redisOptions, type RedisLog, type RedisMode, type RedisOptions } from './store/redis/options.ts';
export type { Presence } from './store/redis/presence.ts';
export { listSnapshots, type Snapshot, type SnapshotManifest } from './store/redis/snapshot/folder.ts';
export { restoreSnapshot, takeSnapshot, type SnapshotProgress } from './store/redis/snapshot/snapshot.ts';
export { REDIS_METRICS } from './store/redis/redis-metrics.ts';
export type { DiskEngine, EmbeddedEngine, FlushReport, MergedRecord } from './broker/embedded/engine.ts';
export { openEmbedded, type EmbeddedOptions } from './broker/embedded/open.ts';
export { expireOld } from './broker/embedded/retention.ts';
export { openKafka } from './broker/kafka/open.ts';
export type { KafkaBroker, KafkaHealth } from './broker/kafka/kafka-broker.ts';
export { KAFKA_METRICS } from './broker/kafka/metrics.ts';
export { kafkaOptions, type KafkaLog, type KafkaMetrics, type KafkaOptions } from './broker/kafka/options.ts';
export { createTopics, type SetupOptions, type TopicReport } from './broker/kafka/topics.ts';
export { connectRemote, type Remote } from './broker/remote/connect.ts';
export { serveEngine, type Served } from './broker/remote/serve.ts';
export {
  openUpstream,
  type Upstream,
  type UpstreamBatch,
  type UpstreamHandler,
  type UpstreamOptions,
  type UpstreamRecord,
} from './broker/kafka/upstream.ts';
export { openChannel, Transfer, type Calls, type Channel } from './broker/remote/channel.ts';
export * from './stage/index.ts';
export * as setting from './config/setting.ts';
export { declareSettings, type Setting, type Settings, type Values } from './config/setting.ts';
export { readSettings, type ReadSettings, type SettingSources } from './config/read.ts';
export { printSettings, settingsDocument, settingsHelp, type SettingsGroup } from './config/document.ts';
export * from './database/index.ts';
export { CLUSTER_SETTINGS } from './config/cluster-settings.ts';
export { EMBEDDED_SETTINGS, LOG_LEVELS, PROCESS_SETTINGS } from './config/runtime-settings.ts';
export { createLogger, type LogLevel, type LogOptions } from './observe/logger.ts';
export { MASK, mask } from './observe/mask.ts';
export { safe, type SafeError } from './observe/safe.ts';
export * as metric from './observe/metric.ts';
export { declareMetrics, metricsDocument, type Metric, type Metrics, type MetricsGroup } from './observe/metric.ts';
export {
  createMetrics,
  METRICS_TYPE,
  renderMetrics,
  type MetricRegistry,
  type MetricsSnapshot,
} from './observe/registry.ts';
export { LOOP_METRICS, loopMetrics } from './observe/loop-metrics.ts';
export { ENGINE_METRICS, observeEngine } from './observe/engine-metrics.ts';
export { createHealth, type Answer, type Health, type HealthOptions, type HealthReason } from './observe/health.ts';
export { observeRoutes, serveObserve, type ObserveOptions, type ObserveServer } from './observe/serve.ts';
