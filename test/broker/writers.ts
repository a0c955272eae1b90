import { setTimeout as sleep } from 'node:timers/promises';
import {
  isCoded,
  NO_METRICS,
  OrderedPublisher,
  PARTITION_LOOP_SETTINGS,
  systemClock,
  type AppendRecord,
  type Broker,
} from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';

export const LOG: LogName = 'encounter';
const TICK_MS = 10;
const RECORD_BYTES = 200;

/** What one caller wrote to one partition: names in the order of writing, and how many of them were acknowledged. */
export interface Written {
  readonly names: string[];
  acknowledged: number;
}

/** A caller that writes without end and sends again what was not acknowledged. */
export interface Writer {
  readonly name: string;
  /** outputs of a stage carry a stamp; what a door or an owner appends does not */
  readonly isStamped: boolean;
  readonly partitions: readonly Written[];
  /** longest time between two acknowledgements of a partition that had something to write */
  readonly longestGapMs: number;
  /** ends when everything is acknowledged */
  stop(): Promise<void>;
}

type Appends = Pick<Broker, 'append' | 'partitions' | 'logId'>;

/** Notes what the broker says is written, whoever asked. */
class Acknowledgements {
  readonly partitions: Written[];
  readonly #since: number[];
  longestGapMs = 0;

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, () => ({ names: [], acknowledged: 0 }));
    this.#since = Array<number>(partitions).fill(0);
  }

  wrote(partition: number, name: string): void {
    const { names, acknowledged } = this.#of(partition);
    if (names.length === acknowledged) this.#since[partition] = performance.now();
    names.push(name);
  }

  acknowledge(partition: number, records: readonly AppendRecord[]): void {
    const written = this.#of(partition);
    for (const { key } of records) {
      // A caller that sends in order and drops what was acknowledged can only meet the next one.
      if (written.names[written.acknowledged] !== key) throw new Error(`${key} was acknowledged out of order`);
      written.acknowledged++;
    }
    const now = performance.now();
    this.longestGapMs = Math.max(this.longestGapMs, now - (this.#since[partition] as number));
    this.#since[partition] = now;
  }

  #of(partition: number): Written {
    return this.partitions[partition] as Written;
  }
}

function recordOf(key: string, stamp?: AppendRecord['stamp']): AppendRecord {
  return { key, bytes: Buffer.alloc(RECORD_BYTES, key), stamp };
}

/** As a stage writes: stamped, through the publisher of the run loop. */
export function startStage(broker: Appends, name: string, perTick: number): Writer {
  const partitions = broker.partitions(LOG);
  const noted = new Acknowledgements(partitions);
  const counting = {
    async append(log: LogName, batches: ReadonlyMap<number, readonly AppendRecord[]>) {
      const written = await broker.append(log, batches);
      for (const partition of written) noted.acknowledge(partition, batches.get(partition) ?? []);
      return written;
    },
  } as Broker;
  const publisher = new OrderedPublisher({
    broker: counting,
    clock: systemClock(),
    stage: name,
    metrics: NO_METRICS,
    settings: PARTITION_LOOP_SETTINGS,
  });
  const origin = `${broker.logId(LOG)}/0/${name}`;
  let offset = 0;
  const put = (): void => {
    const partition = (offset * 7 + (offset >> 3)) % partitions;
    const key = `${name}-${partition}-${offset}`;
    noted.wrote(partition, key);
    publisher.enqueue(LOG, partition, recordOf(key, { origin, offset, index: 0 }));
    offset++;
  };
  const running = runUntilStopped(async () => {
    await publisher.room();
    for (let i = 0; i < perTick; i++) put();
  });
  return {
    name,
    isStamped: true,
    partitions: noted.partitions,
    get longestGapMs() {
      return noted.longestGapMs;
    },
    async stop() {
      await running.stop();
      await publisher.idle();
    },
  };
}

/** As a door or an owner writes: unstamped, one append at a time, and again until it is acknowledged. */
export function startDoor(broker: Appends, name: string, perTick: number): Writer {
  const partitions = broker.partitions(LOG);
  const noted = new Acknowledgements(partitions);
  let count = 0;
  const running = runUntilStopped(async () => {
    const batches = new Map<number, AppendRecord[]>();
    for (let i = 0; i < perTick; i++, count++) {
      const partition = count % partitions;
      const key = `${name}-${partition}-${count}`;
      noted.wrote(partition, key);
      batches.set(partition, [...(batches.get(partition) ?? []), recordOf(key)]);
    }
    while (batches.size > 0) {
      for (const partition of await appendOnce(broker, batches)) {
        noted.acknowledge(partition, batches.get(partition) ?? []);
        batches.delete(partition);
      }
    }
  });
  return {
    name,
    isStamped: false,
    partitions: noted.partitions,
    get longestGapMs() {
      return noted.longestGapMs;
    },
    stop: () => running.stop(),
  };
}

async function appendOnce(
  broker: Appends,
  batches: ReadonlyMap<number, readonly AppendRecord[]>,
): Promise<ReadonlySet<number>> {
  try {
    return await broker.append(LOG, batches);
  } catch (error) {
    if (!isCoded(error) || !error.retriable) throw error;
    await sleep(20);
    return new Set();
  }
}

function runUntilStopped(step: () => Promise<void>): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await step();
      await sleep(TICK_MS);
    }
  };
  const done = run();
  // Looked at when it is stopped.
  done.catch(() => {});
  return {
    stop() {
      stopping.abort();
      return done;
    },
  };
}
