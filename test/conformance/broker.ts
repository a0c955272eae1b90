import {
  isCoded,
  partitionOf,
  type AppendRecord,
  type Broker,
  type PartitionReader,
  type StoredRecord,
} from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import { afterAll, beforeAll, expect } from 'vitest';
import { conformance, type Check, type Without } from './cases.ts';

/** What a suite needs of an implementation. It may be slow, deliver twice after a lost answer, and hold older records. */
export interface BrokerSubject {
  readonly broker: Broker;
  /** a log of at least three partitions that nobody else writes to during the suite */
  readonly log: LogName;
  /** the same logs, opened anew after everything was closed */
  reopen(): Promise<Broker>;
  /** another installation: its logs are new ones */
  another(): Promise<{ readonly broker: Broker; close(): Promise<void> }>;
  /** lets the oldest records of the partition expire, so that its range begins above 0; some must be there */
  expire(partition: number): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 15_000;

/** Waits for something that may take a while elsewhere. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(`waited ${PATIENCE_MS} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function record(name: string, size = 12): AppendRecord {
  return { key: `key-${name}`, bytes: Buffer.alloc(Math.max(size, name.length), name) };
}

/** As a producer does: what is not acknowledged is sent again, in order, before anything newer. */
export async function appendAll(
  broker: Broker,
  log: LogName,
  batches: ReadonlyMap<number, readonly AppendRecord[]>,
): Promise<void> {
  let left = new Map(batches);
  await eventually('append', async () => {
    const written = await broker.append(log, left).catch((error: unknown) => {
      // Nothing is known: again, as after an answer that names nobody.
      if (isCoded(error) && error.retriable) return new Set<number>();
      throw error;
    });
    for (const partition of written) expect(left.has(partition)).toBe(true);
    left = new Map([...left].filter(([partition]) => !written.has(partition)));
    return left.size === 0 ? true : undefined;
  });
}

async function readUntil(
  reader: PartitionReader,
  enough: (records: StoredRecord[]) => boolean,
): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  return eventually('records', async () => {
    records.push(...(await reader.poll(100)));
    return enough(records) ? records : undefined;
  });
}

async function readFrom(
  broker: Broker,
  log: LogName,
  partition: number,
  from: number,
  count: number,
): Promise<StoredRecord[]> {
  const reader = await broker.read(log, partition, from);
  const records = await readUntil(reader, (got) => got.length >= count);
  await reader.close();
  return records;
}

/** A record that was sent again after a lost answer may stand twice: the first time counts. */
function names(records: readonly StoredRecord[]): string[] {
  return [...new Set(records.map(({ key }) => key))];
}

function keys(records: readonly AppendRecord[]): string[] {
  return records.map(({ key }) => key);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isCoded(error) ? error.code : `no coded error: ${String(error)}`;
}

