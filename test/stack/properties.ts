/** `key=value` lines, as Java and PostgreSQL read them. */
export function propertyLines(properties: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** `key value` lines of Redis; several values make several lines (users, save points). */
export function redisLines(properties: Readonly<Record<string, string | number | readonly string[]>>): string {
  return Object.entries(properties)
    .flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => `${name} ${one}\n`))
    .join('');
}

export type ListenerProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';

/** A way to speak to the brokers beside the plain one, for tests of SASL and TLS. */
export interface Listener {
  /** capitals: `SECURE`; names the properties `listener.name.secure.…` */
  readonly name: string;
  readonly protocol: ListenerProtocol;
}

export interface NodePorts {
  readonly broker: number;
  readonly controller: number;
  /** one for each further listener */
  readonly more: readonly number[];
}

export interface BrokerOptions {
  readonly node: number;
  readonly all: readonly NodePorts[];
  readonly dataFolder: string;
  readonly listeners?: readonly Listener[];
  readonly hasFastSessions?: boolean;
  readonly properties?: Readonly<Record<string, string>> | undefined;
}

/** A KRaft node that is broker and controller at once; with three, two must have a record before it counts. */
export function brokerProperties(options: BrokerOptions): Record<string, string | number | boolean> {
  const { node, all, dataFolder, listeners = [], hasFastSessions = false, properties = {} } = options;
  const own = all[node - 1]!;
  const [replicas, inSync] = all.length >= 3 ? [3, 2] : [1, 1];
  const open = [`PLAINTEXT://127.0.0.1:${own.broker}`];
  open.push(...listeners.map(({ name }, i) => `${name}://127.0.0.1:${own.more[i]}`));
  const protocols = ['PLAINTEXT:PLAINTEXT', 'CONTROLLER:PLAINTEXT'];
  protocols.push(...listeners.map(({ name, protocol }) => `${name}:${protocol}`));
  return {
    'process.roles': 'broker,controller',
    'node.id': node,
    'controller.quorum.voters': all.map(({ controller }, i) => `${i + 1}@127.0.0.1:${controller}`).join(','),
    listeners: [...open, `CONTROLLER://127.0.0.1:${own.controller}`].join(','),
    'advertised.listeners': open.join(','),
    'listener.security.protocol.map': protocols.join(','),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': dataFolder,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
    'min.insync.replicas': inSync,
    'default.replication.factor': replicas,
    'offsets.topic.num.partitions': 3,
    'transaction.state.log.num.partitions': 3,
    'group.initial.rebalance.delay.ms': 0, // the default adds 3 s to every first join
    'auto.create.topics.enable': false,
    'log.cleaner.dedupe.buffer.size': 4_194_304, // the default does not fit a small heap
    // A broker that was killed may come back only when its session is over: 9 s by default.
    ...(hasFastSessions ? { 'broker.session.timeout.ms': 2_000, 'broker.heartbeat.interval.ms': 500 } : {}),
    ...properties,
  };
}

/** Kafka 4 logs through log4j 2; without a file of settings it says nothing, not even why it does not start. */
export const LOG4J2 = propertyLines({
  'appender.out.type': 'Console',
  'appender.out.name': 'out',
  'appender.out.layout.type': 'PatternLayout',
  'appender.out.layout.pattern': '%d %p %c{1} %m%n',
  'logger.config.name': 'org.apache.kafka.common.config.AbstractConfig', // 350 lines at each start
  'logger.config.level': 'WARN',
  'rootLogger.level': 'INFO',
  'rootLogger.appenderRef.out.ref': 'out',
});

/** Kafka 3.9 through the older one. */
export const LOG4J = propertyLines({
  'log4j.rootLogger': 'INFO, out',
  'log4j.logger.kafka.server.KafkaConfig': 'WARN',
  'log4j.appender.out': 'org.apache.log4j.ConsoleAppender',
  'log4j.appender.out.layout': 'org.apache.log4j.PatternLayout',
  'log4j.appender.out.layout.ConversionPattern': '%d %p %c{1} %m%n',
});
