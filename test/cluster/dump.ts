import { StampFilter, type Broker, type StoredRecord } from '@yujing/runtime';
import { LOG_NAMES, type LogName } from '@yujing/schemas';

export interface DumpedLog {
  readonly logId: string;
  /** every record of each partition, from offset 0 on */
  readonly partitions: ReadonlyArray<readonly StoredRecord[]>;
}

/** The four logs of an installation as they stood at one time. */
export type Dump = Readonly<Record<LogName, DumpedLog>>;

const BATCH = 5_000;

/** Reads all logs from 0 to where they end now. @throws when a log no longer begins at 0, or has a hole */
export async function dumpLogs(broker: Broker): Promise<Dump> {
  const logs = await Promise.all(LOG_NAMES.map(async (log) => [log, await dumpLog(broker, log)] as const));
  return Object.fromEntries(logs) as Dump;
}

async function dumpLog(broker: Broker, log: LogName): Promise<DumpedLog> {
  const partitions = Array.from({ length: broker.partitions(log) }, (_, partition) => partition);
  const records = await Promise.all(partitions.map((partition) => dumpPartition(broker, log, partition)));
  return { logId: broker.logId(log), partitions: records };
}

async function dumpPartition(broker: Broker, log: LogName, partition: number): Promise<StoredRecord[]> {
  const { low, high } = await broker.range(log, partition);
  if (low > 0) throw new Error(`${log}/${partition} begins at ${low}: nothing can be told of what came before`);
  const records: StoredRecord[] = [];
  if (high === 0) return records;
  const reader = await broker.read(log, partition, 0);
  try {
    while (records.length < high) {
      for (const record of await reader.poll(BATCH)) {
        if (record.offset >= high) return records;
        if (record.offset !== records.length) {
          throw new Error(`${log}/${partition} has no record ${records.length}, the next one is ${record.offset}`);
        }
        records.push(record);
      }
    }
    return records;
  } finally {
    await reader.close();
  }
}

/** What a reader takes of a partition: outputs that stand there again are passed over. */
export function takenOf(records: readonly StoredRecord[]): StoredRecord[] {
  const filter = new StampFilter();
  return records.filter(({ stamp }) => filter.take(stamp));
}
