import { LOG_NAMES, type LogName } from '@yujing/schemas';
import { BrokerError } from '../../errors/errors.ts';
import { FETCH_VERSION } from './fetch-answer.ts';
import { KafkaBroker } from './kafka-broker.ts';
import { loadKafkajs, type ApiName, type ApiVersions } from './kafkajs.ts';
import { Network } from './network.ts';
import type { KafkaOptions } from './options.ts';
import { PRODUCE_VERSION } from './produce-request.ts';
import { readLogEntries, topicOf } from './topics.ts';

/**
 * Connects, and checks before anything is read or written: that the brokers speak what this client speaks, that every log is
 * there with the partitions it was created with, and that it has an id.
 * @throws BrokerError broker_unsupported, topic_missing, partitions_differ, login_refused, connection_lost
 */
export async function openKafka(options: KafkaOptions): Promise<KafkaBroker> {
  const { installation } = options;
  const names = [...LOG_NAMES, 'dead-letters', 'logs'] as const;
  const topics = names.map((name) => topicOf(installation, name));
  const control = new Network(options, topics);
  const appends = new Network(options, topics);
  try {
    checkVersions(await control.versions());
    await control.refresh();
    for (const name of names) {
      const topic = topicOf(installation, name);
      if (control.partitions(topic) === undefined) throw new BrokerError('topic_missing', { topic });
    }
    const logs = await readLogEntries(options, control);
    for (const log of LOG_NAMES) checkLog(control, topicOf(installation, log), log, logs.get(log)?.partitions);
    await appends.refresh();
    return new KafkaBroker(options, control, appends, logs);
  } catch (error) {
    control.close();
    appends.close();
    throw error;
  }
}

function checkLog(control: Network, topic: string, log: LogName, wanted: number | undefined): void {
  if (wanted === undefined) throw new BrokerError('topic_missing', { topic, reason: 'no_id' });
  const found = control.partitions(topic) ?? 0;
  if (found !== wanted) throw new BrokerError('partitions_differ', { log, found, wanted });
}

/** kafkajs never looks at the oldest version that a broker takes: a removal would show as a closed connection. */
export function checkVersions(versions: ApiVersions): void {
  const { apis } = loadKafkajs();
  for (const [name, { key, definition }] of Object.entries(apis) as Array<[ApiName, (typeof apis)[ApiName]]>) {
    const ours = Math.max(...definition.versions.map(Number));
    const theirs = versions[key];
    const exact = name === 'Produce' ? PRODUCE_VERSION : name === 'Fetch' ? FETCH_VERSION : undefined;
    const used = theirs === undefined ? -1 : Math.min(ours, theirs.maxVersion);
    if (theirs === undefined || used < theirs.minVersion || (exact !== undefined && used !== exact)) {
      const facts = { request: name, ours, from: theirs?.minVersion ?? -1, to: theirs?.maxVersion ?? -1 };
      throw new BrokerError('broker_unsupported', facts);
    }
  }
}
