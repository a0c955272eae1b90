import { openStack, type Stack } from '../stack/stack.ts';

/** Where the servers are that an installation runs on. */
export interface Servers {
  readonly brokers: string;
  readonly redis: string;
  readonly database: string;
  readonly registry: string;
  /** ours, to be killed and frozen; undefined: somebody else's */
  readonly stack: Stack | undefined;
  stop(): Promise<void>;
}

export interface ServersOptions {
  readonly kafkaNodes: 1 | 3;
  /** a broker that was killed is given up after 2 s instead of 9 */
  readonly fastSessions?: boolean;
}

const NAMES = ['YUJING_TEST_BROKERS', 'YUJING_TEST_REDIS', 'YUJING_TEST_POSTGRES', 'YUJING_TEST_REGISTRY'] as const;

/** Servers that the environment names, if it names all; else own ones, started for this suite and ended with it. */
export async function openServers({ kafkaNodes, fastSessions = false }: ServersOptions): Promise<Servers> {
  const [brokers, redis, database, registry] = NAMES.map((name) => process.env[name] ?? '') as [
    string,
    string,
    string,
    string,
  ];
  if (![brokers, redis, database, registry].includes('')) {
    return { brokers, redis, database, registry, stack: undefined, stop: async () => undefined };
  }
  return openOwnServers({ kafkaNodes, fastSessions });
}

/** Servers of the suite's own: for faults, which nobody else may meet. */
export async function openOwnServers({ kafkaNodes, fastSessions = false }: ServersOptions): Promise<Servers> {
  const stack = await openStack({ kafka: { nodes: kafkaNodes, fastSessions } });
  return {
    brokers: stack.kafka.brokers.join(','),
    redis: stack.redis.url,
    database: stack.postgres.url,
    registry: stack.registry.url,
    stack,
    stop: () => stack.stop(),
  };
}
