import { ClassicLevel } from 'classic-level';
import { DataFolderError, StoreError } from '../../errors/errors.ts';
import type { CommitHead } from '../store.ts';
import { decodeHead, encodeHead } from '../head-codec.ts';
import { KeyFilter, seedOf } from './key-filter.ts';

/** Everything one flush puts into the state, in one synced batch. Values of `records` are opaque here (log lengths, files). */
export interface StateBatch {
  readonly records: ReadonlyArray<readonly [name: string, value: Uint8Array | null]>;
  readonly heads: ReadonlyMap<string, CommitHead>;
  /** slot name -> entity -> bytes, null = removed */
  readonly entities: ReadonlyMap<string, ReadonlyMap<string, Uint8Array | null>>;
}

/** A batch beyond this stays in memory before LevelDB sorts it into a file: flushes are a few MB. */
const WRITE_BUFFER_BYTES = 32 << 20;
const CACHE_BYTES = 64 << 20;

const RECORD = 'record\0';
const HEAD = 'head\0';
const ENTITY = 'entity\0';
/** keys of one step of the scan at opening: a third of a millisecond */
const SCAN_KEYS = 1_000;

function entityKey(slot: string, entity: string): string {
  return `${ENTITY}${slot}\0${entity}`;
}

/**
 * The LevelDB that holds entities, heads and log lengths. LevelDB refuses every write after one that failed, so after a
 * failure it is closed and opened again before the next.
 */
export class State {
  readonly #folder: string;
  readonly #sync: boolean;
  readonly #keys = new KeyFilter();
  #level: ClassicLevel<string, Uint8Array>;
  #failed = false;
  /** the filter knows every key; until then nobody is told that there is none */
  #scanned = false;

  private constructor(folder: string, sync: boolean) {
    this.#folder = folder;
    this.#sync = sync;
    this.#level = make(folder);
  }

  /** @throws DataFolderError `folder_in_use`, `state_missing` */
  static async open(folder: string, sync: boolean): Promise<State> {
    const state = new State(folder, sync);
    try {
      await state.#level.open();
    } catch (error) {
      const { code, message } = (error as Error).cause as { code?: string; message?: string };
      // The lock file says who; here it is another thread of this process, or one that began in the same moment.
      if (code === 'LEVEL_LOCKED') throw new DataFolderError('folder_in_use', { folder, pid: process.pid }, error);
      throw new DataFolderError('state_missing', { folder, reason: message ?? code ?? 'unknown' }, error);
    }
    void state.#scan();
    return state;
  }

  /** Learns what is stored, beside everything else. When it is cut short every key is asked for, as before its end. */
  async #scan(): Promise<void> {
    const keys = this.#level.keys({ gte: ENTITY, lt: `${ENTITY}\uffff`, fillCache: false });
    try {
      let slot = '';
      let seed = 0;
      for (;;) {
        const found = await keys.nextv(SCAN_KEYS);
        if (found.length === 0) break;
        for (const key of found) {
          const end = key.indexOf('\0', ENTITY.length);
          if (!key.startsWith(slot, ENTITY.length) || slot.length !== end - ENTITY.length) {
            slot = key.slice(ENTITY.length, end);
            seed = seedOf(slot);
          }
          this.#keys.add(seed, key.slice(end + 1));
        }
      }
      this.#scanned = true;
    } catch {
      // The state was closed, or failed and is opened again, which starts a new scan.
    } finally {
      await keys.close().catch(() => undefined);
    }
  }

  /** To be told of every key before it is staged: from then on it counts as stored. `seed` = {@link seedOf} the slot. */
  willHold(seed: number, key: string): void {
    this.#keys.add(seed, key);
  }

  /** true: nothing was ever staged or stored under this key. Most first loads are of such keys, and LevelDB is slow to say so. */
  neverHeld(seed: number, key: string): boolean {
    return this.#scanned && !this.#keys.mayHold(seed, key);
  }

  /** records whose name begins so, in the order of their names */
  async records(prefix: string): Promise<Array<readonly [name: string, value: Uint8Array]>> {
    return this.#range(RECORD + prefix, RECORD.length);
  }

  async heads(): Promise<Map<string, CommitHead>> {
    const stored = await this.#range(HEAD, HEAD.length);
    return new Map(stored.map(([slot, bytes]) => [slot, decodeHead(bytes)]));
  }

  async #range(from: string, cut: number): Promise<Array<readonly [string, Uint8Array]>> {
    const found: Array<readonly [string, Uint8Array]> = [];
    for await (const [key, value] of this.#level.iterator({ gte: from, lt: `${from}\uffff` })) {
      found.push([key.slice(cut), value]);
    }
    return found;
  }

  /** The answer is of the moment of the call: later batches do not show in it. */
  async entities(slot: string, keys: readonly string[]): Promise<Array<Uint8Array | undefined>> {
    try {
      return await this.#level.getMany(keys.map((key) => entityKey(slot, key)));
    } catch (error) {
      throw new StoreError('store_failed', {}, error); // it is being opened again
    }
  }

  async write({ records, heads, entities }: StateBatch): Promise<void> {
    if (this.#failed) await this.#reopen();
    const batch = this.#level.batch();
    for (const [name, value] of records) {
      if (value === null) batch.del(RECORD + name);
      else batch.put(RECORD + name, value);
    }
    for (const [slot, head] of heads) batch.put(HEAD + slot, encodeHead(head));
    for (const [slot, changed] of entities) {
      for (const [entity, bytes] of changed) {
        if (bytes === null) batch.del(entityKey(slot, entity));
        else batch.put(entityKey(slot, entity), bytes);
      }
    }
    try {
      await batch.write({ sync: this.#sync });
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  async #reopen(): Promise<void> {
    await this.#level.close();
    this.#level = make(this.#folder);
    await this.#level.open();
    this.#failed = false;
    if (!this.#scanned) void this.#scan();
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}

function make(folder: string): ClassicLevel<string, Uint8Array> {
  return new ClassicLevel<string, Uint8Array>(folder, {
    keyEncoding: 'utf8',
    valueEncoding: 'view',
    writeBufferSize: WRITE_BUFFER_BYTES,
    cacheSize: CACHE_BYTES,
  });
}
