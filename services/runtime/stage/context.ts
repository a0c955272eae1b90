import type { LogName, RecordType, RecordTypes } from '@yujing/schemas';
import { partitionOf, type AppendRecord, type Broker } from '../broker/broker.ts';
import type { Codec } from '../codec/index.ts';
import type { EntityCache } from './entity-cache.ts';
import type { AdoptKind, Stage, StageContext } from './stage.ts';
import type { PartitionTimers } from './timers.ts';

/** Takes the outputs of a record that is finished, in their order. */
export interface OutputSink {
  output(log: LogName, partition: number, record: AppendRecord): void;
}

/** Thrown out of a handler when an entity is not in memory. One object for all: it says nothing but "load and call again". */
export class NeedsEntities extends Error {
  override readonly name = 'NeedsEntities';
}
export const NEEDS_ENTITIES = new NeedsEntities('entities are being loaded');

export interface ContextOptions<Entity, PartitionState> {
  readonly stage: Stage<Entity, PartitionState>;
  readonly partition: number;
  readonly origin: string;
  readonly broker: Pick<Broker, 'partitions'>;
  readonly codec: Codec;
  readonly cache: EntityCache<Entity>;
  readonly timers: PartitionTimers;
  readonly state: PartitionState;
  /** compiled documents by kind, the ones in use */
  readonly documents: ReadonlyMap<AdoptKind, unknown>;
  /** keys a handler asked for and that are not in memory */
  readonly wanted: Set<string>;
  readonly counts: Map<string, number>;
}

/** What the handler of one partition sees. Made once for each time its memory is made; nothing is allocated per record. */
export class HandlerContext<Entity, PartitionState> implements StageContext<Entity, PartitionState> {
  readonly partition: number;
  readonly partitions: number;
  readonly state: PartitionState;
  readonly timers: PartitionTimers;
  readonly #options: ContextOptions<Entity, PartitionState>;
  readonly #cache: EntityCache<Entity>;
  readonly #logs: LogName[] = [];
  readonly #targets: number[] = [];
  readonly #records: AppendRecord[] = [];
  #offset = -1;

  constructor(options: ContextOptions<Entity, PartitionState>) {
    this.#options = options;
    this.#cache = options.cache;
    this.partition = options.partition;
    this.partitions = options.broker.partitions(options.stage.reads);
    this.state = options.state;
    this.timers = options.timers;
  }

  begin(offset: number): void {
    this.#offset = offset;
    this.#clear();
  }

  /** passes the outputs on; the record is through */
  finish(sink: OutputSink): number {
    const emitted = this.#records.length;
    for (let index = 0; index < emitted; index++) {
      sink.output(this.#logs[index] as LogName, this.#targets[index] as number, this.#records[index] as AppendRecord);
    }
    if (emitted > 0) this.#clear();
    return emitted;
  }

  need(keys: readonly string[]): void {
    const { wanted } = this.#options;
    for (const key of keys) if (!this.#cache.has(key)) wanted.add(key);
    if (wanted.size > 0) this.#signal();
  }

  entity(key: string): Entity {
    const slot = this.#cache.find(key);
    if (slot === undefined) return this.#missing(key);
    slot.used = true;
    if (!slot.dirty) this.#cache.change(slot);
    if (slot.entity === undefined) slot.entity = this.#options.stage.codec.empty(key);
    return slot.entity;
  }

  read(key: string): Entity | undefined {
    const slot = this.#cache.find(key);
    if (slot === undefined) return this.#missing(key);
    slot.used = true;
    return slot.entity;
  }

  remove(key: string): void {
    const slot = this.#cache.find(key);
    if (slot === undefined) return this.#missing(key);
    if (slot.entity === undefined && !slot.dirty) return;
    slot.entity = undefined;
    this.#cache.change(slot);
  }

  emit<T extends RecordType>(type: T, key: string, value: RecordTypes[T]): void {
    const { broker, codec } = this.#options;
    const log = this.#logOf(type);
    this.#put(log, partitionOf(key, broker.partitions(log)), key, codec.encode(type, value));
  }

  broadcast<T extends RecordType>(type: T, value: RecordTypes[T]): void {
    const { broker, codec } = this.#options;
    const log = this.#logOf(type);
    const bytes = codec.encode(type, value);
    const partitions = broker.partitions(log);
    for (let partition = 0; partition < partitions; partition++) this.#put(log, partition, '', bytes);
  }

  adopted<Document>(kind: AdoptKind): Document | undefined {
    return this.#options.documents.get(kind) as Document | undefined;
  }

  count(name: string, by = 1): void {
    const { counts } = this.#options;
    counts.set(name, (counts.get(name) ?? 0) + by);
  }

  #put(log: LogName, partition: number, key: string, bytes: Uint8Array): void {
    const stamp = { origin: this.#options.origin, offset: this.#offset, index: this.#records.length };
    this.#logs.push(log);
    this.#targets.push(partition);
    this.#records.push({ key, bytes, stamp });
  }

  #logOf(type: RecordType): LogName {
    const log = this.#options.stage.writes[type];
    if (log === undefined) throw new Error(`stage ${this.#options.stage.name} does not write ${type}`);
    return log;
  }

  #missing(key: string): never {
    this.#options.wanted.add(key);
    return this.#signal();
  }

  #signal(): never {
    if (this.#records.length === 0) throw NEEDS_ENTITIES;
    // The handler would be called again and say the same thing twice: a defect, shown the first time it happens.
    this.#options.wanted.clear();
    throw new Error(`stage ${this.#options.stage.name} emitted before it had asked for all entities`);
  }

  #clear(): void {
    this.#logs.length = 0;
    this.#targets.length = 0;
    this.#records.length = 0;
  }
}
