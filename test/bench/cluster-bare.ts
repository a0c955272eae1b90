import { readFileSync } from 'node:fs';
import { CompressionTypes, Kafka, logLevel, type Message } from 'kafkajs';

/*
 * A hop of bare kafkajs in a process of its own: consume a topic from its beginning, produce to another what the hop of the
 * product produced there: as many records, of the same sizes, keys and headers. No decoding, no state, no rules.
 * The task comes as JSON in the first argument; the process says {"at": ms} when its last record is written.
 */
export interface BareTask {
  readonly brokers: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly group: string;
  /** records to consume before the clock runs */
  readonly warmUp: number;
  /** records to consume until it is through */
  readonly inputs: number;
  /** records to produce for all of them */
  readonly outputs: number;
  readonly partitions: number;
  /** file with samples of what was produced: JSON lines {key, value (base64), header (base64)} */
  readonly samples: string;
}

interface Sample {
  readonly key: string;
  readonly value: string;
  readonly header: string | null;
}

const task = JSON.parse(process.argv[2] ?? '{}') as BareTask;

function samplesOf(file: string): Array<Pick<Message, 'key' | 'value' | 'headers'>> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => {
    const { key, value, header } = JSON.parse(line) as Sample;
    const headers = header === null ? {} : { headers: { s: Buffer.from(header, 'base64') } };
    return { key, value: Buffer.from(value, 'base64'), ...headers };
  });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function run(): Promise<void> {
  const { registerLz4 } = await import('./lz4.ts');
  registerLz4();
  const kafka = new Kafka({ brokers: [...task.brokers], clientId: 'bare', logLevel: logLevel.ERROR });
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const consumer = kafka.consumer({ groupId: task.group, maxWaitTimeInMs: 200 });
  const samples = samplesOf(task.samples);
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: [task.from], fromBeginning: true });
  let consumed = 0;
  let produced = 0;
  let next = 0;
  let warmAt = 0;
  let warmCpu = 0;
  const done = new Promise<void>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        consumed += batch.messages.length;
        if (warmAt === 0 && consumed >= task.warmUp) {
          warmAt = Date.now();
          warmCpu = cpuMs();
        }
        const until = Math.floor((Math.min(consumed, task.inputs) * task.outputs) / task.inputs);
        const messages: Message[] = [];
        for (; next < until; next++) {
          messages.push({ ...samples[next % samples.length]!, partition: next % task.partitions });
        }
        if (messages.length > 0) {
          await producer.send({ topic: task.to, messages, acks: -1, compression: CompressionTypes.LZ4 });
          produced += messages.length;
        }
        if (consumed >= task.inputs) resolve();
      },
    });
  });
  await done;
  const answer = { warmAt, at: Date.now(), consumed, produced, cpu_ms: cpuMs() - warmCpu };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  await consumer.disconnect();
  await producer.disconnect();
}

await run();
