import { readFileSync } from 'node:fs';
import {
  ConfigError,
  kafkaOptions,
  openUpstream,
  type CLUSTER_SETTINGS,
  type Upstream,
  type UpstreamBatch,
  type UpstreamOptions,
  type Values,
} from '@yujing/runtime';
import type { DoorSettings, UpstreamSettings } from '../config.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { parseMapping } from '../mapping/parse.ts';
import { NO_UPSTREAM_METRICS, type UpstreamMetrics } from '../metrics.ts';
import type { Answer, Entrance } from './entrance.ts';
import { itemsOf, type AvroDecoder } from './upstream-items.ts';

type Log = NonNullable<UpstreamOptions['log']>;

export interface UpstreamSourceOptions {
  readonly settings: UpstreamSettings;
  /** where the topic is when the settings name no other brokers */
  readonly cluster: Values<typeof CLUSTER_SETTINGS>;
  readonly clientId: string;
  readonly entrance: Pick<Entrance, 'take'>;
  readonly door: Pick<DoorSettings, 'itemBytes' | 'queued'>;
  /** a port: needed for mappings of `format: avro` */
  readonly decodeAvro?: AvroDecoder | undefined;
  readonly metrics?: UpstreamMetrics | undefined;
  readonly log?: Log | undefined;
}

/** An upstream topic that a door reads. */
export interface UpstreamSource {
  readonly topic: string;
  readonly group: string;
  /** Settles when reading ends: resolves after `close`, rejects with what no waiting mends. */
  readonly done: Promise<void>;
  health: Upstream['health'];
  /** Lets the batch under way become durable, commits it and leaves the group. Close the door afterwards. */
  close(): Promise<void>;
}

/** Most events that one visit to the door takes: an answer waits for all of them. */
const VISIT = 1000;
const MAX_GROUP = 249;

/** @throws ConfigError with every mistake of the file */
export function readMappingFile(file: string, setting = 'upstream_mapping'): Mapping {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError([{ setting, from: file, allowed: 'a mapping file that can be read' }]);
  }
  const { mapping, problems } = parseMapping(text);
  if (mapping !== undefined) return mapping;
  throw new ConfigError(
    problems.map(({ line, column, message }) => ({ setting, from: `${file}:${line}:${column}`, allowed: message })),
  );
}

/** The brokers of the topic: foreign ones with settings of their own, or the cluster's. */
function brokersOf({ settings, cluster, clientId }: UpstreamSourceOptions): ReturnType<typeof kafkaOptions> {
  if (settings.upstreamBrokers === null) return kafkaOptions(cluster, clientId);
  const foreign = {
    ...cluster,
    brokers: settings.upstreamBrokers,
    brokerTls: settings.upstreamTls,
    brokerCa: settings.upstreamCa,
    brokerCert: settings.upstreamCert,
    brokerKey: settings.upstreamKey,
    brokerSasl: settings.upstreamSasl,
    brokerUser: settings.upstreamUser,
    brokerPassword: settings.upstreamPassword,
  };
  return kafkaOptions(foreign, clientId);
}

function mappingOf({ settings, decodeAvro }: UpstreamSourceOptions): Mapping {
  const { upstreamMapping: file } = settings;
  const setting = 'upstream_mapping';
  if (file === null) throw new ConfigError([{ setting, from: 'default', allowed: 'needed with --upstream-topic' }]);
  const mapping = readMappingFile(file, setting);
  const unread = mapping.format === 'csv' || (mapping.format === 'avro' && decodeAvro === undefined);
  if (!unread) return mapping;
  const allowed = mapping.format === 'csv' ? 'format: json or avro; files are csv, messages are not' : 'format: json';
  throw new ConfigError([{ setting, from: file, allowed }]);
}

/** Starts to read the topic that the settings name; undefined: they name none. @throws ConfigError */
export function openUpstreamSource(options: UpstreamSourceOptions): UpstreamSource | undefined {
  const { settings, cluster, log } = options;
  const { upstreamTopic: topic, upstreamFromBeginning: fromBeginning } = settings;
  if (topic === null) return undefined;
  const mapping = mappingOf(options);
  const group = settings.upstreamGroup ?? `${cluster.installation}.upstream.${topic}`.slice(0, MAX_GROUP);
  const metrics = options.metrics ?? NO_UPSTREAM_METRICS;
  const { brokers, clientId, tls, sasl } = brokersOf(options);
  const upstream = openUpstream({
    brokers,
    clientId,
    tls,
    sasl,
    topic,
    group,
    fromBeginning,
    log,
    onLag: (partition, behind) => metrics.set('upstream_lag_records', { partition: String(partition) }, behind),
    onMissed: (_, count) => metrics.count('upstream_messages_missed_total', {}, count),
    onRetry: () => metrics.count('upstream_batches_retried_total', {}),
  });
  const feeder = new Feeder(options, mapping, metrics);
  const done = upstream.run((batch, gone) => feeder.take(batch, gone));
  // Whoever looks at it late is told all the same.
  done.catch(() => {});
  return { topic, group, done, health: () => upstream.health(), close: () => upstream.close() };
}

/** Brings batches to the door, as a sender whose key is the mapping. */
class Feeder {
  readonly #options: UpstreamSourceOptions;
  readonly #mapping: Mapping;
  readonly #metrics: UpstreamMetrics;

  constructor(options: UpstreamSourceOptions, mapping: Mapping, metrics: UpstreamMetrics) {
    this.#options = options;
    this.#mapping = mapping;
    this.#metrics = metrics;
  }

  /** @throws DoorBusy: the same batch comes again, and what of it was taken counts as repeat then */
  async take(batch: UpstreamBatch, gone: AbortSignal): Promise<void> {
    const { entrance, door, decodeAvro, settings } = this.#options;
    const mapping = this.#mapping;
    const { items, refused } = await itemsOf(batch, { mapping, maxBytes: door.itemBytes, decodeAvro });
    const sender = { source: mapping.source, isHistorical: settings.upstreamHistorical };
    const visit = Math.min(VISIT, door.queued);
    for (let from = 0; from < items.length; from += visit) {
      // Committed are whole batches only, so one that is given up half-way comes again whole.
      if (gone.aborted) throw new Error('the partition is being taken away');
      const some = items.slice(from, from + visit);
      const answer = await entrance.take(some, sender, 'json');
      this.#tellLost(answer, some);
    }
    this.#metrics.count('upstream_messages_read_total', {}, batch.records.length);
    this.#metrics.count('upstream_events_mapped_total', {}, items.length - refused.length);
    for (const { code } of refused) this.#metrics.count('upstream_messages_refused_total', { reason: code });
  }

  /** The door goes on without a letter that it could not keep; here the message can still be found by its place. */
  #tellLost({ refused }: Answer, items: ReadonlyArray<{ readonly place?: string | undefined }>): void {
    for (const { index, code, dead_letter_id } of refused) {
      if (dead_letter_id !== null) continue;
      const facts = { place: items[index]?.place ?? '', reason: code };
      this.#options.log?.('error', 'a refused message could not be kept as a dead letter', facts);
    }
  }
}
