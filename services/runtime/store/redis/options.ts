import { readFileSync } from 'node:fs';
import { ConfigError } from '../../errors/errors.ts';
import type { Values } from '../../config/setting.ts';
import type { CLUSTER_SETTINGS } from '../../config/cluster-settings.ts';
import type { MetricRegistry } from '../../observe/registry.ts';
import type { REDIS_METRICS } from './redis-metrics.ts';

export type RedisMode = 'single' | 'cluster' | 'sentinel';

export interface RedisTls {
  readonly ca?: Buffer | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

export interface RedisOptions {
  /** `redis://[USER:PASSWORD@]HOST:PORT[/DATABASE]`, `rediss://` for TLS; further nodes or sentinels after commas */
  readonly url: string;
  readonly mode: RedisMode;
  /** with sentinels: the name of the master */
  readonly master?: string | undefined;
  readonly installation: string;
  /** beside `rediss://`: what the server is checked against and what it is shown */
  readonly tls?: RedisTls | undefined;
  /** a command without an answer for so long has failed, and so has its connection */
  readonly commandTimeoutMs?: number | undefined;
  /** how long {@link openRedis} tries before it says that nobody is there */
  readonly startPatienceMs?: number | undefined;
  readonly metrics?: Pick<MetricRegistry<typeof REDIS_METRICS>, 'count' | 'set' | 'observe'> | undefined;
  readonly log?: RedisLog | undefined;
}

export type RedisLog = (
  level: 'info' | 'warn' | 'error',
  message: string,
  facts: Readonly<Record<string, unknown>>,
) => void;

type RedisSettings = Pick<
  Values<typeof CLUSTER_SETTINGS>,
  'redis' | 'redisMode' | 'redisMaster' | 'redisCa' | 'redisCert' | 'redisKey' | 'installation'
>;

/** Reads the PEM files that the settings name. */
export function redisOptions(values: RedisSettings): RedisOptions {
  const { redis, redisMode, redisMaster, redisCa, redisCert, redisKey, installation } = values;
  const pem = (path: string | null): Buffer | undefined => (path === null ? undefined : readFileSync(path));
  const tls = { ca: pem(redisCa), cert: pem(redisCert), key: pem(redisKey) };
  return { url: redis, mode: redisMode, master: redisMaster, installation, tls };
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What an address says, taken apart. Never to be logged: it holds the password. */
export interface RedisUrl {
  readonly nodes: readonly Address[];
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** who asks the sentinels; `?sentinel_user=…&sentinel_password=…` */
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}

const DEFAULT_PORT = { single: 6379, cluster: 6379, sentinel: 26_379 } as const;

/** User, password, database and TLS are those of the first address and hold for all. @throws ConfigError */
export function parseRedisUrl(text: string, mode: RedisMode): RedisUrl {
  const parts = text.split(',').map((part) => part.trim());
  const urls = parts.map((part) => toUrl(part.includes('://') ? part : `redis://${part}`));
  const first = urls[0];
  if (first === undefined) throw wrong('an address that is not empty');
  const database = databaseOf(first.pathname);
  if (mode === 'cluster' && database !== 0) throw wrong('database 0, the only one of a Redis Cluster');
  if (mode === 'single' && urls.length > 1) throw wrong('one address, or --redis-mode cluster or sentinel');
  const given = (value: string | null): string | undefined =>
    value === null || value === '' ? undefined : decodeURIComponent(value);
  return {
    nodes: urls.map(({ hostname, port }) => ({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? DEFAULT_PORT[mode] : Number(port),
    })),
    tls: first.protocol === 'rediss:',
    username: given(first.username),
    password: given(first.password),
    database,
    sentinelUsername: first.searchParams.get('sentinel_user') ?? undefined,
    sentinelPassword: first.searchParams.get('sentinel_password') ?? undefined,
  };
}

function toUrl(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // The text holds a password: nobody is shown it.
  }
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || url.hostname === '')
    throw wrong('redis://HOST:PORT or rediss://HOST:PORT');
  return url;
}

function databaseOf(pathname: string): number {
  const digits = pathname.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(digits)) throw wrong('a number of a database, or none');
  return Number(digits);
}

/** Without the value: it holds the password. */
function wrong(allowed: string): ConfigError {
  return new ConfigError([{ setting: 'redis', from: 'its address', allowed }]);
}
