import { readFileSync } from 'node:fs';
import type { Values } from '../../config/setting.ts';
import type { CLUSTER_SETTINGS } from '../../config/cluster-settings.ts';
import type { MetricRegistry } from '../../observe/registry.ts';
import type { KAFKA_METRICS } from './metrics.ts';

export type KafkaLogLevel = 'debug' | 'info' | 'warn' | 'error';
export type KafkaLog = (
  level: KafkaLogLevel,
  message: string,
  facts: Readonly<Record<string, string | number | boolean>>,
) => void;
export type KafkaMetrics = Pick<MetricRegistry<typeof KAFKA_METRICS>, 'count' | 'observe' | 'set'>;

export interface KafkaOptions {
  /** addresses to begin with; the others are learned from them */
  readonly brokers: readonly string[];
  /** prefix of topics and groups */
  readonly installation: string;
  readonly clientId: string;
  /** present = TLS */
  readonly tls?: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer } | undefined;
  readonly sasl?:
    | {
        readonly mechanism: 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: string;
      }
    | undefined;
  /** an append waits this long for others to go with it when nothing is under way */
  readonly lingerMs?: number | undefined;
  readonly metrics?: KafkaMetrics | undefined;
  readonly log?: KafkaLog | undefined;
}

export const LINGER_MS = 5;
export const NO_LOG: KafkaLog = () => {};
export const NO_KAFKA_METRICS: KafkaMetrics = { count() {}, observe() {}, set() {} };

/** From the settings of a process. @throws when a certificate cannot be read */
export function kafkaOptions(values: Values<typeof CLUSTER_SETTINGS>, clientId: string): KafkaOptions {
  const pem = (path: string | null): Buffer | undefined => (path === null ? undefined : readFileSync(path));
  const ca = pem(values.brokerCa);
  const cert = pem(values.brokerCert);
  const key = pem(values.brokerKey);
  const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const { brokerSasl, brokerUser, brokerPassword } = values;
  return {
    brokers: values.brokers,
    installation: values.installation,
    clientId,
    tls: values.brokerTls ? tls : undefined,
    sasl:
      brokerSasl === 'none'
        ? undefined
        : { mechanism: brokerSasl, username: brokerUser ?? '', password: brokerPassword ?? '' },
  };
}
