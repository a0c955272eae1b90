import { CodecError, feedTime, type AnyDecoded, type Broker, type Codec } from '@yujing/runtime';

/** How far door time had come, as the feed itself says. */
export interface FeedEnd {
  /** newest door time of a record; 0: there is none */
  readonly time: number;
  /** newest door time of an event; 0: there is none */
  readonly lastEvent: number;
  /** every partition has heard this tick; 0: there is one that has heard none */
  readonly lastTick: number;
  /** the door announced itself and did not say goodbye */
  readonly isOpen: boolean;
}

const CHUNK = 512;

interface PartitionEnd {
  time: number;
  tick: number | undefined;
  event: number | undefined;
  /** undefined until a record of the door itself is found */
  isOpen: boolean | undefined;
}

/** Takes one record, newest first. Answers whether there is more to be found in this partition. */
function take(end: PartitionEnd, decoded: AnyDecoded, door: string, newestEvent: number): boolean {
  const time = feedTime(decoded) ?? 0;
  end.time = Math.max(end.time, time);
  const { type, value } = decoded;
  if (type === 'Tick' || type === 'DoorOpen' || type === 'DoorClosed') {
    if (value.door === door) end.isOpen ??= type !== 'DoorClosed';
    if (value.door === door && type === 'Tick') end.tick ??= value.time;
  } else if ('accepted_at' in value) end.event ??= time;
  const hasEvent = end.event !== undefined || (time > 0 && time <= newestEvent);
  return end.tick === undefined || end.isOpen === undefined || !hasEvent;
}

async function readChunk(
  broker: Broker,
  codec: Codec,
  partition: number,
  from: number,
  until: number,
): Promise<AnyDecoded[]> {
  const reader = await broker.read('feed', partition, from);
  const found: AnyDecoded[] = [];
  try {
    for (let position = from; position < until;) {
      for (const { offset, bytes } of await reader.poll(until - position)) {
        position = offset + 1;
        if (offset >= until) break;
        try {
          found.push(codec.decode(bytes));
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
      }
    }
  } finally {
    await reader.close();
  }
  return found;
}

async function readPartition(
  broker: Broker,
  codec: Codec,
  partition: number,
  door: string,
  newestEvent: number,
): Promise<PartitionEnd> {
  const { low, high } = await broker.range('feed', partition);
  const end: PartitionEnd = { time: 0, tick: undefined, event: undefined, isOpen: undefined };
  for (let until = high; until > low;) {
    const from = Math.max(low, until - CHUNK);
    const records = await readChunk(broker, codec, partition, from, until);
    for (const decoded of records.reverse()) if (!take(end, decoded, door, newestEvent)) return end;
    until = from;
  }
  return end;
}

/**
 * Reads the end of the feed back. With `clock: door` time is what the feed says and nobody else: what the door remembered on
 * its own could be ahead of what is durable after a crash, and what is sent again would then pass at another time.
 */
export async function readFeedEnd(broker: Broker, codec: Codec, door: string): Promise<FeedEnd> {
  let [time, lastEvent, lastTick, isOpen] = [0, 0, Number.POSITIVE_INFINITY, true];
  for (let partition = 0; partition < broker.partitions('feed'); partition++) {
    const end = await readPartition(broker, codec, partition, door, lastEvent);
    time = Math.max(time, end.time);
    lastEvent = Math.max(lastEvent, end.event ?? 0);
    lastTick = Math.min(lastTick, end.tick ?? 0);
    isOpen &&= end.isOpen === true;
  }
  return { time, lastEvent, lastTick, isOpen };
}
