import type { Codec } from '../codec/index.ts';
import type { Broker } from '../broker/broker.ts';
import type { Commit, CommitHead, OutboxRecord } from '../store/store.ts';
import { HandlerContext } from './context.ts';
import { EntityCache, type Eviction } from './entity-cache.ts';
import { decodeMeta, encodeMeta } from './meta.ts';
import type { Adopted } from './rules.ts';
import type { AdoptKind, Stage } from './stage.ts';
import { NO_TIMERS, PartitionTimers } from './timers.ts';

/** Above this an entity is counted: its stage has a cap that does not hold. */
export const ENTITY_BOUND_BYTES = 32_768;

export interface MemoryOptions<Entity, PartitionState> {
  readonly stage: Stage<Entity, PartitionState>;
  readonly partition: number;
  readonly origin: string;
  readonly broker: Pick<Broker, 'partitions'>;
  readonly codec: Codec;
  readonly cacheEntities: number;
  readonly eviction?: Eviction | undefined;
  /** undefined = nothing was ever committed */
  readonly head: CommitHead | undefined;
  /** segments of the timers, in order */
  readonly timers: ReadonlyArray<Uint8Array | undefined>;
}

/**
 * Everything a worker holds of its partition. It is made from one commit of the store and thrown away as a whole as soon as
 * anything else is found there, so no part of it can outlive the others.
 */
export class WorkerMemory<Entity, PartitionState> {
  /** id of the commit all of this follows */
  base: string | undefined;
  /** offset of the next input record */
  position: number;
  /** 0 = not known yet */
  behaviour: number;
  /** something happened since the last commit */
  changed = false;
  readonly stamps = new Map<string, [offset: number, index: number]>();
  readonly adopted = new Map<AdoptKind, Adopted>();
  readonly documents = new Map<AdoptKind, unknown>();
  readonly wanted = new Set<string>();
  readonly counts = new Map<string, number>();
  readonly cache: EntityCache<Entity>;
  readonly timers: PartitionTimers;
  readonly context: HandlerContext<Entity, PartitionState>;
  readonly #stage: Stage<Entity, PartitionState>;

  constructor(options: MemoryOptions<Entity, PartitionState>) {
    const { stage, head } = options;
    const meta = head === undefined ? undefined : decodeMeta(head.meta);
    this.#stage = stage;
    this.base = head?.id;
    this.position = head?.position ?? 0;
    this.behaviour = meta?.behaviour ?? 0;
    for (const [origin, offset, index] of head?.stamps ?? []) this.stamps.set(origin, [offset, index]);
    for (const [kind, adopted] of Object.entries(meta?.adopted ?? {})) this.adopted.set(kind as AdoptKind, adopted);
    this.cache = new EntityCache(options.cacheEntities, options.eviction);
    this.timers = new PartitionTimers(meta?.timers ?? NO_TIMERS, options.timers);
    this.context = new HandlerContext({
      ...options,
      cache: this.cache,
      timers: this.timers,
      state: meta === undefined ? stage.partitionState() : (meta.state as PartitionState),
      documents: this.documents,
      wanted: this.wanted,
      counts: this.counts,
    });
  }

  /** The commit that carries all changes since the last one; from here on they count as committed. */
  takeCommit(id: string, outbox: readonly OutboxRecord[], tooLarge: () => void): Commit {
    const entities = new Map<string, Uint8Array | null>();
    for (const slot of this.cache.takeDirty()) {
      const bytes = slot.entity === undefined ? null : this.#stage.codec.encode(slot.entity);
      if (bytes !== null && bytes.length > ENTITY_BOUND_BYTES) tooLarge();
      entities.set(slot.key, bytes);
    }
    for (const [key, bytes] of this.timers.takeChanges()) entities.set(key, bytes);
    const follows = this.base;
    this.base = id;
    this.changed = false;
    return {
      follows,
      entities,
      head: { id, position: this.position, stamps: this.#stamps(), meta: this.#meta(), outbox },
    };
  }

  #stamps(): Array<readonly [string, number, number]> {
    const stamps: Array<readonly [string, number, number]> = [];
    for (const [origin, [offset, index]] of this.stamps) stamps.push([origin, offset, index]);
    return stamps;
  }

  #meta(): Uint8Array {
    return encodeMeta({
      behaviour: this.behaviour,
      adopted: Object.fromEntries(this.adopted),
      timers: this.timers.range,
      state: this.context.state,
    });
  }
}
