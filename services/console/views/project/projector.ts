import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Broker, type Codec, type Database, type Statement } from '@yujing/runtime';
import type { Follow, Followed, Stamps } from '../../api/dependencies.ts';
import { followPartition } from '../../live/follow-partition.ts';
import { covers, type Vector } from '../../live/vector.ts';
import type { SchemaName } from '../schema/statements.ts';
import { RowBatch } from './batch.ts';
import { movePositions, type Move } from './positions.ts';

export interface ProjectorOptions {
  readonly database: Database;
  readonly schema: SchemaName;
  /** first statement of each transaction: see `holdGeneration` */
  readonly hold: Statement;
  readonly broker: Broker;
  readonly codec: Codec;
  readonly follow: Follow;
  readonly failed: (error: unknown) => void;
  /** other consoles write the same tables */
  readonly isShared?: boolean;
}

/**
 * Records of one partition in one round. Rows are made on the main thread, where cards and commands pass too: while it
 * caught up, 1,000 held that thread for 530 ms at 19,000 records a second, 150 for 100 ms at 16,000.
 */
const BATCH = 150;
/** Who was overtaken looks for so long what the other console does before it writes itself. */
const WATCH_MS = 100;
/** A log may end before a position for a moment while its leader changes; only of one that several consoles read. */
const AHEAD_MS = 10_000;
const AHEAD_AGAIN_MS = 200;

interface Place {
  readonly position: number;
  readonly stamps: Stamps;
}

/** What a follower brought of one partition, from where it stood before. */
interface Taken extends Followed {
  readonly from: number;
}

/** The positions do not fit the log: what the tables say came from another log. */
export class ForeignPositions extends Error {
  override readonly name = 'ForeignPositions';
}

interface Round {
  /** good as long as nobody else is known to have written since the round began */
  readonly batch: RowBatch;
  readonly taken: Map<number, Taken>;
  readonly done: Promise<void>;
}

interface Waiter {
  readonly goal: Vector;
  readonly settle: (reached: boolean) => void;
}

