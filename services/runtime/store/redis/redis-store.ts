import { StoreError, type Facts } from '../../errors/errors.ts';
import { decodeHead, encodeHead } from '../head-codec.ts';
import type { Commit, CommitHead, Slot, Store } from '../store.ts';
import { RedisConnection, type Argument, type RedisClient } from './client.ts';
import { COMMIT, HEAD } from './commit-script.ts';
import { scanKeys, slotKey, slotOfKey } from './keys.ts';
import type { RedisOptions } from './options.ts';
import { packEntities } from './pack-entities.ts';
import { RedisPresence, type Presence } from './presence.ts';
import { storeError } from './redis-error.ts';
import { run } from './script.ts';
import { ServerWatch } from './server-watch.ts';
import { copySlot, placeSlot, removeLeftovers, type SlotCopy } from './slot-copy.ts';
import { ToldTimes } from './told-times.ts';

/** Fields of one HMGET: some ten milliseconds of the server. */
const LOAD_FIELDS = 10_000;
const FAILURE_COUNTS_MS = 15_000;

type Loaded = Awaited<ReturnType<Store['load']>>;

export interface RedisHealth {
  /** there is a connection, and for no partition the last command failed */
  readonly reachable: boolean;
  /** epoch ms of this process; 0 = never */
  readonly lastAnswerAt: number;
  /** code of such a failure */
  readonly failing: string | undefined;
}

/** State of the stages in Redis: one hash a slot, one request a load, one script a commit. Layout and limits: README. */
export class RedisStore implements Store {
  readonly #connection: RedisConnection;
  readonly #client: RedisClient;
  readonly #options: RedisOptions;
  readonly #watch: ServerWatch;
  readonly #presence: RedisPresence;
  readonly #times = new ToldTimes();
  #lastAnswerAt = 0;
  /** by stage and partition: of a cluster one node may be away while the others answer */
  readonly #failing = new Map<string, { readonly code: string; readonly at: number }>();
  #closed = false;

  private constructor(connection: RedisConnection, options: RedisOptions) {
    this.#connection = connection;
    this.#client = connection.client;
    this.#options = options;
    this.#watch = new ServerWatch(() => connection.masters(), options);
    this.#presence = new RedisPresence(connection.client, options.installation, (command) => this.#ask({}, command));
  }

