import { DatabaseError, type Database, type Statement } from '@yujing/runtime';
import {
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
} from './migrations.ts';
import type { SchemaName } from './statements.ts';

/** The version that this release reads and writes. */
export const VERSION = MIGRATIONS.at(-1)?.version ?? 0;

/** Another console made, changed or dropped a generation first: look again. */
export function isOvertaken(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === 'database_rows_differ';
}

/** Which generations there are, and what becomes of them; of one database, that this console has to itself or shares. */
export class GenerationKeeper {
  readonly #database: Database;
  readonly #prefix: string;
  readonly #isShared: boolean;

  constructor(database: Database, prefix: string, isShared: boolean) {
    this.#database = database;
    this.#prefix = prefix;
    this.#isShared = isShared;
  }

  prepare(): Promise<void> {
    return prepareGenerations(this.#database, this.#prefix);
  }

  list(): Promise<Generation[]> {
    return generations(this.#database, this.#prefix);
  }

  schemaOf(generation: number): SchemaName {
    return schemaOf(generation, this.#prefix);
  }

  hold(generation: number): Statement {
    return holdGeneration(generation, VERSION, this.#prefix);
  }

  /**
   * The generation to begin with, brought to this release's version.
   * @throws DatabaseError `database_rows_differ` when another console was at the same; `database_newer`
   */
  async chosen(): Promise<Generation> {
    const found = await this.list();
    const current = found.findLast(({ ready }) => ready) ?? found.at(-1);
    for (const { generation } of found) {
      // Of several consoles another one may be building it.
      if (generation !== current?.generation && !this.#isShared) await this.drop(generation);
    }
    if (current === undefined) return this.replace(undefined);
    // What a newer console made is not for an older one to build anew.
    if (this.#isShared && current.version > VERSION)
      throw new DatabaseError('database_newer', { schema: this.#prefix, version: current.version, known: VERSION });
    const usable = await migrate(this.#database, current, MIGRATIONS, this.#prefix);
    return usable ? { ...current, version: VERSION } : this.replace(current);
  }

  /** An empty generation in the place of one that is of no use. */
  async replace(old: Generation | undefined): Promise<Generation> {
    const generation = (old?.generation ?? 0) + 1;
    const drop = old === undefined ? [] : dropGeneration(old.generation, this.#prefix);
    await this.#database.transaction([...drop, ...createGeneration(generation, VERSION, this.#prefix)]);
    return { generation, version: VERSION, ready: false };
  }

  /** An empty generation above the one that is read, or the one that another console has begun. */
  async anew(old: number): Promise<number> {
    for (;;) {
      const above = (await this.list()).filter(({ generation }) => generation > old);
      const begun = above.find(({ version, ready }) => version === VERSION && !ready);
      if (begun !== undefined && this.#isShared) return begun.generation;
      // One that is ready is read by another console already.
      const kept = this.#isShared ? above.filter(({ ready }) => ready) : [];
      const drop = above.filter((known) => !kept.includes(known));
      const generation = Math.max(old, ...kept.map((known) => known.generation)) + 1;
      try {
        await this.#database.transaction([
          ...drop.flatMap((known) => dropGeneration(known.generation, this.#prefix)),
          ...createGeneration(generation, VERSION, this.#prefix),
        ]);
        return generation;
      } catch (error) {
        if (!isOvertaken(error)) throw error;
      }
    }
  }

  async markReady(generation: number): Promise<void> {
    await this.#database.transaction([markReady(generation, this.#prefix)]);
  }

  /** Also when another console drops it in the same moment. */
  async drop(generation: number): Promise<void> {
    try {
      await this.#database.transaction(dropGeneration(generation, this.#prefix));
    } catch (error) {
      if (!isOvertaken(error)) throw error;
    }
  }
}