/**
 * Keeps one generation of tables up with `case`. Rows, positions and stamps of a batch go into one transaction, so a crash
 * repeats nothing and loses nothing. The positions move by compare-and-set: of several consoles the faster one writes a
 * batch, the others find it written. Whoever was overtaken watches for a moment before it writes again, so one of them
 * writes nearly everything, and another takes over within that moment when it stops.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  /** up to where the tables have each partition */
  readonly #positions: number[] = [];
  /** up to where each follower has read */
  readonly #read: number[] = [];
  readonly #stop = new AbortController();
  #loops: Promise<void>[] = [];
  readonly #waiters = new Set<Waiter>();
  #watch: NodeJS.Timeout | undefined;
  /** gathers while the one before is written */
  #round: Round | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** begun and ended transactions: what was read across one of them may be old */
  #turns = 0;
  #looks = 0;
  #newestLook = 0;
  /** times that somebody else was seen to have written */
  #overtakings = 0;
  #isOvertaken = false;
  #rows = 0;

  constructor(options: ProjectorOptions) {
    this.#options = options;
  }

  get vector(): number[] {
    return [...this.#positions];
  }

  /** rows written since the start */
  get rows(): number {
    return this.#rows;
  }

  /** @throws ForeignPositions when the tables must be built anew */
  async start(): Promise<void> {
    await this.#load();
    this.#loops = this.#positions.map((_, partition) => this.#follow(partition));
  }

  async #load(): Promise<void> {
    const { database, schema, broker } = this.#options;
    const partitions = broker.partitions('case');
    for (let partition = 0; partition < partitions; partition++) {
      // One row for each from the first moment, so that a move is always a change of one.
      const { low } = await broker.range('case', partition);
      await database.query(
        `INSERT INTO ${schema}.positions (log_partition, log_id, log_position, stamps) VALUES ($1, $2, $3, '[]')
         ON CONFLICT DO NOTHING`,
        [partition, broker.logId('case'), low],
      );
      this.#positions[partition] = (await this.#place(partition)).position;
    }
    const [row] = await database.query(`SELECT count(*) AS partitions FROM ${schema}.positions`);
    if (Number(row?.partitions) > partitions) throw new ForeignPositions('the log has fewer partitions');
  }

  /** Where the tables stand. Asked of the database after every failure: a transaction that failed to answer may have been done. */
  async #place(partition: number): Promise<Place> {
    const { database, schema, broker } = this.#options;
    const sql = `SELECT log_id, log_position, stamps FROM ${schema}.positions WHERE log_partition = $1`;
    const [row] = await database.query(sql, [partition]);
    const position = row === undefined ? 0 : Number(row.log_position);
    const { low, high } = await this.#range(partition, position);
    if (row === undefined) return { position: low, stamps: [] };
    if (row.log_id !== broker.logId('case')) throw new ForeignPositions('the log has another id');
    if (position > high) throw new ForeignPositions('the log ends before the position');
    if (position < low) throw new ForeignPositions('the log begins after the position');
    return { position, stamps: JSON.parse(String(row.stamps)) as Stamps };
  }

  async #range(partition: number, position: number): Promise<{ readonly low: number; readonly high: number }> {
    const { broker, isShared = false } = this.#options;
    for (let left = isShared ? AHEAD_MS / AHEAD_AGAIN_MS : 0; ; left--) {
      const range = await broker.range('case', partition);
      if (position <= range.high || left === 0) return range;
      await sleep(AHEAD_AGAIN_MS, undefined, { signal: this.#stop.signal });
    }
  }

  #follow(partition: number): Promise<void> {
    const { broker, codec, follow, failed } = this.#options;
    return followPartition({
      open: async () => {
        const place = await this.#place(partition);
        this.#positions[partition] = place.position;
        this.#read[partition] = place.position;
        return follow({ broker, codec, log: 'case', partition, ...place });
      },
      handle: (batch) => this.#take(partition, batch),
      failed,
      signal: this.#stop.signal,
      max: BATCH,
    });
  }

  /** Resolves when the batch is in the tables. Partitions that come while a transaction runs share the next one. */
  async #take(partition: number, followed: Followed): Promise<void> {
    const taken = { ...followed, from: this.#read[partition] as number };
    if (taken.position === taken.from) return;
    this.#round ??= this.#newRound();
    const { batch, taken: all, done } = this.#round;
    this.#gather(batch, partition, taken);
    all.set(partition, taken);
    await done;
    this.#read[partition] = taken.position;
  }

  /** What another console has written already is left out. */
  #gather(batch: RowBatch, partition: number, { records }: Taken): void {
    const position = this.#positions[partition] as number;
    for (const record of records) if (record.offset >= position) batch.add(record, partition);
  }

  #newRound(): Round {
    const batch = new RowBatch();
    const taken = new Map<number, Taken>();
    const overtakings = this.#overtakings;
    const done = this.#writing.then(async () => {
      if (this.#isOvertaken) {
        await sleep(WATCH_MS, undefined, { signal: this.#stop.signal });
        await this.#look();
      }
      this.#round = undefined;
      return this.#write(taken, overtakings === this.#overtakings ? batch : undefined);
    });
    // Whoever takes part hears of a failure through `done`; the next round starts in any case.
    this.#writing = done.catch(() => undefined);
    return { batch, taken, done };
  }

  /** `gathered`: the rows, when nobody else has written meanwhile */
  async #write(taken: ReadonlyMap<number, Taken>, gathered: RowBatch | undefined): Promise<void> {
    for (let batch = gathered; ; batch = undefined) {
      const left = [...taken].filter(([partition, { position }]) => position > (this.#positions[partition] as number));
      this.#isOvertaken = left.length < taken.size;
      if (left.length === 0) break;
      batch ??= this.#regathered(left);
      const moves = left.map(([partition, to]) => this.#move(partition, to));
      const overtakings = this.#overtakings;
      if (await this.#written(batch, moves)) {
        this.#rows += batch.size;
        break;
      }
      await this.#look();
      // Nobody was faster, and still it cannot be moved: somebody took a row away.
      if (overtakings === this.#overtakings) throw new Error('the positions of the tables cannot be moved');
    }
    this.#wake();
  }

  #regathered(taken: readonly (readonly [number, Taken])[]): RowBatch {
    const batch = new RowBatch();
    for (const [partition, followed] of taken) this.#gather(batch, partition, followed);
    return batch;
  }

  #move(partition: number, { from, position, stamps }: Taken): Move {
    const before = this.#positions[partition] as number;
    // The tables went back behind what was read (a database that was restored): the follower begins again from there.
    if (before < from) throw new Error('the tables stand before what was read');
    return { partition, before, position, stamps };
  }

  /** false: another console was faster */
  async #written(batch: RowBatch, moves: readonly Move[]): Promise<boolean> {
    const { database, schema, broker, hold } = this.#options;
    const statements = [hold, movePositions(schema, broker.logId('case'), moves), ...batch.statements(schema)];
    this.#turns += 1;
    try {
      await database.transaction(statements);
    } catch (error) {
      const isOurs = error instanceof DatabaseError && error.code === 'database_rows_differ';
      // Statement 0 is the hold: the generation itself is gone.
      if (!isOurs || error.facts.statement !== 1) throw error;
      return false;
    } finally {
      this.#turns += 1;
    }
    for (const { partition, position } of moves) this.#positions[partition] = position;
    return true;
  }

  /** Takes over how far the tables are, whoever wrote them. */
  async #look(): Promise<void> {
    const { database, schema } = this.#options;
    const [turns, look] = [this.#turns, ++this.#looks];
    const rows = await database.query(`SELECT log_partition, log_position FROM ${schema}.positions`);
    if (turns !== this.#turns || look < this.#newestLook) return;
    this.#newestLook = look;
    for (const { log_partition, log_position } of rows) {
      const [partition, position] = [Number(log_partition), Number(log_position)];
      if (this.#positions[partition] === position) continue;
      this.#positions[partition] = position;
      this.#overtakings += 1;
    }
    this.#wake();
  }

  #wake(): void {
    const { vector } = this;
    for (const waiter of this.#waiters) if (covers(vector, waiter.goal)) waiter.settle(true);
  }

  /** While somebody waits, it is looked at what the others write. */
  #watchWhileWaiting(): void {
    if (!this.#options.isShared || this.#watch !== undefined) return;
    this.#watch = setInterval(() => {
      if (this.#waiters.size === 0) this.#unwatch();
      else this.#look().catch((error: unknown) => this.#lookFailed(error));
    }, WATCH_MS).unref();
  }

  #lookFailed(error: unknown): void {
    if (!this.#stop.signal.aborted) this.#options.failed(error);
  }

  #unwatch(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  /** Resolves when everything before `goal` is in the tables; false when that takes too long, or it was stopped. */
  async reached(goal: Vector, timeoutMs?: number): Promise<boolean> {
    if (covers(this.vector, goal)) return true;
    if (this.#stop.signal.aborted) return false;
    return new Promise((resolve) => {
      const waiter: Waiter = {
        goal,
        settle: (reached) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(reached);
        },
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(() => waiter.settle(false), timeoutMs);
      this.#waiters.add(waiter);
      this.#watchWhileWaiting();
    });
  }

  /** records not yet in the tables */
  async lag(): Promise<number> {
    const { broker } = this.#options;
    const ranges = await Promise.all(this.#positions.map((_, partition) => broker.range('case', partition)));
    return ranges.reduce((sum, { high }, partition) => sum + Math.max(0, high - (this.#positions[partition] ?? 0)), 0);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#unwatch();
    for (const waiter of this.#waiters) waiter.settle(false);
    await Promise.all(this.#loops);
    await this.#writing;
  }
}