/** Runs the suite on one implementation. */
export function brokerConformance(name: string, open: () => Promise<BrokerSubject>, without: Without = {}): void {
  conformance(`broker: ${name}`, without, (check) => {
    let subject: BrokerSubject;
    let broker: Broker;
    let log: LogName;
    beforeAll(async () => {
      subject = await open();
      ({ broker, log } = subject);
    });
    afterAll(() => subject.close());

    const high = async (partition: number): Promise<number> => (await broker.range(log, partition)).high;

    check('keeps the order within each partition and takes the partition it is told', async () => {
      const start = [await high(0), await high(2)] as const;
      const [first, second] = [['a', 'b', 'c'].map((n) => record(`0${n}`)), ['d', 'e'].map((n) => record(`2${n}`))];
      await appendAll(
        broker,
        log,
        new Map([
          [0, first],
          [2, second],
        ]),
      );
      await appendAll(broker, log, new Map([[0, [record('0z')]]]));
      const zero = await readFrom(broker, log, 0, start[0], 4);
      const two = await readFrom(broker, log, 2, start[1], 2);
      expect(names(zero)).toEqual(['key-0a', 'key-0b', 'key-0c', 'key-0z']);
      expect(names(two)).toEqual(['key-2d', 'key-2e']);
      expect(new Set(zero.map(({ partition }) => partition))).toEqual(new Set([0]));
      // The key decides a partition only where the writer lets it: here it did not.
      expect(partitionOf('key-0a', broker.partitions(log))).toBeLessThan(broker.partitions(log));
    });

    check('gives back key, bytes, stamp and time as they were', async () => {
      const from = await high(1);
      const stamp = { origin: `${broker.logId(log)}/1/profile`, offset: 2 ** 40 + 3, index: 7 };
      const bytes = Buffer.from([0, 255, 1, 254, 0, 0]);
      const sent = [
        { key: 'stamped', bytes, stamp },
        { key: '钥匙 key', bytes: Buffer.alloc(0) },
        { key: 'large', bytes: Buffer.alloc(300_000, 'x') },
      ];
      const before = Date.now();
      await appendAll(broker, log, new Map([[1, sent]]));
      const got = await readFrom(broker, log, 1, from, sent.length);
      expect(names(got)).toEqual(keys(sent));
      for (const wanted of sent) {
        const found = got.find(({ key }) => key === wanted.key)!;
        expect(Buffer.from(found.bytes).equals(wanted.bytes)).toBe(true);
        expect(found.stamp).toEqual(wanted.stamp);
        expect(Math.abs(found.appendedAt - before)).toBeLessThan(60_000);
      }
    });

    check('what the answer names is there for a reader that comes afterwards', async () => {
      const partitions = [...Array(broker.partitions(log)).keys()];
      const starts = await Promise.all(partitions.map(high));
      const batches = new Map(partitions.map((partition) => [partition, [record(`ack-${partition}`)]]));
      const written = await broker.append(log, batches);
      for (const partition of written) {
        expect(await high(partition)).toBeGreaterThan(starts[partition]!);
        const got = await readFrom(broker, log, partition, starts[partition]!, 1);
        expect(names(got)).toEqual([`key-ack-${partition}`]);
      }
    });

    check('an empty append and a partition without records change nothing', async () => {
      const before = await high(0);
      await broker.append(log, new Map());
      await broker.append(log, new Map([[0, []]]));
      expect(await high(0)).toBe(before);
    });

    check('offsets grow by one and a reader starts at any of them', async () => {
      const from = await high(0);
      await appendAll(broker, log, new Map([[0, [...Array(150).keys()].map((n) => record(`any-${n}`))]]));
      const all = await readFrom(broker, log, 0, from, 150);
      all.forEach(({ offset }, i) => expect(offset).toBe(from + i));
      for (const skip of [1, 63, 64, 65, 149]) {
        const got = await readFrom(broker, log, 0, from + skip, all.length - skip);
        expect(got[0]).toMatchObject({ offset: from + skip, key: all[skip]!.key });
      }
    });

    check('a poll gives at most what was asked for, and nothing twice', async () => {
      const from = await high(2);
      await appendAll(broker, log, new Map([[2, [...Array(25).keys()].map((n) => record(`max-${n}`))]]));
      const reader = await broker.read(log, 2, from);
      const offsets: number[] = [];
      await eventually('25 records', async () => {
        const records = await reader.poll(4);
        expect(records.length).toBeLessThanOrEqual(4);
        offsets.push(...records.map(({ offset }) => offset));
        return offsets.length >= 25 ? true : undefined;
      });
      offsets.forEach((offset, i) => expect(offset).toBe(from + i));
      await reader.close();
    });

    check('two readers of a partition do not take from each other', async () => {
      const from = await high(1);
      await appendAll(broker, log, new Map([[1, ['x', 'y', 'z'].map((n) => record(`two-${n}`))]]));
      const [left, right] = await Promise.all([readFrom(broker, log, 1, from, 3), readFrom(broker, log, 1, from, 3)]);
      expect(names(left)).toEqual(['key-two-x', 'key-two-y', 'key-two-z']);
      expect(names(right)).toEqual(names(left));
    });

    check('a reader at the end answers with nothing after a short wait, then with what comes', async () => {
      const reader = await broker.read(log, 0, await high(0));
      const before = performance.now();
      expect(await reader.poll(10)).toEqual([]);
      expect(performance.now() - before).toBeLessThan(5_000);
      const coming = readUntil(reader, (records) => records.length > 0);
      await appendAll(broker, log, new Map([[0, [record('late')]]]));
      expect(names(await coming)).toEqual(['key-late']);
      await reader.close();
    });

    check('a reader that is closed lets a waiting poll go and refuses the next', async () => {
      const reader = await broker.read(log, 0, await high(0));
      const waiting = reader.poll(10);
      await reader.close();
      expect(await waiting).toEqual([]);
      expect(await codeOf(reader.poll(10))).toBe('closed');
    });

    check('a partition that is not there is refused', async () => {
      const beyond = broker.partitions(log);
      expect(await codeOf(broker.append(log, new Map([[beyond, [record('no')]]])))).toBe('partition_unknown');
      expect(await codeOf(broker.range(log, beyond))).toBe('partition_unknown');
      expect(await codeOf(broker.read(log, beyond, 0))).toBe('partition_unknown');
    });

    check('a record larger than the log takes is refused and nothing of the append is written', async () => {
      const before = await high(0);
      const batch = new Map([[0, [record('fits'), record('too-large', 1_048_577)]]]);
      expect(await codeOf(broker.append(log, batch))).toBe('record_too_large');
      expect(await high(0)).toBe(before);
    });

    assignment(check, () => subject);
    ends(check, () => subject);
  });
}

