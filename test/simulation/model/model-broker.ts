import { BrokerError, type AppendRecord, type Broker, type PartitionReader, type StoredRecord } from '@yujing/runtime';
import { LOG_NAMES, MAX_MESSAGE_BYTES, type LogName } from '@yujing/schemas';
import type { Random } from '../random.ts';
import type { Faults } from './faults.ts';
import type { SimProcess } from './process.ts';
import type { Scheduler } from './scheduler.ts';

/** One incarnation of a log. A grown log is another one, with another id. */
export interface ModelLog {
  readonly name: LogName;
  readonly id: string;
  readonly partitions: StoredRecord[][];
  /** nothing is written any more: the log was replaced */
  closed: boolean;
}

interface Reader {
  readonly look: () => void;
}

const PATIENCE_MS = 500;
/** an append without an answer is given up by its sender after this */
const TIMEOUT_MS = 300;
const LATE_MS = 3_000;

function recordsOf(log: ModelLog, partition: number): StoredRecord[] {
  const records = log.partitions[partition];
  if (records === undefined) throw new BrokerError('partition_unknown', { log: log.name, partition });
  return records;
}

function check(log: ModelLog, partition: number, records: readonly AppendRecord[]): void {
  recordsOf(log, partition);
  for (const { bytes } of records) {
    if (bytes.length > MAX_MESSAGE_BYTES) throw new BrokerError('record_too_large', { log: log.name, partition });
  }
}

/** The logs of the world, seen by everybody through {@link ModelLogs.broker}. */
export class ModelLogs {
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #random: Random;
  readonly #logs = new Map<LogName, ModelLog>();
  readonly #readers = new Map<string, Set<Reader>>();
  /** every incarnation there was */
  readonly all: ModelLog[] = [];
  /** looked at when a record is written */
  onWrite: (log: ModelLog, record: StoredRecord) => void = () => {};
  written = 0;

  constructor(scheduler: Scheduler, faults: Faults, random: Random, partitions: Readonly<Record<LogName, number>>) {
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#random = random;
    for (const name of LOG_NAMES) this.make(name, partitions[name]);
  }

  make(name: LogName, partitions: number): ModelLog {
    const old = this.#logs.get(name);
    if (old !== undefined) old.closed = true;
    const log: ModelLog = {
      name,
      id: `${name}@${this.all.length + 1}`,
      partitions: Array.from({ length: partitions }, () => []),
      closed: false,
    };
    this.#logs.set(name, log);
    this.all.push(log);
    return log;
  }

  log(name: LogName): ModelLog {
    return this.#logs.get(name) as ModelLog;
  }

  write(log: ModelLog, partition: number, records: readonly AppendRecord[]): void {
    if (log.closed) return;
    const written = log.partitions[partition] as StoredRecord[];
    for (const record of records) {
      const stored = { ...record, partition, offset: written.length, appendedAt: this.#scheduler.now };
      written.push(stored);
      this.written++;
      this.onWrite(log, stored);
    }
    for (const { look } of this.#readers.get(`${log.id} ${partition}`) ?? []) look();
  }

  /** The broker as one process sees it. */
  broker(process: SimProcess): Broker {
    const incarnations = new Map(this.#logs);
    const of = (name: LogName): ModelLog => incarnations.get(name) as ModelLog;
    return {
      partitions: (name) => of(name).partitions.length,
      logId: (name) => of(name).id,
      range: (name, partition) => process.ask(() => ({ low: 0, high: recordsOf(of(name), partition).length })),
      append: async (name, batches) => {
        for (const [partition, records] of batches) check(of(name), partition, records);
        return this.#append(process, of(name), batches);
      },
      read: async (name, partition, from) => {
        await process.ask(() => {
          const high = recordsOf(of(name), partition).length;
          if (!(from >= 0 && from <= high))
            throw new BrokerError('position_out_of_range', { log: name, partition, from });
        });
        return this.#reader(process, of(name), partition, from);
      },
      join: () => Promise.reject(new Error('the simulation assigns partitions itself')),
      close: async () => {},
    };
  }

  #reader(process: SimProcess, log: ModelLog, partition: number, from: number): PartitionReader {
    let next = from;
    let closed = false;
    let letGo = (): void => {};
    return {
      poll: async (max) => {
        if (closed) throw new BrokerError('closed', { log: log.name, partition });
        const leaving = new Promise<StoredRecord[]>((resolve) => (letGo = () => resolve([])));
        const found = await Promise.race([this.#poll(process, log, partition, next, max), leaving]);
        next += found.length;
        return found;
      },
      close: async () => {
        closed = true;
        letGo();
      },
    };
  }

  #poll(process: SimProcess, log: ModelLog, partition: number, from: number, max: number): Promise<StoredRecord[]> {
    const records = log.partitions[partition] as StoredRecord[];
    const name = `${log.id} ${partition}`;
    const readers = this.#readers.get(name) ?? new Set();
    this.#readers.set(name, readers);
    return new Promise((resolve, reject) => {
      this.#scheduler.after(process.delay(), () => {
        if (this.#random.chance(0.05 * this.#faults.degree('readFails'))) {
          process.deliver(() => reject(new BrokerError('connection_lost')));
          return;
        }
        let answered = false;
        const answer = (): void => {
          if (answered) return;
          answered = true;
          readers.delete(reader);
          const found = records.slice(from, from + max);
          this.#scheduler.after(process.delay(), () => process.deliver(() => resolve(found)));
        };
        const reader: Reader = { look: answer };
        if (records.length > from) answer();
        else {
          readers.add(reader);
          this.#scheduler.after(PATIENCE_MS, answer);
        }
      });
    });
  }

  #append(
    process: SimProcess,
    log: ModelLog,
    batches: ReadonlyMap<number, readonly AppendRecord[]>,
  ): Promise<ReadonlySet<number>> {
    const faults = this.#faults;
    const random = this.#random;
    const writeAll = (): void => {
      for (const [partition, records] of batches) this.write(log, partition, records);
    };
    return new Promise((resolve, reject) => {
      const answer = (act: () => void, delayMs = process.delay()): void =>
        this.#scheduler.after(delayMs, () => process.deliver(act));
      this.#scheduler.after(process.delay(), () => {
        if (random.chance(0.3 * faults.degree('appendDelayed'))) {
          // Somewhere on the way: it lands when nobody waits for it any more.
          this.#scheduler.after(random.between(0, LATE_MS), writeAll);
          answer(() => reject(new BrokerError('append_unknown')), TIMEOUT_MS);
          return;
        }
        const written = new Set<number>();
        for (const [partition, records] of batches) {
          if (random.chance(0.2 * faults.degree('appendNotWritten'))) continue;
          this.write(log, partition, records);
          written.add(partition);
        }
        if (random.chance(0.1 * faults.degree('appendRepeated'))) {
          this.#scheduler.after(random.between(0, LATE_MS), writeAll);
        }
        if (random.chance(0.2 * faults.degree('appendAnswerLost'))) {
          answer(() => reject(new BrokerError('append_unknown')), TIMEOUT_MS);
        } else answer(() => resolve(written));
      });
    });
  }
}
