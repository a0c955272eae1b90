import { rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Broker, type Codec, type Database } from '@yujing/runtime';
import type { Follow } from '../api/dependencies.ts';
import type { Vector } from '../live/vector.ts';
import { ForeignPositions, Projector } from './project/projector.ts';
import { BoardQueries } from './read/board.ts';
import { CaseQueries } from './read/cases.ts';
import { StoryQueries } from './read/story.ts';
import {
  ALONE,
  createGeneration,
  dropGeneration,
  generations,
  holdGeneration,
  markReady,
  migrate,
  MIGRATIONS,
  prepareGenerations,
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
  /** several consoles read and write one database; undefined: this one has it to itself */
  readonly shared?: SharedReadModel | undefined;
}

export interface SharedReadModel {
  /** beginning of the names of its SQL schemas */
  readonly prefix: string;
  /** how often it is looked at what the other consoles did to the generations */
  readonly lookEveryMs?: number;
  /** tables that are replaced stay so long, since another console may not have looked yet */
  readonly keepOldMs?: number;
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

/** Another console made, changed or dropped the generation first. */
function isOvertaken(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === 'database_rows_differ';
}

function unlessOvertaken(error: unknown): void {
  if (!isOvertaken(error)) throw error;
}

/** The read model cannot answer yet (opening, or being opened again). */
export class ReadModelUnavailable extends Error {
  override readonly name = 'ReadModelUnavailable';
}

const REOPEN_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
const KEEP_OLD_MS = 10_000;
const VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/**
 * The cases in SQL. Everything in it is rebuilt from `case`, so whatever is wrong with it (another log, a newer release's
 * tables, a folder that does not open) is answered by building it anew. Where several consoles share the tables, each
 * feeds every generation that is not dropped yet, and goes over to the highest that is ready: whoever finishes it.
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
  readonly #prefix: string;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  /** when the generation that is read was first seen to be ready */
  #readySince = Infinity;

