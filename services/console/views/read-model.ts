import { rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, Codec, Database } from '@yujing/runtime';
import type { Follow } from '../api/dependencies.ts';
import type { Vector } from '../live/vector.ts';
import { ForeignPositions, Projector } from './project/projector.ts';
import { BoardQueries } from './read/board.ts';
import { CaseQueries } from './read/cases.ts';
import { StoryQueries } from './read/story.ts';
import {
  createGeneration,
  dropGeneration,
  generations,
  markReady,
  migrate,
  MIGRATIONS,
  schemaOf,
  type Generation,
} from './schema/migrations.ts';

export interface ReadModelOptions {
  readonly broker: Broker;
  readonly codec: Codec;
  readonly follow: Follow;
  /** opens the database; asked again when it went away */
  readonly open: () => Promise<Database>;
  /** its files, moved aside when they cannot be opened; undefined: in memory */
  readonly folder?: string | undefined;
  readonly failed: (error: unknown) => void;
}

/** One generation of tables, being fed and read. */
interface Running {
  readonly generation: number;
  readonly projector: Projector;
  readonly cases: CaseQueries;
  readonly story: StoryQueries;
  readonly board: BoardQueries;
}

export interface ReadModelState {
  readonly state: 'opening' | 'building' | 'ready' | 'rebuilding';
  readonly generation: number | null;
  readonly positions: readonly number[];
  readonly lag: number;
  readonly rows: number;
  readonly failures: number;
}

/** The read model cannot answer yet (opening, or being opened again). */
export class ReadModelUnavailable extends Error {
  override readonly name = 'ReadModelUnavailable';
}

const REOPEN_MS = 1_000;
const VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/**
 * The cases in SQL. Everything in it is rebuilt from `case`, so whatever is wrong with it (another log, a newer release's
 * tables, a folder that does not open) is answered by building it anew.
 */
export class ReadModel {
  readonly #options: ReadModelOptions;
  #database: Database | undefined;
  #running: Running | undefined;
  /** being built while `#running` is read */
  #next: Running | undefined;
  #building = true;
  #rebuild: Promise<void> | undefined;
  #failures = 0;
  #closed = false;
  #opening: Promise<void> | undefined;

  constructor(options: ReadModelOptions) {
    this.#options = options;
  }

  /** Resolves when it can be read; it may still have to catch up. */
  start(): Promise<void> {
    this.#opening = this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    const database = await this.#openDatabase();
    this.#database = database;
    void database.lost.then((error) => this.#lost(database, error));
    const found = await generations(database);
    const current = found.findLast(({ ready }) => ready) ?? found.at(-1);
    for (const { generation } of found) {
      if (generation !== current?.generation) await database.transaction(dropGeneration(generation));
    }
    const usable = current !== undefined && (await migrate(database, current));
    await this.#serve(database, usable ? current : await this.#replace(database, current));
  }

  async #openDatabase(): Promise<Database> {
    const { open, folder } = this.#options;
    try {
      return await open();
    } catch (error) {
      this.#note(error);
      if (folder === undefined) throw error;
      const aside = `${folder}.broken`;
      await rm(aside, { recursive: true, force: true });
      await rename(folder, aside).catch(() => undefined);
      return open();
    }
  }

