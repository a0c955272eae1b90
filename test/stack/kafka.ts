import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaBrokers } from './answers.ts';
import { jdkFrom } from './java.ts';
import { brokerProperties, type Listener, LOG4J, LOG4J2, type NodePorts, propertyLines } from './properties.ts';
import type { ServerPlan } from './server-process.ts';

export const KAFKA_VERSIONS = ['4.3.1', '3.9.2'] as const;
export type KafkaVersion = (typeof KAFKA_VERSIONS)[number];
export const KAFKA_JAVA = 17;

export interface ScramUser {
  readonly name: string;
  readonly password: string;
  readonly mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
}

export interface KafkaOptions {
  readonly nodes?: 1 | 3;
  readonly version?: KafkaVersion;
  readonly heapMb?: number;
  /** a broker that was killed is given up after 2 s instead of 9 */
  readonly fastSessions?: boolean;
  /** beside the plain one, each on a port of its own */
  readonly listeners?: readonly Listener[];
  /** made when the data folder is formatted */
  readonly users?: readonly ScramUser[];
  /** more lines of server.properties, the same for every node */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface KafkaPlace extends KafkaOptions {
  /** of the stack; each node gets a folder in it */
  readonly folder: string;
  /** jars */
  readonly jars: string;
  readonly ports: readonly NodePorts[];
}

/** Kafka wants 16 bytes as base64; any will do, but every node of a cluster must have the same. */
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg';
const run = promisify(execFile);

function planOf(place: KafkaPlace, node: number): ServerPlan {
  const { jars, ports, version = '4.3.1', heapMb = 256, users = [] } = place;
  const folder = join(place.folder, `kafka-${node}`);
  const [dataFolder, properties] = [join(folder, 'data'), join(folder, 'server.properties')];
  const isOld = version.startsWith('3.');
  const logging = join(folder, isOld ? 'log4j.properties' : 'log4j2.properties');
  const logFlag = isOld ? `-Dlog4j.configuration=file:${logging}` : `-Dlog4j2.configurationFile=${logging}`;
  const { command } = jdkFrom(KAFKA_JAVA);
  const classPath = ['-cp', `${jars}/*`];
  const own = ports[node - 1]!;
  return {
    name: `kafka-${node}`,
    folder,
    version,
    ports: [own.broker, own.controller, ...own.more],
    command,
    // The serial collector and the quick compiler halve start time and memory; a broker of a test has few cores.
    arguments: [`-Xms${heapMb}m`, `-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', logFlag].concat(
      classPath,
      ['kafka.Kafka', properties],
    ),
    stopSignal: 'SIGTERM',
    async prepare() {
      writeFileSync(logging, isOld ? LOG4J : LOG4J2);
      const { listeners = [], fastSessions: hasFastSessions = false } = place;
      const options = { node, all: ports, dataFolder, listeners, hasFastSessions, properties: place.properties };
      writeFileSync(properties, propertyLines(brokerProperties(options)));
      if (existsSync(join(dataFolder, 'meta.properties'))) return;
      rmSync(dataFolder, { recursive: true, force: true }); // a format that was interrupted
      mkdirSync(dataFolder, { recursive: true });
      const words = users.flatMap((user) => [
        '--add-scram',
        `${user.mechanism}=[name=${user.name},password=${user.password}]`,
      ]);
      const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties, ...words];
      await run(command, ['-Xmx128m', logFlag, '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...classPath, ...format]);
    },
    answers: async () => (await kafkaBrokers(own.broker)).includes(node),
  };
}

export function planKafka(place: KafkaPlace): ServerPlan[] {
  return place.ports.map((_, i) => planOf(place, i + 1));
}
