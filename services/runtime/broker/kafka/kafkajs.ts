import { createRequire } from 'node:module';
import { mendRequestQueue, type RequestQueueClass } from './request-queue.ts';

/**
 * The one door to kafkajs: its connections (TLS, SASL, framing) and its table of requests. Not its producer, consumer and
 * admin, since the first loses acknowledged records and the second cannot be pulled (docs/decisions, README). kafkajs has no
 * `exports` map and is pinned to exactly 2.2.4; kafkajs.test.ts holds what is used here.
 */
export interface Kafkajs {
  /** one connection to one node, with log in and table of versions */
  connect(options: ConnectOptions): NodeConnection;
  readonly apis: Readonly<Record<ApiName, Api>>;
  /** what members of a group tell each other, in the form that every Kafka tool reads */
  readonly assigner: AssignerProtocol;
}

export interface AssignerProtocol {
  readonly MemberMetadata: {
    encode(metadata: { version: number; topics: readonly string[]; userData: Buffer }): Buffer;
    decode(bytes: Buffer): { readonly userData: Buffer };
  };
  readonly MemberAssignment: {
    encode(assignment: { version: number; assignment: Readonly<Record<string, readonly number[]>> }): Buffer;
    decode(bytes: Buffer): { readonly assignment: Readonly<Record<string, readonly number[]>> } | null;
  };
}

export type ApiName =
  | 'Produce'
  | 'Fetch'
  | 'ListOffsets'
  | 'Metadata'
  | 'OffsetCommit'
  | 'GroupCoordinator'
  | 'JoinGroup'
  | 'Heartbeat'
  | 'LeaveGroup'
  | 'SyncGroup'
  | 'CreateTopics'
  | 'DeleteRecords'
  | 'InitProducerId';

export interface Api {
  readonly key: number;
  readonly definition: { readonly versions: readonly string[]; protocol(choice: { version: number }): unknown };
}

/** A request as kafkajs sends it; `parse` would throw at the first error in an answer, so callers bring their own. */
export interface Protocol {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<EncodedRequest>;
  };
  readonly response: { decode(raw: Buffer): unknown; parse(answer: unknown): unknown };
}

/** What kafkajs wants of an encoded request: its Encoder, or this. */
export interface EncodedRequest {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

export interface ConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly tls: object | undefined;
  readonly sasl: object | undefined;
  readonly logger: unknown;
}

export type ApiVersions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;

export interface NodeConnection {
  /** connects and logs in */
  open(): Promise<void>;
  readonly isOpen: boolean;
  readonly versions: ApiVersions;
  protocol(api: Api, payload: object): Protocol;
  send(protocol: Protocol): Promise<unknown>;
  /** Lets go at once: whoever waits for an answer is refused. */
  destroy(): void;
}

interface KafkajsConnection {
  readonly socket?: { destroy(): void; setNoDelay(on: boolean): void } | undefined;
  isConnected(): boolean;
  isAuthenticated(): boolean;
  connect(): Promise<boolean>;
  send(protocol: Protocol): Promise<unknown>;
  setVersions(versions: ApiVersions): void;
  setSupportAuthenticationProtocol(supported: boolean): void;
  getSupportAuthenticationProtocol(): boolean | null;
  authenticate(): Promise<void>;
  disconnect(): Promise<boolean>;
  rejectRequests(error: Error): void;
}

interface KafkajsBroker {
  versions: ApiVersions | null;
  connect(): Promise<void>;
  lookupRequest(key: number, definition: Api['definition']): (payload: object) => Protocol;
}

const CONNECTION_TIMEOUT_MS = 2_000;

const API_NAMES: readonly ApiName[] = [
  'Produce',
  'Fetch',
  'ListOffsets',
  'Metadata',
  'OffsetCommit',
  'GroupCoordinator',
  'JoinGroup',
  'Heartbeat',
  'LeaveGroup',
  'SyncGroup',
  'CreateTopics',
  'DeleteRecords',
  'InitProducerId',
];

let loaded: Kafkajs | undefined;

/** Loads kafkajs when a cluster is opened, and never in a process that is embedded. */
export function loadKafkajs(): Kafkajs {
  loaded ??= load(createRequire(import.meta.url));
  return loaded;
}

function load(require: NodeJS.Require): Kafkajs {
  const Connection = require('kafkajs/src/network/connection') as new (options: object) => KafkajsConnection;
  const Broker = require('kafkajs/src/broker') as new (options: object) => KafkajsBroker;
  const socketFactory = (require('kafkajs/src/network/socketFactory') as () => unknown)();
  const { requests } = require('kafkajs/src/protocol/requests') as { requests: Record<string, Api['definition']> };
  const keys = require('kafkajs/src/protocol/requests/apiKeys') as Record<string, number>;
  mendRequestQueue(require('kafkajs/src/network/requestQueue') as RequestQueueClass);
  const apis = Object.fromEntries(
    API_NAMES.map((name) => [name, { key: keys[name] as number, definition: requests[name] as Api['definition'] }]),
  ) as Record<ApiName, Api>;
  return {
    apis,
    assigner: require('kafkajs/src/consumer/assignerProtocol') as AssignerProtocol,
    connect({ host, port, clientId, tls, sasl, logger }) {
      const connection = new Connection({
        host,
        port,
        clientId,
        ssl: tls ?? null,
        sasl: sasl ?? null,
        logger,
        socketFactory,
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        // Deadlines are ours, one a call (network.ts): kafkajs would look at each connection every 100 ms.
        requestTimeout: 60_000,
        enforceRequestTimeout: false,
        maxInFlightRequests: null,
      });
      const broker = new Broker({ connectionPool: poolOf(connection, host, port, sasl), logger });
      return {
        async open() {
          await broker.connect();
          connection.socket?.setNoDelay(true);
        },
        get isOpen() {
          return connection.isConnected() && broker.versions !== null;
        },
        get versions() {
          return broker.versions ?? {};
        },
        protocol: (api, payload) => broker.lookupRequest(api.key, api.definition)(payload),
        send: (protocol) => connection.send(protocol),
        destroy() {
          connection.rejectRequests(new Error('the connection was given up'));
          connection.disconnect().catch(() => {});
          connection.socket?.destroy();
        },
      };
    },
  };
}

/** kafkajs' Broker wants a pool of two connections, one of them for fetches alone. Here every purpose has a network of its own. */
function poolOf(connection: KafkajsConnection, host: string, port: number, sasl: object | undefined): object {
  return {
    host,
    port,
    sasl,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    isConnected: () => connection.isConnected(),
    isAuthenticated: () => connection.isAuthenticated(),
    async getConnection() {
      if (!connection.isConnected()) await connection.connect();
      return connection;
    },
    setVersions: (versions: ApiVersions) => connection.setVersions(versions),
    setSupportAuthenticationProtocol: (on: boolean) => connection.setSupportAuthenticationProtocol(on),
    send: (protocol: Protocol) => connection.send(protocol),
    destroy: () => connection.disconnect(),
  };
}
