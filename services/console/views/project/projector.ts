import type { Broker, Codec, Database, Statement } from '@yujing/runtime';
import type { Follow, Followed, Stamps } from '../../api/dependencies.ts';
import { followPartition } from '../../live/follow-partition.ts';
import { covers, type Vector } from '../../live/vector.ts';
import type { SchemaName } from '../schema/statements.ts';
import { RowBatch } from './batch.ts';

export interface ProjectorOptions {
  readonly database: Database;
  readonly schema: SchemaName;
  readonly broker: Broker;
  readonly codec: Codec;
  readonly follow: Follow;
  readonly failed: (error: unknown) => void;
}

/**
 * Records of one partition in one round. Rows are made on the main thread, where cards and commands pass too: while it
 * caught up, 1,000 held that thread for 530 ms at 19,000 records a second, 150 for 100 ms at 16,000.
 */
const BATCH = 150;

interface Place {
  readonly position: number;
  readonly stamps: Stamps;
}

/** The positions do not fit the log: what the tables say came from another log. */
export class ForeignPositions extends Error {
  override readonly name = 'ForeignPositions';
}

interface Round {
  readonly batch: RowBatch;
  readonly moved: Map<number, Place>;
  readonly done: Promise<void>;
}

interface Waiter {
  readonly goal: Vector;
  readonly settle: (reached: boolean) => void;
}

/**
 * Keeps one generation of tables up with `case`. Rows, positions and stamps of a batch go into one transaction, so a crash
 * repeats nothing and loses nothing.
 */
export class Projector {
  readonly #options: ProjectorOptions;
  readonly #places: Place[] = [];
  readonly #stop = new AbortController();
  #loops: Promise<void>[] = [];
  readonly #waiters = new Set<Waiter>();
  /** gathers while the one before is written */
  #round: Round | undefined;
  #writing: Promise<void> = Promise.resolve();
  #rows = 0;

  constructor(options: ProjectorOptions) {
    this.#options = options;
  }

  get vector(): number[] {
    return this.#places.map(({ position }) => position);
  }

  /** rows written since the start */
  get rows(): number {
    return this.#rows;
  }

  /** @throws ForeignPositions when the tables must be built anew */
  async start(): Promise<void> {
    await this.#load();
    this.#loops = this.#places.map((_, partition) => this.#follow(partition));
  }

  async #load(): Promise<void> {
    const { database, schema, broker } = this.#options;
    const partitions = broker.partitions('case');
    for (let partition = 0; partition < partitions; partition++) this.#places[partition] = await this.#place(partition);
    const [row] = await database.query(`SELECT count(*) AS partitions FROM ${schema}.positions`);
    if (Number(row?.partitions) > partitions) throw new ForeignPositions('the log has fewer partitions');
  }

  /** Where the tables stand. Asked of the database after every failure: a transaction that failed to answer may have been done. */
  async #place(partition: number): Promise<Place> {
    const { database, schema, broker } = this.#options;
    const sql = `SELECT log_id, log_position, stamps FROM ${schema}.positions WHERE log_partition = $1`;
    const [row] = await database.query(sql, [partition]);
    const { low, high } = await broker.range('case', partition);
    if (row === undefined) return { position: low, stamps: [] };
    const position = Number(row.log_position);
    if (row.log_id !== broker.logId('case')) throw new ForeignPositions('the log has another id');
    if (position > high) throw new ForeignPositions('the log ends before the position');
    if (position < low) throw new ForeignPositions('the log begins after the position');
    return { position, stamps: JSON.parse(String(row.stamps)) as Stamps };
  }

  #follow(partition: number): Promise<void> {
    const { broker, codec, follow, failed } = this.#options;
    return followPartition({
      open: async () => {
        const place = await this.#place(partition);
        this.#places[partition] = place;
        return follow({ broker, codec, log: 'case', partition, ...place });
      },
      handle: (batch) => this.#take(partition, batch),
      failed,
      signal: this.#stop.signal,
      max: BATCH,
    });
  }

  /** Resolves when the batch is in the tables. Partitions that come while a transaction runs share the next one. */
  async #take(partition: number, { records, position, stamps }: Followed): Promise<void> {
    if (position === (this.#places[partition] as Place).position) return;
    this.#round ??= this.#newRound();
    const { batch, moved, done } = this.#round;
    for (const record of records) batch.add(record, partition);
    moved.set(partition, { position, stamps });
    await done;
  }

  #newRound(): Round {
    const batch = new RowBatch();
    const moved = new Map<number, Place>();
    const done = this.#writing.then(() => {
      this.#round = undefined;
      return this.#write(batch, moved);
    });
    // Whoever takes part hears of a failure through `done`; the next round starts in any case.
    this.#writing = done.catch(() => undefined);
    return { batch, moved, done };
  }

  async #write(batch: RowBatch, moved: ReadonlyMap<number, Place>): Promise<void> {
    const { database, schema } = this.#options;
    await database.transaction([...batch.statements(schema), ...this.#positions(moved)]);
    for (const [partition, place] of moved) this.#places[partition] = place;
    this.#rows += batch.size;
    this.#wake();
  }

  #positions(moved: ReadonlyMap<number, Place>): Statement[] {
    const { schema, broker } = this.#options;
    return [...moved].map(([partition, { position, stamps }]) => ({
      sql: `INSERT INTO ${schema}.positions (log_partition, log_id, log_position, stamps) VALUES ($1, $2, $3, $4)
            ON CONFLICT (log_partition) DO UPDATE SET log_position = excluded.log_position, stamps = excluded.stamps`,
      values: [partition, broker.logId('case'), position, JSON.stringify(stamps)],
    }));
  }

  #wake(): void {
    const vector = this.vector;
    for (const waiter of this.#waiters) if (covers(vector, waiter.goal)) waiter.settle(true);
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
    });
  }

  /** records not yet in the tables */
  async lag(): Promise<number> {
    const { broker } = this.#options;
    const ranges = await Promise.all(this.#places.map((_, partition) => broker.range('case', partition)));
    return ranges.reduce((sum, { high }, partition) => sum + Math.max(0, high - (this.vector[partition] ?? 0)), 0);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    for (const waiter of this.#waiters) waiter.settle(false);
    await Promise.all(this.#loops);
    await this.#writing;
  }
}
