import { existsSync } from 'node:fs';
import { findDownload } from './downloads.ts';
import { KAFKA_VERSIONS, type KafkaOptions, planKafka } from './kafka.ts';
import { freePort } from './ports.ts';
import { planPostgres, type PostgresOptions, postgresUrl } from './postgres.ts';
import type { NodePorts } from './properties.ts';
import { planRedis, type RedisOptions } from './redis.ts';
import {
  planRegistry,
  type RegistryOptions,
  type RegistryStorage,
  registryStorage,
  registryUrl,
  type RegistryVersion,
  registryVersionFor,
} from './registry.ts';
import type { ServerPlan } from './server-process.ts';
import { StackError } from './stack-error.ts';

/** Which servers, and what is special about them; `false` leaves one out. */
export interface ServerChoice {
  readonly kafka?: KafkaOptions | false;
  readonly redis?: RedisOptions | false;
  readonly postgres?: PostgresOptions | false;
  readonly registry?: RegistryOptions | false;
}

export interface StackPorts {
  readonly kafka: readonly NodePorts[];
  readonly redis: number;
  readonly postgres: number;
  readonly registry: number;
  readonly registryManagement: number;
}

/** The usual ports of these servers, so that Yujing finds them without a word; `shift` is added to each. */
export function defaultPorts(nodes: number, shift = 0): StackPorts {
  const kafka = Array.from({ length: nodes }, (_, i) => ({
    broker: 9092 + 10 * i + shift,
    controller: 9093 + 10 * i + shift,
    more: [],
  }));
  return {
    kafka,
    redis: 6379 + shift,
    postgres: 5432 + shift,
    registry: 8081 + shift,
    registryManagement: 8082 + shift,
  };
}

export async function freePorts({ nodes = 1, listeners = [] }: KafkaOptions): Promise<StackPorts> {
  const kafka: NodePorts[] = [];
  for (let i = 0; i < nodes; i++) {
    const more: number[] = [];
    for (const _ of listeners) more.push(await freePort());
    kafka.push({ broker: await freePort(), controller: await freePort(), more });
  }
  return {
    kafka,
    redis: await freePort(),
    postgres: await freePort(),
    registry: await freePort(),
    registryManagement: await freePort(),
  };
}

export interface LayoutOptions extends ServerChoice {
  readonly folder: string;
  readonly ports: StackPorts;
  /** where downloads are looked for */
  readonly downloads?: readonly string[];
  /** checksums of the downloads, not only sizes */
  readonly isDeep: boolean;
}

/** Everything that is to run, before anything runs: what is missing here is said here. */
export interface Layout {
  readonly kafka?: { readonly plans: readonly ServerPlan[]; readonly brokers: readonly string[] };
  readonly redis?: { readonly plan: ServerPlan; readonly url: string };
  readonly postgres?: { readonly plan: ServerPlan; readonly url: string };
  readonly registry?: {
    readonly plan: ServerPlan;
    readonly url: string;
    readonly version: RegistryVersion;
    readonly storage: RegistryStorage;
  };
}

function registryLayout(
  options: LayoutOptions,
  { version = registryVersionFor() }: RegistryOptions,
): Layout['registry'] {
  const { folder, ports, postgres } = options;
  const find = { isDeep: options.isDeep, ...(options.downloads === undefined ? {} : { folders: options.downloads }) };
  const storage = registryStorage(version, postgres !== false);
  const plan = planRegistry({
    folder,
    version,
    program: findDownload(`apicurio-${version}`, find),
    port: ports.registry,
    managementPort: ports.registryManagement,
    postgresPort: storage === 'postgres' ? ports.postgres : undefined,
  });
  return { plan, url: registryUrl(ports.registry), version, storage };
}

export function layoutOf(options: LayoutOptions): Layout {
  if (!existsSync('/proc/self/stat')) {
    throw new StackError('these servers are started on Linux only: its proc file system tells which process is which');
  }
  const { folder, ports, kafka = {}, redis = {}, postgres = {}, registry = {} } = options;
  const layout: { -readonly [Name in keyof Layout]: Layout[Name] } = {};
  if (kafka !== false) {
    const { version = KAFKA_VERSIONS[0] } = kafka;
    const find = { isDeep: options.isDeep, ...(options.downloads === undefined ? {} : { folders: options.downloads }) };
    const jars = findDownload(`kafka-${version}`, find);
    layout.kafka = {
      plans: planKafka({ ...kafka, version, folder, jars, ports: ports.kafka }),
      brokers: ports.kafka.map(({ broker }) => `127.0.0.1:${broker}`),
    };
  }
  if (redis !== false) {
    const plan = planRedis({ ...redis, folder, port: ports.redis });
    layout.redis = { plan, url: `redis://127.0.0.1:${ports.redis}` };
  }
  if (postgres !== false) {
    const plan = planPostgres({ ...postgres, folder, port: ports.postgres });
    layout.postgres = { plan, url: postgresUrl(ports.postgres) };
  }
  if (registry !== false) layout.registry = registryLayout(options, registry);
  return layout;
}

/** In the order in which they start: the registry may keep its schemas in PostgreSQL. */
export function plansOf(layout: Layout): ServerPlan[] {
  const { kafka, redis, postgres, registry } = layout;
  return [redis?.plan, postgres?.plan, ...(kafka?.plans ?? []), registry?.plan].filter((plan) => plan !== undefined);
}
