import type { EncodedRequest, Protocol } from './kafkajs.ts';

export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

/** As kafkajs decodes it. */
export interface ProduceAnswer {
  readonly topics: ReadonlyArray<{
    readonly topicName: string;
    readonly partitions: ReadonlyArray<{ readonly partition: number; readonly errorCode: number }>;
  }>;
}

/** The version whose layout is written below; kafkajs has none newer, and every broker from 2.1 to 4.x takes it. */
export const PRODUCE_VERSION = 7;
const ACKS_ALL = -1;

/** Puts batches that are packed already in the place of kafkajs' own encoding. */
export function withBatches(batches: readonly PartitionBatch[], timeoutMs: number): (protocol: Protocol) => Protocol {
  return ({ request, response }) => ({
    response,
    request: { ...request, encode: async () => encodeRequest(batches, timeoutMs) },
  });
}

function encodeRequest(batches: readonly PartitionBatch[], timeoutMs: number): EncodedRequest {
  const topics = new Map<string, PartitionBatch[]>();
  let size = 2 + 2 + 4 + 4;
  for (const entry of batches) {
    const of = topics.get(entry.topic);
    if (of === undefined) {
      topics.set(entry.topic, [entry]);
      size += 2 + Buffer.byteLength(entry.topic) + 4;
    } else of.push(entry);
    size += 8 + entry.batch.length;
  }
  const buffer = Buffer.allocUnsafe(size);
  let at = buffer.writeInt16BE(-1, 0); // no transaction
  at = buffer.writeInt16BE(ACKS_ALL, at);
  at = buffer.writeInt32BE(timeoutMs, at);
  at = buffer.writeInt32BE(topics.size, at);
  for (const [topic, partitions] of topics) {
    at = buffer.writeInt16BE(Buffer.byteLength(topic), at);
    at += buffer.write(topic, at);
    at = buffer.writeInt32BE(partitions.length, at);
    for (const { partition, batch } of partitions) {
      at = buffer.writeInt32BE(partition, at);
      at = buffer.writeInt32BE(batch.length, at);
      at += batch.copy(buffer, at);
    }
  }
  return { buf: buffer, buffer };
}
