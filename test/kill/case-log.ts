import { createFollower, openEmbedded, createLocalCodec, type AnyDecoded, type Broker } from '@yujing/runtime';

export interface Said {
  readonly type: string;
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

/** What the log `case` says of one person. */
export interface PersonLog {
  /** outputs of the stages, in order */
  readonly stamped: Said[];
  /** commands, deliveries, deadlines, adoptions by their content name: a repeat may stand in the log, and the first one counts */
  readonly named: Map<string, Said>;
}

export interface CaseLog {
  readonly persons: ReadonlyMap<string, PersonLog>;
  readonly records: number;
  /** records without a stamp that were there before by their content name */
  readonly repeats: number;
}

const MOST = 10_000;

/** The name of a record that carries no stamp. */
function contentName({ type, value }: AnyDecoded, partition: number): string {
  const { command_id, delivery_id, due_id } = value as unknown as Readonly<Record<string, string | undefined>>;
  if (type === 'Adopt') return `Adopt ${partition} ${value.kind} ${value.ref} ${value.at} ${value.behaviour ?? ''}`;
  const name = command_id ?? delivery_id ?? due_id;
  if (name === undefined) throw new TypeError(`a ${type} without a stamp has no content name`);
  return `${type} ${name}`;
}

async function offsetsWithStamp(broker: Broker, partition: number, high: number): Promise<Set<number>> {
  const reader = await broker.read('case', partition, 0);
  const stamped = new Set<number>();
  for (let position = 0; position < high;) {
    for (const { offset, stamp } of await reader.poll(MOST)) {
      position = offset + 1;
      if (stamp !== undefined) stamped.add(offset);
    }
  }
  await reader.close();
  return stamped;
}

/** Reads the log `case` through the stamp filter, as every reader of the product does. */
export async function readCaseLog(broker: Broker): Promise<CaseLog> {
  const codec = createLocalCodec();
  const persons = new Map<string, PersonLog>();
  let total = 0;
  let repeats = 0;
  for (let partition = 0; partition < broker.partitions('case'); partition++) {
    const { high } = await broker.range('case', partition);
    const stamped = await offsetsWithStamp(broker, partition, high);
    const follower = await createFollower({ broker, codec, log: 'case', partition, position: 0, stamps: [] });
    for (let position = 0; position < high;) {
      const batch = await follower.poll(MOST);
      position = batch.position;
      if (batch.undecodable.length > 0) throw new Error(`undecodable records in case/${partition}`);
      for (const record of batch.records) {
        const { key, type, value, bytes, offset } = record;
        const log = persons.get(key) ?? { stamped: [], named: new Map<string, Said>() };
        persons.set(key, log);
        total++;
        if (stamped.has(offset)) {
          log.stamped.push({ type, value, bytes });
          continue;
        }
        const name = contentName(record, partition);
        if (log.named.has(name)) repeats++;
        else log.named.set(name, { type, value, bytes });
      }
    }
    await follower.close();
  }
  return { persons, records: total, repeats };
}

/** @throws DataFolderError when the folder is in use or damaged */
export async function readCaseLogOf(folder: string): Promise<CaseLog> {
  const engine = await openEmbedded({ folder, now: () => Date.now(), verify: true });
  try {
    return await readCaseLog(engine.inside);
  } finally {
    await engine.abandon();
  }
}

export function countTypes({ persons }: CaseLog): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { stamped, named } of persons.values()) {
    for (const { type } of [...stamped, ...named.values()]) counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}
