import type { Broker, PartitionReader, StoredRecord } from '../../broker/broker.ts';
import type { RegistryCodec } from './registry-codec.ts';

/** A broker whose readers hand nothing on before the codec knows its schemas, or knows that nobody does. */
export function withSchemas(broker: Broker, codec: RegistryCodec): Broker {
  return {
    partitions: (log) => broker.partitions(log),
    logId: (log) => broker.logId(log),
    range: (log, partition) => broker.range(log, partition),
    append: (log, batches) => broker.append(log, batches),
    read: async (log, partition, from) => prepared(await broker.read(log, partition, from), codec),
    join: (group, log, listener) => broker.join(group, log, listener),
    close: () => broker.close(),
  };
}

function prepared(reader: PartitionReader, codec: RegistryCodec): PartitionReader {
  // Polled and not handed on: the reader stands behind them, so a poll that failed must find them again.
  let held: readonly StoredRecord[] = [];
  return {
    async poll(max) {
      if (held.length === 0) held = await reader.poll(max);
      const learning = codec.prepare(held);
      if (learning !== undefined) await learning;
      const ready = held.slice(0, max);
      held = held.slice(max);
      return ready;
    },
    behind() {
      const behind = reader.behind?.();
      return behind === undefined ? undefined : behind + held.length;
    },
    async close() {
      held = [];
      await reader.close();
    },
  };
}
