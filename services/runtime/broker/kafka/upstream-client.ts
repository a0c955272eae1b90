import { createRequire } from 'node:module';
import * as zlib from 'node:zlib';
import type * as Kafkajs from 'kafkajs';
import type { Kafka, KafkaConfig, SASLOptions } from 'kafkajs';
import { decompress, LZ4 } from './codecs.ts';
import { loadKafkajs } from './kafkajs.ts';
import type { KafkaLog, KafkaOptions } from './options.ts';
import { unpackSnappy } from './snappy.ts';

/** Where a foreign topic is, and who asks. */
export interface UpstreamCluster extends Pick<KafkaOptions, 'brokers' | 'clientId' | 'tls' | 'sasl'> {
  readonly log: KafkaLog;
}

type Package = typeof Kafkajs;
/** From Node 22.15 on. */
type MaybeZstd = { readonly zstdDecompressSync?: (bytes: Buffer) => Buffer };

let loaded: Package | undefined;

/** Loads the public kafkajs when a topic is read, and teaches it what foreign producers pack with. */
function load(): Package {
  if (loaded !== undefined) return loaded;
  // Mends the timers of its connections, which both ways of using it share.
  loadKafkajs();
  const kafkajs = createRequire(import.meta.url)('kafkajs') as Package;
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  const reads = (unpack: (bytes: Buffer) => Buffer) => () => ({
    compress: () => Promise.reject(new Error('foreign topics are only read')),
    decompress: async (bytes: Buffer) => unpack(bytes),
  });
  CompressionCodecs[CompressionTypes.LZ4] = reads((bytes) => decompress(LZ4, bytes));
  CompressionCodecs[CompressionTypes.Snappy] = reads(unpackSnappy);
  const { zstdDecompressSync } = zlib as MaybeZstd;
  if (zstdDecompressSync !== undefined) CompressionCodecs[CompressionTypes.ZSTD] = reads(zstdDecompressSync);
  loaded = kafkajs;
  return kafkajs;
}

/** Short tries: what lasts longer is met by a new consumer, so that a broker that went away costs seconds. */
export const TRIES = { initialRetryTime: 100, maxRetryTime: 500, factor: 0, retries: 4 } as const;

export function upstreamClient({ brokers, clientId, tls, sasl, log }: UpstreamCluster): Kafka {
  const { Kafka, logLevel } = load();
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    logLevel: logLevel.WARN,
    // What kafkajs says may hold anything; what matters is said by this folder.
    logCreator: () => (entry) => log('debug', 'kafkajs', { message: entry.log.message }),
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: TRIES,
  };
  if (tls !== undefined) config.ssl = tls;
  if (sasl !== undefined) config.sasl = sasl as SASLOptions;
  return new Kafka(config);
}
