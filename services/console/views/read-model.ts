import { rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, Codec, Database } from '@yujing/runtime';
import type { Follow } from '../api/dependencies.ts';
import type { Vector } from '../live/vector.ts';
import { ForeignPositions, Projector } from './project/projector.ts';
import { BoardQueries } from './read/board.ts';
import { CaseQueries } from './read/cases.ts';
import { StoryQueries } from './read/story.ts';
import { GenerationKeeper, isOvertaken, VERSION } from './schema/generation-keeper.ts';
import { ALONE, type Generation } from './schema/migrations.ts';

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

/** The read model cannot answer yet (opening, or being opened again). */
export class ReadModelUnavailable extends Error {
  override readonly name = 'ReadModelUnavailable';
}

const REOPEN_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
const KEEP_OLD_MS = 10_000;

/**
 * The cases in SQL. Everything in it is rebuilt from `case`, so whatever is wrong with it (another log, a newer release's
 * tables, a folder that does not open) is answered by building it anew. Where several consoles share the tables, each
 * feeds every generation that is not dropped yet, and goes over to the highest that is ready: whoever finishes it.
 */
export class ReadModel {
  readonly #options: ReadModelOptions;
  #database: Database | undefined;
  #keeper: GenerationKeeper | undefined;
  #running: Running | undefined;
  /** being built while `#running` is read */
  #next: Running | undefined;
  #building = true;
  #rebuild: Promise<void> | undefined;
  #failures = 0;
  #closed = false;
  #opening: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  /** when the generation that is read was first seen to be ready */
  #readySince = Infinity;

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
    const { shared } = this.#options;
    const keeper = new GenerationKeeper(database, shared?.prefix ?? ALONE, shared !== undefined);
    this.#keeper = keeper;
    await keeper.prepare();
    await this.#begin(database, keeper, true);
    if (shared === undefined || this.#closed) return;
    this.#timer ??= setInterval(() => this.#lookAround(), shared.lookEveryMs ?? LOOK_EVERY_MS).unref();
  }

  /** From the generation that is there; another console may be at the same, so what it does is looked at again. */
  async #begin(database: Database, keeper: GenerationKeeper, mayReplace: boolean): Promise<void> {
    for (;;) {
      try {
        return await this.#serve(database, keeper, await keeper.chosen(), mayReplace);
      } catch (error) {
        if (!isOvertaken(error)) throw error;
      }
    }
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

  /**
   * `mayReplace`: what came from another log is built anew. Only at a start: two consoles that were told of two logs would
   * otherwise take turns.
   */
  async #serve(
    database: Database,
    keeper: GenerationKeeper,
    generation: Generation,
    mayReplace: boolean,
  ): Promise<void> {
    const running = this.#runningOf(database, keeper, generation.generation);
    try {
      await running.projector.start();
    } catch (error) {
      await running.projector.stop();
      if (!(error instanceof ForeignPositions) || !mayReplace) throw error;
      this.#note(error);
      return this.#serve(database, keeper, await keeper.replace(generation), mayReplace);
    }
    this.#running = running;
    this.#building = !generation.ready;
    if (this.#building) void this.#becomeReady(keeper, running);
  }

  async #becomeReady(keeper: GenerationKeeper, running: Running): Promise<void> {
    try {
      const isUp = await running.projector.reached(await this.#ends());
      if (!isUp || this.#running !== running) return;
      await keeper.markReady(running.generation);
      this.#building = false;
    } catch (error) {
      this.#note(error);
    }
  }

  #runningOf(database: Database, keeper: GenerationKeeper, generation: number): Running {
    const { broker, codec, follow, shared } = this.#options;
    const schema = keeper.schemaOf(generation);
    const hold = keeper.hold(generation);
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
    const [database, keeper] = [this.#database as Database, this.#keeper as GenerationKeeper];
    const generation = await keeper.anew(old.generation);
    const next = this.#runningOf(database, keeper, generation);
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
    await keeper.markReady(generation);
    // Another console still reads the old one.
    if (this.#options.shared === undefined) await keeper.drop(old.generation);
  }

  async #goOver(old: Running, next: Running): Promise<void> {
    this.#running = next;
    this.#building = false;
    this.#readySince = performance.now();
    await old.projector.stop();
  }

  /** What other consoles did: one at a time, and what fails is looked at again with the next turn. */
  #lookAround(): void {
    const [database, keeper] = [this.#database, this.#keeper];
    if (this.#closed || database === undefined || keeper === undefined || this.#looking !== undefined) return;
    this.#looking = this.#look(database, keeper)
      .catch((error: unknown) => this.#note(error))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  async #look(database: Database, keeper: GenerationKeeper): Promise<void> {
    const running = this.#running;
    if (running === undefined) return this.#begin(database, keeper, false);
    const found = await keeper.list();
    const mine = found.find(({ generation }) => generation === running.generation);
    const newest = found.findLast(({ ready }) => ready);
    const has = (generation: number | undefined) => found.some((known) => known.generation === generation);
    // Its rebuild was ended by another console.
    if (this.#next !== undefined && !has(this.#next.generation)) await this.#next.projector.stop();
    if (this.#rebuild !== undefined) return;
    if (newest !== undefined && newest.generation > running.generation && newest.version === VERSION) {
      const next = this.#runningOf(database, keeper, newest.generation);
      await next.projector.start();
      return this.#goOver(running, next);
    }
    if (mine?.version !== VERSION) {
      // Dropped, or brought to a version of another release: begin with what is there now.
      this.#running = undefined;
      await running.projector.stop();
      return this.#begin(database, keeper, false);
    }
    if (mine.ready) this.#isReady();
    // It had caught up, and then the database did not take the word.
    else if (!this.#building) await keeper.markReady(running.generation);
    // A rebuild that another console began, or did not live to finish.
    if (found.some(({ generation, ready }) => generation > running.generation && !ready)) {
      this.rebuild().catch((error: unknown) => this.#note(error));
      return;
    }
    if (performance.now() - this.#readySince < (this.#options.shared?.keepOldMs ?? KEEP_OLD_MS)) return;
    for (const { generation } of found) {
      if (generation < running.generation) await keeper.drop(generation);
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