  constructor(options: ReadModelOptions) {
    this.#options = options;
    this.#prefix = options.shared?.prefix ?? ALONE;
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
    await prepareGenerations(database, this.#prefix);
    await this.#begin(database);
    const { shared } = this.#options;
    if (shared === undefined || this.#closed) return;
    this.#timer ??= setInterval(() => this.#lookAround(), shared.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  /** From the generation that is there; another console may be at the same, so what it does is looked at again. */
  async #begin(database: Database): Promise<void> {
    for (;;) {
      try {
        return await this.#serve(database, await this.#chosen(database));
      } catch (error) {
        if (!isOvertaken(error)) throw error;
      }
    }
  }

  async #chosen(database: Database): Promise<Generation> {
    const found = await generations(database, this.#prefix);
    const current = found.findLast(({ ready }) => ready) ?? found.at(-1);
    const isShared = this.#options.shared !== undefined;
    for (const { generation } of found) {
      // Of several consoles another one may be building it.
      if (generation !== current?.generation && !isShared) await database.transaction(this.#drop(generation));
    }
    if (current === undefined) return this.#replace(database, current);
    // What a newer console made is not for an older one to build anew.
    if (isShared && current.version > VERSION)
      throw new DatabaseError('database_newer', { schema: this.#prefix, version: current.version, known: VERSION });
    const usable = await migrate(database, current, MIGRATIONS, this.#prefix);
    return usable ? { ...current, version: VERSION } : this.#replace(database, current);
  }

  #drop(generation: number): ReturnType<typeof dropGeneration> {
    return dropGeneration(generation, this.#prefix);
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
    const drop = old === undefined ? [] : this.#drop(old.generation);
    await database.transaction([...drop, ...createGeneration(generation, VERSION, this.#prefix)]);
    return { generation, version: VERSION, ready: false };
  }

  async #serve(database: Database, generation: Generation): Promise<void> {
    const running = this.#runningOf(database, generation.generation);
    try {
      await running.projector.start();
    } catch (error) {
      await running.projector.stop();
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
      await database.transaction([markReady(running.generation, this.#prefix)]);
      this.#building = false;
    } catch (error) {
      this.#note(error);
    }
  }

  #runningOf(database: Database, generation: number): Running {
    const { broker, codec, follow, shared } = this.#options;
    const schema = schemaOf(generation, this.#prefix);
    const hold = holdGeneration(generation, VERSION, this.#prefix);
    const isShared = shared !== undefined;
    const failed = (error: unknown): void => this.#note(error);
    return {
      generation,
      projector: new Projector({ database, schema, hold, broker, codec, follow, failed, isShared }),
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
    const generation = await this.#anew(database, old.generation);
    const next = this.#runningOf(database, generation);
    this.#next = next;
    try {
      await next.projector.start();
      const isUp = await next.projector.reached(await this.#ends());
      if (!isUp || this.#closed || this.#running !== old)
        throw new ReadModelUnavailable('stopped while it was rebuilt');
    } catch (error) {
      await next.projector.stop();
      throw error;
    } finally {
      this.#next = undefined;
    }
    await this.#goOver(old, next);
    await database.transaction([markReady(generation, this.#prefix)]);
    // Another console still reads the old one.
    if (this.#options.shared === undefined) await database.transaction(this.#drop(old.generation));
  }

  /** An empty generation above the one that is read, or the one that another console has begun. */
  async #anew(database: Database, old: number): Promise<number> {
    for (;;) {
      const found = await generations(database, this.#prefix);
      const begun = found.find(({ generation, version, ready }) => generation > old && version === VERSION && !ready);
      if (begun !== undefined && this.#options.shared !== undefined) return begun.generation;
      const above = found.filter(({ generation }) => generation > old).map(({ generation }) => this.#drop(generation));
      try {
        await database.transaction([...above.flat(), ...createGeneration(old + 1, VERSION, this.#prefix)]);
        return old + 1;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
      }
    }
  }

  async #goOver(old: Running, next: Running): Promise<void> {
    this.#running = next;
    this.#building = false;
    this.#readySince = performance.now();
    await old.projector.stop();
  }

  /** What other consoles did: one at a time, and what fails is looked at again with the next turn. */
  #lookAround(): void {
    const database = this.#database;
    if (this.#closed || database === undefined || this.#looking !== undefined) return;
    this.#looking = this.#look(database)
      .catch((error: unknown) => this.#note(error))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #look(database: Database): Promise<void> {
    const running = this.#running;
    if (running === undefined) return this.#begin(database);
    const found = await generations(database, this.#prefix);
    const mine = found.find(({ generation }) => generation === running.generation);
    const newest = found.findLast(({ ready }) => ready);
    const has = (generation: number | undefined) => found.some((known) => known.generation === generation);
    // Its rebuild was ended by another console.
    if (this.#next !== undefined && !has(this.#next.generation)) await this.#next.projector.stop();
    if (this.#rebuild !== undefined) return;
    if (newest !== undefined && newest.generation > running.generation && newest.version === VERSION) {
      const next = this.#runningOf(database, newest.generation);
      await next.projector.start();
      return this.#goOver(running, next);
    }
    if (mine?.version !== VERSION) {
      // Dropped, or brought to a version of another release: begin with what is there now.
      this.#running = undefined;
      await running.projector.stop();
      return this.#begin(database);
    }
    if (mine.ready) this.#isReady();
    // A rebuild that another console began, or did not live to finish.
    if (found.some(({ generation, ready }) => generation > running.generation && !ready)) {
      this.rebuild().catch((error: unknown) => this.#note(error));
      return;
    }
    if (performance.now() - this.#readySince < (this.#options.shared?.keepOldMs ?? KEEP_OLD_MS)) return;
    for (const { generation } of found) {
      if (generation < running.generation) await database.transaction(this.#drop(generation)).catch(unlessOvertaken);
    }
  }

  #isReady(): void {
    this.#building = false;
    this.#readySince = Math.min(this.#readySince, performance.now());
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#opening?.catch(() => undefined);
    await this.#looking;
    await Promise.all([this.#running?.projector.stop(), this.#next?.projector.stop()]);
    await this.#rebuild?.catch(() => undefined);
    await this.#database?.close();
  }
}