  /** An empty generation in the place of one that is of no use. */
  async #replace(database: Database, old: Generation | undefined): Promise<Generation> {
    const generation = (old?.generation ?? 0) + 1;
    const drop = old === undefined ? [] : dropGeneration(old.generation);
    await database.transaction([...drop, ...createGeneration(generation, VERSION)]);
    return { generation, version: VERSION, ready: false };
  }

  async #serve(database: Database, generation: Generation): Promise<void> {
    const running = this.#runningOf(database, generation.generation);
    try {
      await running.projector.start();
    } catch (error) {
      if (!(error instanceof ForeignPositions)) throw error;
      this.#note(error);
      return this.#serve(database, await this.#replace(database, generation));
    }
    this.#running = running;
    this.#building = !generation.ready;
    if (this.#building) void this.#becomeReady(database, running);
  }

  async #becomeReady(database: Database, running: Running): Promise<void> {
    try {
      const isUp = await running.projector.reached(await this.#ends());
      if (!isUp || this.#running !== running) return;
      await database.transaction([markReady(running.generation)]);
      this.#building = false;
    } catch (error) {
      this.#note(error);
    }
  }

  #runningOf(database: Database, generation: number): Running {
    const { broker, codec, follow } = this.#options;
    const schema = schemaOf(generation);
    const failed = (error: unknown): void => this.#note(error);
    return {
      generation,
      projector: new Projector({ database, schema, broker, codec, follow, failed }),
      cases: new CaseQueries(database, schema),
      story: new StoryQueries(database, schema),
      board: new BoardQueries(database, schema),
    };
  }

  async #ends(): Promise<number[]> {
    const { broker } = this.#options;
    const partitions = Array.from({ length: broker.partitions('case') }, (_, partition) => partition);
    return Promise.all(partitions.map(async (partition) => (await broker.range('case', partition)).high));
  }

  #note(error: unknown): void {
    this.#failures += 1;
    this.#options.failed(error);
  }

  async #lost(database: Database, error: Error): Promise<void> {
    if (this.#closed || this.#database !== database) return;
    this.#note(error);
    const running = this.#running;
    this.#running = undefined;
    await Promise.all([running?.projector.stop(), this.#next?.projector.stop()]);
    while (!this.#closed) {
      try {
        this.#opening = this.#open();
        await this.#opening;
        return;
      } catch (again) {
        this.#note(again);
        await sleep(REOPEN_MS);
      }
    }
  }

  #current(): Running {
    if (this.#running === undefined) throw new ReadModelUnavailable('the read model is opening');
    return this.#running;
  }

  get cases(): CaseQueries {
    return this.#current().cases;
  }

  get story(): StoryQueries {
    return this.#current().story;
  }

  get board(): BoardQueries {
    return this.#current().board;
  }

  /** Waits until everything the live stream has told is in the tables; false when that takes too long. */
  async reached(vector: Vector, timeoutMs: number): Promise<boolean> {
    return this.#current().projector.reached(vector, timeoutMs);
  }

  async state(): Promise<ReadModelState> {
    const running = this.#running;
    const failures = this.#failures;
    if (running === undefined) {
      return { state: 'opening', generation: null, positions: [], lag: 0, rows: 0, failures };
    }
    const { generation, projector } = running;
    const state = this.#rebuild !== undefined ? 'rebuilding' : this.#building ? 'building' : 'ready';
    return {
      state,
      generation,
      positions: projector.vector,
      lag: await projector.lag(),
      rows: projector.rows,
      failures,
    };
  }

  /** Builds new tables beside the old ones, which are read until the new ones have caught up. One at a time. */
  rebuild(): Promise<void> {
    this.#rebuild ??= this.#buildAnew().finally(() => {
      this.#rebuild = undefined;
    });
    return this.#rebuild;
  }

  async #buildAnew(): Promise<void> {
    const old = this.#current();
    const database = this.#database as Database;
    const generation = old.generation + 1;
    await database.transaction([...dropGeneration(generation), ...createGeneration(generation, VERSION)]);
    const next = this.#runningOf(database, generation);
    await next.projector.start();
    try {
      this.#next = next;
      const isUp = await next.projector.reached(await this.#ends());
      if (!isUp || this.#closed || this.#running !== old)
        throw new ReadModelUnavailable('stopped while it was rebuilt');
    } catch (error) {
      await next.projector.stop();
      throw error;
    } finally {
      this.#next = undefined;
    }
    this.#running = next;
    this.#building = false;
    await old.projector.stop();
    await database.transaction([markReady(generation), ...dropGeneration(old.generation)]);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#opening?.catch(() => undefined);
    await Promise.all([this.#running?.projector.stop(), this.#next?.projector.stop()]);
    await this.#rebuild?.catch(() => undefined);
    await this.#database?.close();
  }
}
