import { createTopics, openKafka, type KafkaBroker, type KafkaOptions } from '@yujing/runtime';
import { Kafka, logLevel } from 'kafkajs';
import { brokerConformance, type BrokerSubject } from './broker.ts';

const BROKERS = (process.env['YUJING_TEST_BROKERS'] ?? '').split(',');
const LOG = 'encounter';
let installations = 0;

function options(): KafkaOptions {
  // Names of this run: topics of a former one hold other records.
  return {
    brokers: BROKERS,
    installation: `conformance-${Date.now().toString(36)}-${installations++}`,
    clientId: 'conformance',
  };
}

async function open(at: KafkaOptions): Promise<KafkaBroker> {
  await createTopics({ ...at, replication: 'single', partitions: { [LOG]: 4 } });
  return openKafka(at);
}

/** As retention does, but now: everything before the end goes. */
async function expire({ brokers, installation }: KafkaOptions, partition: number, offset: number): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topic = `${installation}.${LOG}`;
  // kafkajs' admin knows no leader of a topic that nobody asked for.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  await admin.disconnect();
}

async function remove({ brokers, installation }: KafkaOptions): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${installation}.`));
  await admin.deleteTopics({ topics });
  await admin.disconnect();
}

async function subject(): Promise<BrokerSubject> {
  const at = options();
  let broker = await open(at);
  return {
    broker,
    log: LOG,
    async reopen() {
      await broker.close();
      broker = await openKafka(at);
      return broker;
    },
    async another() {
      const other = options();
      const opened = await open(other);
      return {
        broker: opened,
        async close() {
          await opened.close();
          await remove(other);
        },
      };
    },
    async expire(partition) {
      const { high } = await broker.range(LOG, partition);
      await expire(at, partition, high - 1);
    },
    async close() {
      await broker.close();
      await remove(at);
    },
  };
}

brokerConformance('kafka', subject);
