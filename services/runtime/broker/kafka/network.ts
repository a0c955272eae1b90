import { BrokerError, isCoded } from '../../errors/errors.ts';
import { loadKafkajs, type ApiName, type ApiVersions, type NodeConnection, type Protocol } from './kafkajs.ts';
import { NO_KAFKA_METRICS, NO_LOG, type KafkaLog, type KafkaMetrics, type KafkaOptions } from './options.ts';
import { CODE } from './protocol-errors.ts';

const OPEN_MS = 2_000;
const METADATA_MS = 2_000;
/** A node that was given up is not asked again for this long; then it may be back, or another one leads. */
const SUSPECT_MS = 500;

interface Metadata {
  readonly brokers: ReadonlyArray<{ readonly nodeId: number; readonly host: string; readonly port: number }>;
  readonly topicMetadata: ReadonlyArray<{
    readonly topic: string;
    readonly topicErrorCode: number;
    readonly partitionMetadata: ReadonlyArray<{ readonly partitionId: number; readonly leader: number }>;
  }>;
}

interface Link {
  connection?: NodeConnection | undefined;
  opening?: Promise<NodeConnection> | undefined;
}

const IDENTITY = (answer: unknown): unknown => answer;

/**
 * Connections to the nodes of a cluster, one each, and who leads what. A node that does not answer within a call's deadline
 * loses its connection and goes to the end of the list: a frozen machine holds up its own partitions only, and those only until
 * the cluster has elected another leader.
 */
export class Network {
  readonly #options: KafkaOptions;
  readonly #log: KafkaLog;
  readonly #metrics: KafkaMetrics;
  readonly #links = new Map<string, Link>();
  readonly #suspects = new Map<string, number>();
  readonly #topics = new Set<string>();
  #addresses = new Map<number, string>();
  #leaders = new Map<string, readonly number[]>();
  #missing = new Set<string>();
  #refused = new Set<string>();
  #refreshing: Promise<void> | undefined;
  #turn = 0;
  #closed = false;
  /** instant of the last answer of any node (monotonic) */
  lastAnswerAt = 0;

  constructor(options: KafkaOptions, topics: Iterable<string> = []) {
    this.#options = options;
    this.#log = options.log ?? NO_LOG;
    this.#metrics = options.metrics ?? NO_KAFKA_METRICS;
    for (const topic of topics) this.#topics.add(topic);
  }