  /** @throws StoreError store_unreachable, store_access_denied, store_evicts */
  static async open(options: RedisOptions): Promise<RedisStore> {
    const reconnected = (): void => options.metrics?.count('redis_reconnects_total', {});
    const store = new RedisStore(await RedisConnection.open(options, reconnected), options);
    try {
      await store.checkSettings();
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  get installation(): string {
    return this.#options.installation;
  }

  /** who has a page open */
  get presence(): Presence {
    return this.#presence;
  }

  /** @throws StoreError store_evicts: a server would throw state away; without an append-only file it is a warning */
  checkSettings(): Promise<void> {
    return this.#watch.check();
  }

  async head(slot: Slot): Promise<{ readonly head: CommitHead | undefined; readonly now: number }> {
    const key = this.#key(slot);
    const [bytes, now] = (await this.#ask(where(slot), () => run(this.#client, HEAD, [key], []))) as [
      Buffer | null,
      number,
    ];
    return { head: bytes === null ? undefined : decodeHead(bytes), now: this.#times.tell(key, now) };
  }

  async load(slot: Slot, keys: readonly string[]): Promise<Loaded> {
    const startedAt = performance.now();
    // Parts of one answer must be of one commit. When somebody committed in between, it is all asked for at once.
    const loaded = (await this.#loadParts(slot, keys, LOAD_FIELDS)) ?? (await this.#loadParts(slot, keys, keys.length));
    if (loaded === undefined) throw new Error('an answer in one part is of one commit');
    this.#options.metrics?.observe('redis_load_seconds', { stage: slot.stage }, (performance.now() - startedAt) / 1000);
    return loaded;
  }

  async #loadParts(slot: Slot, keys: readonly string[], most: number): Promise<Loaded | undefined> {
    const key = this.#key(slot);
    const entities: Array<Uint8Array | undefined> = [];
    let id: string | undefined;
    for (let from = 0; from === 0 || from < keys.length; from += most) {
      const args: Argument[] = [key, 'id'];
      const to = Math.min(from + most, keys.length);
      for (let i = from; i < to; i++) args.push(`e:${keys[i]}`);
      const answer = (await this.#ask(where(slot), () =>
        this.#client.callBuffer('hmget', args),
      )) as Array<Buffer | null>;
      const found = answer[0]?.toString();
      if (from > 0 && found !== id) return undefined;
      id = found;
      for (let i = 1; i < answer.length; i++) entities.push(answer[i] ?? undefined);
    }
    return { id, entities };
  }

  async commit(slot: Slot, { follows, head, entities }: Commit): Promise<{ applied: boolean; now: number }> {
    const { metrics } = this.#options;
    const startedAt = performance.now();
    const key = this.#key(slot);
    const { sets, removals } = packEntities(entities);
    const bytes = Buffer.from(encodeHead(head));
    const args = [follows === undefined ? '' : `=${follows}`, head.id, bytes, sets.length, ...sets, ...removals];
    const answer = await this.#ask(where(slot), () => run(this.#client, COMMIT, [key], args));
    const [applied, now] = answer as [number, number];
    const { stage } = slot;
    metrics?.observe('redis_commit_seconds', { stage }, (performance.now() - startedAt) / 1000);
    if (applied === 0) metrics?.count('redis_commits_refused_total', { stage });
    return { applied: applied === 1, now: this.#times.tell(key, now) };
  }

  /** From what the client itself saw: asks nobody. */
  health(): RedisHealth {
    let failing: string | undefined;
    for (const [of, { code, at }] of this.#failing) {
      // A partition that went to another process asks no more; what it met last says nothing about now.
      if (performance.now() - at > FAILURE_COUNTS_MS) this.#failing.delete(of);
      else failing = code;
    }
    const reachable = this.#connection.ready && failing === undefined;
    return { reachable, lastAnswerAt: this.#lastAnswerAt, failing };
  }

  /** every slot of this installation, of all logs that ever had that stage */
  async *slots(): AsyncGenerator<Slot> {
    const { installation } = this.#options;
    for await (const key of scanKeys(this.#connection.masters(), `{${installation}/*}`)) {
      const slot = slotOfKey(installation, key);
      if (slot !== undefined) yield slot;
    }
  }

  /** The slot as it is now; commits go on. Undefined = nothing was ever committed. Close it when it is read. */
  async snapshot(slot: Slot): Promise<SlotCopy | undefined> {
    const facts = where(slot);
    const key = this.#key(slot);
    const copy = await this.#ask(facts, () => copySlot(this.#client, this.#connection.masters(), key));
    if (copy === undefined) return undefined;
    const batches = (): AsyncGenerator<Buffer[]> => coded(copy.batches(), facts);
    return { ...copy, batches, close: () => this.#ask(facts, () => copy.close()) };
  }

  /** Puts fields and values in the place of a slot, all at once. @throws StoreError slot_not_empty */
  restore(slot: Slot, batches: AsyncIterable<Buffer[]>, options: { readonly replace?: boolean } = {}): Promise<void> {
    const { replace = false } = options;
    return this.#ask(where(slot), () => placeSlot(this.#client, this.#key(slot), batches, replace));
  }

  /** Copies and drafts that snapshots and restores left when they died. */
  removeLeftovers(): Promise<void> {
    return this.#ask({}, () => removeLeftovers(this.#client, this.#connection.masters(), this.#options.installation));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watch.close();
    this.#presence.close();
    this.#connection.close();
  }

  #key(slot: Slot): string {
    return slotKey(this.#options.installation, slot);
  }

  async #ask<T>(facts: Facts, command: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError('closed');
    const of = `${facts['stage'] ?? ''}/${facts['partition'] ?? ''}`;
    try {
      const answer = await command();
      this.#lastAnswerAt = Date.now();
      this.#failing.delete(of);
      return answer;
    } catch (error) {
      if (this.#closed) throw new StoreError('closed');
      const failure = storeError(error, facts);
      this.#failing.set(of, { code: failure.code, at: performance.now() });
      this.#options.metrics?.count('redis_failures_total', { reason: failure.code });
      throw failure;
    }
  }
}

function where({ stage, partition }: Slot): Facts {
  return { stage, partition };
}

async function* coded<T>(source: AsyncIterable<T>, facts: Facts): AsyncGenerator<T> {
  try {
    yield* source;
  } catch (error) {
    throw storeError(error, facts);
  }
}
