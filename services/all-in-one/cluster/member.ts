import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  createHealth,
  createLocalCodec,
  createLogger,
  KAFKA_METRICS,
  kafkaOptions,
  LOOP_METRICS,
  openKafka,
  openPostgres,
  openRedis,
  openRegistryCodec,
  REDIS_METRICS,
  redisOptions,
  registryOptions,
  serveObserve,
  withSchemas,
  type Broker,
  type Codec,
  type Database,
  type Health,
  type KafkaBroker,
  type MetricRegistry,
  type RedisStore,
} from '@yujing/runtime';
import { Opened } from '../opened.ts';
import type { Stoppable } from '../until-stopped.ts';
import type { MemberValues } from './member-settings.ts';
import { checkSchemaIds } from './schema-ids.ts';

/** A running process of a cluster. */
export interface Member extends Stoppable {
  readonly stage: string;
  /** port of /metrics, /livez, /readyz and /startedz */
  readonly observePort: number;
  /** of the door, or of the pages */
  readonly url?: string | undefined;
}

export type MemberMetrics = typeof LOOP_METRICS & typeof KAFKA_METRICS & typeof REDIS_METRICS;
export const MEMBER_METRICS: MemberMetrics = { ...LOOP_METRICS, ...KAFKA_METRICS, ...REDIS_METRICS };
export type Logger = ReturnType<typeof createLogger>;

/** What every process of a cluster stands on, and the list of what must be closed again. */
export interface Base {
  readonly stage: string;
  readonly values: MemberValues;
  readonly dataFolder: string;
  readonly logger: Logger;
  readonly health: Health;
  readonly opened: Opened;
  /** ends the process with this reason */
  readonly fail: (error: unknown) => void;
  readonly failed: Promise<Error>;
  /** reads and appends; every record that is read has a schema that the codec knows, or no schema at all */
  readonly broker: Broker;
  readonly kafka: KafkaBroker;
  readonly codec: Codec;
}

/** One file for all doors and consoles; `yujing setup` makes it. */
export function keysFile({ data, keys }: { readonly data: string; readonly keys: string | null }): string {
  return keys ?? `${data}.keys.json`;
}

const TURN_EVERY_MS = 1_000;

type FigureSink = Pick<MetricRegistry<MemberMetrics>, 'count' | 'set' | 'observe'>;

/** Opens log and codec, in this order, and notes how to close them. */
export async function openBase(stage: string, values: MemberValues, figures: FigureSink): Promise<Base> {
  const opened = new Opened();
  let tell: (error: Error) => void = () => undefined;
  const failed = new Promise<Error>((resolve) => (tell = resolve));
  const fail = (error: unknown): void => tell(error instanceof Error ? error : new Error(String(error)));
  const logger = createLogger({ name: stage, level: values.logLevel, toStandardError: true });
  const dataFolder = resolve(values.data);
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    const health = opened.add(createHealth({ stallLimitMs: values.stallLimitMs }), (it) => it.close());
    const registry = registryOptions(values);
    const known =
      registry === undefined
        ? undefined
        : await openRegistryCodec({
            ...registry,
            cacheFile: `${dataFolder}/schemas.json`,
            log: (level, message, facts) => (level === 'silent' ? undefined : logger[level](facts, message)),
          });
    const codec = known ?? createLocalCodec();
    const clientId = `${values.installation}-${stage}-${process.pid}`;
    const kafka = opened.add(
      await openKafka({
        ...kafkaOptions(values, clientId),
        metrics: figures,
        log: (level, message, facts) => logger[level](facts, message),
      }),
      (it) => it.close(),
    );
    const broker = known === undefined ? kafka : withSchemas(kafka, known);
    await checkSchemaIds(broker, codec, known !== undefined);
    health.ready(() => (kafka.health().reachable ? undefined : 'broker_unreachable'));
    return { stage, values, dataFolder, logger, health, opened, fail, failed, broker, kafka, codec };
  } catch (error) {
    await opened.close().catch(() => undefined);
    throw error;
  }
}

/** Redis, checked for what the promises need of it. */
export async function openState({ values, opened, health, logger }: Base, figures: FigureSink): Promise<RedisStore> {
  const store = opened.add(
    await openRedis({
      ...redisOptions(values),
      metrics: figures,
      log: (level, message, facts) => logger[level](facts, message),
    }),
    (it) => it.close(),
  );
  health.ready(() => (store.health().reachable ? undefined : 'store_unreachable'));
  return store;
}

/** Connections to PostgreSQL, closed by whoever is given them. */
export async function openSql({ values, stage, health }: Base): Promise<Database> {
  const database = await openPostgres({ url: values.database, applicationName: `yujing-${stage}` });
  health.ready(() => (database.health().reachable ? undefined : 'database_unreachable'));
  return database;
}

/** Opens what watches the process, and says that it is there. The port is no public one: its own, beside door and pages. */
export async function announced(base: Base, metrics: () => Promise<string>, url?: string): Promise<Member> {
  const { stage, values, health, opened, failed } = base;
  const observe = await serveObserve({ health, metrics, host: values.observeHost, port: values.observePort });
  opened.add(observe, (it) => it.close());
  health.started();
  return { stage, observePort: observe.port, url, failed, stop: () => opened.close() };
}

/** For a process that has no loop of its own to watch: alive while its event loop turns. */
export function turning({ health, opened }: Base): void {
  opened.add(setInterval(() => health.progress(), TURN_EVERY_MS).unref(), clearInterval);
}

/** Runs what opens the rest of a process; when it fails, everything that was opened is closed again. */
export async function opening(base: Base, open: () => Promise<Member>): Promise<Member> {
  try {
    return await open();
  } catch (error) {
    await base.opened.close().catch(() => undefined);
    throw error;
  }
}
