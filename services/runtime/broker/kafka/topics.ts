import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOG_NAMES, LOGS, REPLICATION, type LogName } from '@yujing/schemas';
import { BrokerError } from '../../errors/errors.ts';
import { Network } from './network.ts';
import type { KafkaOptions } from './options.ts';
import { CODE, codeName } from './protocol-errors.ts';
import { Ranges } from './ranges.ts';
import { Fetcher } from './fetcher.ts';
import { Sender } from './sender.ts';

const DAY_MS = 86_400_000;
const CREATE_MS = 30_000;
const LEADERS_MS = 30_000;

export interface SetupOptions extends KafkaOptions {
  /** single: one node, not durable against its loss */
  readonly replication: keyof typeof REPLICATION;
  /** instead of the number in the table of logs; for the life of the log */
  readonly partitions?: Partial<Record<LogName, number>> | undefined;
}

export interface TopicReport {
  readonly topic: string;
  readonly created: boolean;
  readonly partitions: number;
  /** empty for topics that are no logs */
  readonly logId: string;
}

/** What is written of a log when it is created. */
export interface LogEntry {
  readonly log_id: string;
  readonly partitions: number;
}

interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
  readonly log?: LogName;
}

export function topicOf(installation: string, name: LogName | 'dead-letters' | 'logs'): string {
  return `${installation}.${name}`;
}

/** Largest dead letter: the record in base64, and what is said about it. */
export const MAX_LETTER_BYTES = 2_000_000;

/** Every setting stands here at creation: whoever changes one of a topic with kafkajs resets the others. */
function specs({ installation, replication, partitions }: SetupOptions): TopicSpec[] {
  const isr = { 'min.insync.replicas': String(REPLICATION[replication].minInsyncReplicas) };
  const logs = LOG_NAMES.map((log) => ({
    log,
    topic: topicOf(installation, log),
    partitions: partitions?.[log] ?? LOGS[log].partitions,
    config: { ...LOGS[log].config, ...isr },
  }));
  const letters = {
    ...LOGS.feed.config,
    ...isr,
    'retention.ms': String(90 * DAY_MS),
    'max.message.bytes': String(MAX_LETTER_BYTES + 65_536),
  };
  const ids = { 'cleanup.policy': 'compact', 'message.timestamp.type': 'LogAppendTime', ...isr };
  return [
    ...logs,
    { topic: topicOf(installation, 'dead-letters'), partitions: 1, config: letters },
    { topic: topicOf(installation, 'logs'), partitions: 1, config: ids },
  ];
}

/**
 * Creates what is missing and waits until it can be used; what is there is left as it is. Safe to run again.
 * @throws BrokerError partitions_differ when a log has another number of partitions than is asked for
 */
export async function createTopics(options: SetupOptions): Promise<TopicReport[]> {
  const wanted = specs(options);
  const network = new Network(
    options,
    wanted.map(({ topic }) => topic),
  );
  try {
    await network.refresh();
    const missing = wanted.filter(({ topic }) => network.partitions(topic) === undefined);
    if (missing.length > 0) await create(network, missing, REPLICATION[options.replication].replicationFactor);
    await untilLed(network, wanted);
    for (const { topic, partitions, log } of wanted) {
      const found = network.partitions(topic) ?? 0;
      const requested = log === undefined || options.partitions?.[log] === undefined ? found : partitions;
      if (found !== requested) throw new BrokerError('partitions_differ', { topic, found, wanted: partitions });
    }
    return await giveIds(options, network, wanted, new Set(missing.map(({ topic }) => topic)));
  } finally {
    network.close();
  }
}

async function create(network: Network, missing: readonly TopicSpec[], replicationFactor: number): Promise<void> {
  const topics = missing.map(({ topic, partitions, config }) => ({
    topic,
    numPartitions: partitions,
    replicationFactor,
    configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
  }));
  const payload = { topics, validateOnly: false, timeout: CREATE_MS };
  const answer = await network.callAny<{ topicErrors: ReadonlyArray<{ topic: string; errorCode: number }> }>(
    'CreateTopics',
    payload,
    CREATE_MS + 2_000,
  );
  for (const { topic, errorCode } of answer.topicErrors) {
    // Somebody else creates them at the same time: theirs are as good.
    if (errorCode === CODE.none || errorCode === CODE.topic_exists) continue;
    throw new BrokerError('broker_refused', { topic, reason: codeName(errorCode) });
  }
}

/** The answer to a creation comes before the leaders serve. */
async function untilLed(network: Network, wanted: readonly TopicSpec[]): Promise<void> {
  const until = performance.now() + LEADERS_MS;
  const isLed = ({ topic }: TopicSpec): boolean => {
    const count = network.partitions(topic) ?? 0;
    return count > 0 && [...Array(count).keys()].every((partition) => network.leader(topic, partition) !== undefined);
  };
  for (;;) {
    await network.refresh();
    if (wanted.every(isLed)) return;
    if (performance.now() > until) throw new BrokerError('connection_lost', { reason: 'no_leader' });
    await sleep(100);
  }
}

async function giveIds(
  options: SetupOptions,
  network: Network,
  wanted: readonly TopicSpec[],
  created: ReadonlySet<string>,
): Promise<TopicReport[]> {
  const known = await readLogEntries(options, network);
  const sender = new Sender({ network, lingerMs: 0 });
  const reports: TopicReport[] = [];
  try {
    for (const { topic, log } of wanted) {
      const partitions = network.partitions(topic) ?? 0;
      let entry = log === undefined ? undefined : known.get(log);
      // A topic that had to be created holds other records than the one that had its name before.
      if (log !== undefined && (entry === undefined || created.has(topic))) {
        entry = { log_id: randomUUID(), partitions };
        await writeLogEntry(sender, options.installation, log, entry);
      }
      if (entry !== undefined && entry.partitions !== partitions) {
        throw new BrokerError('partitions_differ', { topic, found: partitions, wanted: entry.partitions });
      }
      reports.push({ topic, created: created.has(topic), partitions, logId: entry?.log_id ?? '' });
    }
  } finally {
    sender.close();
  }
  return reports;
}

async function writeLogEntry(sender: Sender, installation: string, log: LogName, entry: LogEntry): Promise<void> {
  const record = { key: log, bytes: Buffer.from(JSON.stringify(entry)) };
  const until = performance.now() + LEADERS_MS;
  for (;;) {
    try {
      await sender.append(topicOf(installation, 'logs'), new Map([[0, [record]]]));
      return;
    } catch (error) {
      if (!(error instanceof BrokerError) || !error.retriable || performance.now() > until) throw error;
    }
  }
}

/** The newest entry of each log. */
export async function readLogEntries(options: KafkaOptions, network: Network): Promise<Map<LogName, LogEntry>> {
  const topic = topicOf(options.installation, 'logs');
  const { low, high } = await new Ranges(network).range(topic, 0);
  const entries = new Map<LogName, LogEntry>();
  if (high === low) return entries;
  const own = new Network(options, [topic]);
  const fetcher = new Fetcher(own);
  try {
    await own.refresh();
    const reader = fetcher.open(topic, 0, low);
    const until = performance.now() + LEADERS_MS;
    for (let next = low; next < high;) {
      for (const { key, bytes, offset } of await reader.poll(1_000)) {
        entries.set(key as LogName, JSON.parse(Buffer.from(bytes).toString('utf8')) as LogEntry);
        next = offset + 1;
      }
      if (performance.now() > until) throw new BrokerError('connection_lost', { topic });
    }
  } finally {
    await fetcher.close();
  }
  return entries;
}
