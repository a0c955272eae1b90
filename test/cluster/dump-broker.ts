import { slotName, type Broker, type Slot, type Stage, type Store, type StoredRecord } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import type { Dump } from './dump.ts';

const READ_ONLY = 'a dump is read and nothing else';

/** The logs of a dump, for everything that reads through the port. */
export function dumpBroker(dump: Dump): Broker {
  const recordsOf = (log: LogName, partition: number): readonly StoredRecord[] => {
    const records = dump[log].partitions[partition];
    if (records === undefined) throw new RangeError(`${log} has no partition ${partition}`);
    return records;
  };
  return {
    partitions: (log) => dump[log].partitions.length,
    logId: (log) => dump[log].logId,
    range: async (log, partition) => ({ low: 0, high: recordsOf(log, partition).length }),
    read: async (log, partition, from) => {
      const records = recordsOf(log, partition);
      let next = from;
      return {
        poll: async (max) => {
          const found = records.slice(next, next + max);
          next += found.length;
          return found;
        },
        close: async () => undefined,
      };
    },
    append: () => Promise.reject(new Error(READ_ONLY)),
    join: () => Promise.reject(new Error(READ_ONLY)),
    close: async () => undefined,
  };
}

/** Name of a slot -> offset of the next input record: how far each stage had come. */
export type Positions = ReadonlyMap<string, number>;

export function slotsOf(dump: Dump, stages: ReadonlyArray<Pick<Stage<unknown, unknown>, 'name' | 'reads'>>): Slot[] {
  return stages.flatMap(({ name, reads }) =>
    dump[reads].partitions.map((_, partition) => ({ stage: name, logId: dump[reads].logId, partition })),
  );
}

export async function readPositions(store: Pick<Store, 'head'>, slots: readonly Slot[]): Promise<Positions> {
  const positions = new Map<string, number>();
  for (const slot of slots) positions.set(slotName(slot), (await store.head(slot)).head?.position ?? 0);
  return positions;
}

/** A store that knows how far each stage had come, and nothing more: what a replay asks. */
export function positionStore(positions: Positions): Store {
  return {
    head: async (slot) => {
      const position = positions.get(slotName(slot));
      const head =
        position === undefined ? undefined : { id: '', position, stamps: [], meta: new Uint8Array(), outbox: [] };
      return { head, now: 0 };
    },
    load: () => Promise.reject(new Error(READ_ONLY)),
    commit: () => Promise.reject(new Error(READ_ONLY)),
    close: async () => undefined,
  };
}
