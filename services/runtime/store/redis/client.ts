import { Cluster, Redis } from 'ioredis';
import { StoreError } from '../../errors/errors.ts';
import { parseRedisUrl, type RedisLog, type RedisMode, type RedisOptions, type RedisUrl } from './options.ts';
import { storeError } from './redis-error.ts';

export type Argument = string | Buffer | number;

/** The part of ioredis that is used, the same for a server and for a cluster. */
export interface RedisClient {
  readonly status: string;
  /** the answer with its strings as bytes */
  callBuffer(command: string, args: Argument[]): Promise<unknown>;
  call(command: string, args: Argument[]): Promise<unknown>;
  disconnect(): void;
}

const COMMAND_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const START_PATIENCE_MS = 10_000;
/** first retry, and the longest pause between two */
const RETRY_MS = { first: 50, most: 1_000 } as const;
/** of a cluster: how soon a failover or a resharding is learned without a redirection */
const SLOTS_REFRESH_MS = 2_000;

export function retryDelay(times: number): number {
  return Math.min(RETRY_MS.first * 2 ** Math.min(times - 1, 10), RETRY_MS.most) * (0.75 + Math.random() / 2);
}

/**
 * Settings of every connection. Nothing is ever sent twice by ioredis itself: what was under way when a connection closed is
 * refused at once (a commit is then perhaps applied, and its caller is told so), and nothing waits for a connection that is
 * not there, or it could be sent long after its caller has given it up.
 */
function connectionOptions(options: RedisOptions, url: RedisUrl) {
  const { commandTimeoutMs = COMMAND_TIMEOUT_MS, tls } = options;
  return {
    ...(url.username === undefined ? {} : { username: url.username }),
    ...(url.password === undefined ? {} : { password: url.password }),
    ...(url.tls ? { tls: { ...tls } } : {}),
    // RESP2 asks for no HELLO, which a user's rights may lack, and the answers used here are the same.
    protocol: 2 as const,
    disableClientInfo: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: commandTimeoutMs,
    socketTimeout: commandTimeoutMs,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: 500,
    // A master that was demoted answers READONLY for as long as the connection stays.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
}

function makeSingle(options: RedisOptions, url: RedisUrl): Redis {
  const [node] = url.nodes;
  return new Redis({
    ...connectionOptions(options, url),
    ...node,
    db: url.database,
    retryStrategy: retryDelay,
    enableOfflineQueue: false,
    lazyConnect: true,
  });
}

function makeSentinel(options: RedisOptions, url: RedisUrl): Redis {
  const { tls, master, commandTimeoutMs = COMMAND_TIMEOUT_MS } = options;
  return new Redis({
    ...connectionOptions(options, url),
    sentinels: url.nodes.map((node) => ({ ...node })),
    name: master ?? 'yujing',
    db: url.database,
    ...(url.sentinelUsername === undefined ? {} : { sentinelUsername: url.sentinelUsername }),
    ...(url.sentinelPassword === undefined ? {} : { sentinelPassword: url.sentinelPassword }),
    ...(url.tls ? { enableTLSForSentinelMode: true, sentinelTLS: { ...tls } } : {}),
    sentinelCommandTimeout: commandTimeoutMs,
    sentinelRetryStrategy: retryDelay,
    failoverDetector: true,
    retryStrategy: retryDelay,
    enableOfflineQueue: false,
    lazyConnect: true,
  });
}

function makeCluster(options: RedisOptions, url: RedisUrl): Cluster {
  return new Cluster(
    url.nodes.map((node) => ({ ...node })),
    {
      redisOptions: connectionOptions(options, url),
      clusterRetryStrategy: retryDelay,
      slotsRefreshInterval: SLOTS_REFRESH_MS,
      slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
      // 0: a command under way on a connection that closed is refused, not sent to another node.
      retryDelayOnFailover: 0,
      lazyConnect: true,
    },
  );
}

const MAKE: Record<RedisMode, (options: RedisOptions, url: RedisUrl) => Redis | Cluster> = {
  single: makeSingle,
  sentinel: makeSentinel,
  cluster: makeCluster,
};

const QUIET: RedisLog = () => {};

/** A client with what it was seen to do. */
export class RedisConnection {
  readonly client: RedisClient;
  readonly #redis: Redis | Cluster;
  readonly #log: RedisLog;
  readonly #onReconnect: () => void;
  #wasReady = false;
  #closing = false;
  #lastError: unknown;

  private constructor(options: RedisOptions, onReconnect: () => void) {
    this.#redis = MAKE[options.mode](options, parseRedisUrl(options.url, options.mode));
    this.client = this.#redis as unknown as RedisClient;
    this.#log = options.log ?? QUIET;
    this.#onReconnect = onReconnect;
    this.#redis.on('error', (error: unknown) => this.#failed(error));
    this.#redis.on('node error', (error: unknown) => this.#failed(error));
    this.#redis.on('ready', () => this.#ready());
    // A cluster stays ready while one of its nodes is lost and found again.
    this.#redis.on('+node', () => {
      if (this.#wasReady) this.#onReconnect();
    });
    this.#redis.on('end', () => this.#ended());
  }

  /** @throws StoreError store_access_denied at once, store_unreachable when nobody answered in time */
  static async open(options: RedisOptions, onReconnect: () => void): Promise<RedisConnection> {
    const connection = new RedisConnection(options, onReconnect);
    const { startPatienceMs = START_PATIENCE_MS } = options;
    try {
      await connection.#firstReady(startPatienceMs);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  get ready(): boolean {
    return this.#redis.status === 'ready';
  }

  /** one client for every server that holds a part of the state */
  masters(): RedisClient[] {
    const redis = this.#redis;
    return (redis instanceof Cluster ? redis.nodes('master') : [redis]) as unknown as RedisClient[];
  }

  close(): void {
    this.#closing = true;
    this.#redis.disconnect();
  }

  #firstReady(patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: StoreError): void => {
        clearTimeout(timer);
        clearInterval(watch);
        if (error === undefined) resolve();
        else reject(error);
      };
      const timer = setTimeout(() => settle(this.#unreachable(patienceMs)), patienceMs);
      const watch = setInterval(() => {
        const error = this.#lastError === undefined ? undefined : storeError(this.#lastError);
        if (error !== undefined && !error.retriable) settle(error);
      }, 20);
      this.#redis.once('ready', () => settle());
      // What it throws is heard as an event too; it goes on trying by itself.
      this.#redis.connect().catch(() => undefined);
    });
  }

  #unreachable(patienceMs: number): StoreError {
    const { facts } = storeError(this.#lastError ?? {});
    const reason = facts['code'] ?? facts['reply'] ?? facts['reason'] ?? 'no answer';
    return new StoreError('store_unreachable', { reason, patience_ms: patienceMs });
  }

  #failed(error: unknown): void {
    const { lastNodeError } = error as { lastNodeError?: unknown };
    this.#lastError = lastNodeError ?? error;
    if (this.#wasReady) {
      const { code, facts } = storeError(this.#lastError);
      this.#log('warn', 'the connection to Redis failed', { code, ...facts });
    }
  }

  #ready(): void {
    this.#lastError = undefined;
    if (this.#wasReady) {
      this.#onReconnect();
      this.#log('info', 'connected to Redis again', {});
    }
    this.#wasReady = true;
  }

  /** ioredis gives up for ever in rare cases (sentinels away in the moment of a reconnect); a store does not. */
  #ended(): void {
    if (this.#closing) return;
    setTimeout(() => {
      if (!this.#closing) this.#redis.connect().catch(() => undefined);
    }, RETRY_MS.most).unref();
  }
}