/** Who owns what. Fails as soon as a partition has two owners. */
class Owners {
  readonly owner = new Map<number, string>();
  readonly clashes: string[] = [];

  member(name: string): { assigned(partition: number): void; revoked(partition: number): void } {
    return {
      assigned: (partition) => {
        const before = this.owner.get(partition);
        if (before !== undefined) this.clashes.push(`${partition}: ${before} and ${name}`);
        this.owner.set(partition, name);
      },
      revoked: (partition) => {
        if (this.owner.get(partition) === name) this.owner.delete(partition);
        else this.clashes.push(`${partition}: revoked from ${name}, who has it not`);
      },
    };
  }

  has(partitions: number, ...members: string[]): true | undefined {
    const owners = new Set(this.owner.values());
    return this.owner.size === partitions && owners.size === members.length && members.every((m) => owners.has(m))
      ? true
      : undefined;
  }
}

function assignment(check: Check, subject: () => BrokerSubject): void {
  check('a group gives every partition to one member, and never to two at once', async () => {
    const { broker, log } = subject();
    const count = broker.partitions(log);
    const group = `conformance-${Date.now()}`;
    const owners = new Owners();
    const first = await broker.join(group, log, owners.member('first'));
    await eventually('the first has all', () => owners.has(count, 'first'));
    const second = await broker.join(group, log, owners.member('second'));
    await eventually('both have some', () => owners.has(count, 'first', 'second'));
    await first.leave();
    await eventually('the second has all', () => owners.has(count, 'second'));
    await second.leave();
    await eventually('nobody has any', () => (owners.owner.size === 0 ? true : undefined));
    expect(owners.clashes).toEqual([]);
  });

  check('groups do not know of each other', async () => {
    const { broker, log } = subject();
    const count = broker.partitions(log);
    const groups = ['left', 'right'].map((side) => `conformance-${side}-${Date.now()}`);
    const owners = groups.map(() => new Owners());
    const joined = await Promise.all(groups.map((group, i) => broker.join(group, log, owners[i]!.member(group))));
    for (const [i, group] of groups.entries()) await eventually(`${group} has all`, () => owners[i]!.has(count, group));
    for (const member of joined) await member.leave();
    expect(owners.flatMap(({ clashes }) => clashes)).toEqual([]);
  });
}

/** Ranges, ids and what a new start finds. Last, since they change the subject. */
function ends(check: Check, subject: () => BrokerSubject): void {
  check('a position above the end or below 0 is refused and never reset', async () => {
    const { broker, log } = subject();
    const end = (await broker.range(log, 0)).high;
    expect(await codeOf(broker.read(log, 0, end + 1))).toBe('position_out_of_range');
    expect(await codeOf(broker.read(log, 0, -1))).toBe('position_out_of_range');
  });

  check('a position below what is kept is refused and never reset', async () => {
    const { broker, log, expire } = subject();
    await appendAll(broker, log, new Map([[0, [...Array(200).keys()].map((n) => record(`old-${n}`, 400))]]));
    await expire(0);
    const { low, high } = await eventually('low above 0', async () => {
      const range = await broker.range(log, 0);
      return range.low > 0 ? range : undefined;
    });
    expect(high).toBeGreaterThanOrEqual(low);
    expect(await codeOf(broker.read(log, 0, low - 1))).toBe('position_out_of_range');
    const reader = await broker.read(log, 0, low);
    await reader.close();
  });

  check('the log of another installation has another id', async () => {
    const { broker, log, another } = subject();
    const other = await another();
    expect(other.broker.logId(log)).not.toBe(broker.logId(log));
    expect(other.broker.logId(log)).not.toBe('');
    await other.close();
  });

  check('a log keeps its id and its records when it is opened again', async () => {
    const { broker, log, reopen } = subject();
    const id = broker.logId(log);
    const from = (await broker.range(log, 1)).high;
    await appendAll(broker, log, new Map([[1, [record('kept')]]]));
    const again = await reopen();
    expect(again.logId(log)).toBe(id);
    expect(names(await readFrom(again, log, 1, from, 1))).toEqual(['key-kept']);
  });
}