  get nodes(): readonly number[] {
    return [...this.#addresses.keys()];
  }

  watch(topic: string): void {
    this.#topics.add(topic);
  }

  /** undefined: not known, none, or a node that was given up just now; refresh and try again */
  leader(topic: string, partition: number): number | undefined {
    const node = this.#leaders.get(topic)?.[partition];
    const address = node === undefined ? undefined : this.#addresses.get(node);
    return address === undefined || this.#isSuspect(address) ? undefined : node;
  }

  /**
   * As the cluster says; undefined: there is no such topic.
   * @throws BrokerError broker_refused when we may not know
   */
  partitions(topic: string): number | undefined {
    if (this.#refused.has(topic))
      throw new BrokerError('broker_refused', { topic, reason: 'topic_authorization_failed' });
    return this.#missing.has(topic) ? undefined : this.#leaders.get(topic)?.length;
  }

  /** Asks who leads what. One at a time; whoever comes meanwhile gets the same answer. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** What the broker can do, by number of the request. */
  async versions(): Promise<ApiVersions> {
    return this.#ask(async (address) => (await this.#open(address)).versions);
  }

  /**
   * Calls a node. The answer is as decoded: errors inside it are the caller's to look at.
   * @throws BrokerError connection_lost when there is no answer in time; nothing is known then
   */
  async call<T>(
    node: number,
    api: ApiName,
    payload: object,
    deadlineMs: number,
    change?: (protocol: Protocol) => Protocol,
  ): Promise<T> {
    const address = this.#addresses.get(node);
    if (address === undefined) throw new BrokerError('connection_lost', { node });
    return (await this.#send(address, api, payload, deadlineMs, change)) as T;
  }

  /** Calls whichever node answers first in the list. */
  async callAny<T>(api: ApiName, payload: object, deadlineMs: number): Promise<T> {
    return (await this.#ask((address) => this.#send(address, api, payload, deadlineMs))) as T;
  }

  close(): void {
    this.#closed = true;
    for (const { connection } of this.#links.values()) connection?.destroy();
    this.#links.clear();
  }

  async #refresh(): Promise<void> {
    const topics = [...this.#topics];
    const payload = { topics, allowAutoTopicCreation: false };
    const metadata = (await this.#ask((address) => this.#send(address, 'Metadata', payload, METADATA_MS))) as Metadata;
    this.#addresses = new Map(metadata.brokers.map(({ nodeId, host, port }) => [nodeId, `${host}:${port}`]));
    const leaders = new Map<string, readonly number[]>();
    this.#missing = new Set();
    this.#refused = new Set();
    for (const { topic, topicErrorCode, partitionMetadata } of metadata.topicMetadata) {
      if (topicErrorCode === CODE.unknown_topic_or_partition) this.#missing.add(topic);
      if (topicErrorCode === CODE.topic_authorization_failed) this.#refused.add(topic);
      const nodes: number[] = [];
      for (const { partitionId, leader } of partitionMetadata) nodes[partitionId] = leader;
      leaders.set(topic, nodes);
    }
    this.#leaders = leaders;
  }

  /** Tries one address after the other: open connections first, those given up last, beginning with another one each time. */
  async #ask<T>(call: (address: string) => Promise<T>): Promise<T> {
    const known = [...new Set([...this.#addresses.values(), ...this.#options.brokers])];
    const turn = this.#turn++ % known.length;
    const rank = (address: string): number =>
      this.#isSuspect(address) ? 2 : this.#links.get(address)?.connection?.isOpen === true ? 0 : 1;
    const addresses = [...known.slice(turn), ...known.slice(0, turn)].sort((a, b) => rank(a) - rank(b));
    let last: unknown;
    for (const address of addresses) {
      try {
        return await call(address);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  async #send(
    address: string,
    api: ApiName,
    payload: object,
    deadlineMs: number,
    change?: (protocol: Protocol) => Protocol,
  ): Promise<unknown> {
    const connection = await this.#open(address);
    try {
      const plain = connection.protocol(loadKafkajs().apis[api], payload);
      const protocol = { ...plain, response: { decode: plain.response.decode, parse: IDENTITY } };
      const answer = await inTime(connection.send(change?.(protocol) ?? protocol), deadlineMs);
      this.lastAnswerAt = performance.now();
      this.#suspects.delete(address);
      return answer;
    } catch (error) {
      this.#giveUp(address, connection, error);
      throw new BrokerError('connection_lost', { request: api }, error);
    }
  }

  #open(address: string): Promise<NodeConnection> {
    if (this.#closed) throw new BrokerError('closed');
    let link = this.#links.get(address);
    if (link === undefined) this.#links.set(address, (link = {}));
    if (link.connection?.isOpen === true) return Promise.resolve(link.connection);
    // Closed by the other side, as brokers do with a connection that was idle for long: no reason to suspect anybody.
    link.connection?.destroy();
    link.connection = undefined;
    link.opening ??= this.#connect(address, link).finally(() => (link.opening = undefined));
    return link.opening;
  }

  async #connect(address: string, link: Link): Promise<NodeConnection> {
    const { clientId, tls, sasl } = this.#options;
    const colon = address.lastIndexOf(':');
    const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
    const connection = loadKafkajs().connect({ host, port, clientId, tls, sasl, logger: quiet(this.#log) });
    try {
      await inTime(connection.open(), OPEN_MS);
    } catch (error) {
      connection.destroy();
      this.#suspect(address, error);
      const isRefused = error instanceof Error && error.name === 'KafkaJSSASLAuthenticationError';
      throw new BrokerError(isRefused ? 'login_refused' : 'connection_lost', {}, error);
    }
    if (this.#closed) {
      connection.destroy();
      throw new BrokerError('closed');
    }
    link.connection = connection;
    this.#metrics.count('kafka_connections_opened_total', {}, 1);
    return connection;
  }

  /** Whoever else waits on this connection is refused; the first one to give it up speaks for all. */
  #giveUp(address: string, connection: NodeConnection, error: unknown): void {
    const link = this.#links.get(address);
    if (link?.connection !== connection) return;
    link.connection = undefined;
    connection.destroy();
    this.#suspect(address, error);
  }

  #suspect(address: string, error: unknown): void {
    if (this.#closed) return;
    const reason = reasonOf(error);
    if (!this.#suspects.has(address)) this.#log('warn', 'a broker does not answer', { broker: address, reason });
    this.#suspects.set(address, performance.now() + SUSPECT_MS);
    this.#metrics.count('kafka_connections_lost_total', { reason }, 1);
  }

  #isSuspect(address: string): boolean {
    const until = this.#suspects.get(address);
    return until !== undefined && until > performance.now();
  }
}

class Late extends Error {
  override readonly name = 'Late';
}

function inTime<T>(promise: Promise<T>, deadlineMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Late(`no answer in ${deadlineMs} ms`)), deadlineMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A closed list, for a label: no text of an error. */
function reasonOf(error: unknown): string {
  if (error instanceof Late) return 'no_answer';
  if (isCoded(error)) return error.code;
  const name = error instanceof Error ? error.name : '';
  if (name === 'KafkaJSSASLAuthenticationError') return 'login_refused';
  return name === 'KafkaJSConnectionClosedError' ? 'closed_by_the_broker' : 'connection_failed';
}

/** kafkajs' own words, for whoever looks closer; what matters is said by this folder. */
function quiet(log: KafkaLog): unknown {
  const say = (message: string): void => log('debug', 'kafkajs', { message });
  const none = (): void => {};
  const logger = { error: say, warn: say, info: none, debug: none, namespace: () => logger };
  return logger;
}
