import type { LogName, RecordType, RecordTypes } from '@yujing/schemas';

/** What a stage takes over from `change` through its own log. */
export type AdoptKind = 'ruleset' | 'list' | 'policy' | 'roster' | 'precinct' | 'model';

/** A record as a handler sees it: decoded and past the stamp filter. */
export interface InputRecord<T extends RecordType = RecordType> {
  readonly type: T;
  readonly key: string;
  readonly value: RecordTypes[T];
  readonly offset: number;
  readonly partition: number;
}

/** What a handler says of a record. It never acts: the loop does, once, and counts by reason. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'drop'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string }
  | { readonly kind: 'dead-letter'; readonly reason: string };

export const DONE: Outcome = { kind: 'done' };

/** How an entity is kept: `encode` must be deterministic (same state, same bytes). */
export interface EntityCodec<Entity> {
  empty(key: string): Entity;
  encode(entity: Entity): Uint8Array;
  decode(bytes: Uint8Array, key: string): Entity;
}

/** Deadlines of a partition, persisted with it. A `scope` groups deadlines that pass together (a feed partition, `people`). */
export interface Timers {
  /** the one deadline of (scope, key); undefined clears it */
  set(scope: string, key: string, at: number | undefined): void;
  /** keys whose deadline in this scope is <= until, by (deadline, key); bounded by `limit` */
  due(scope: string, until: number, limit: number): ReadonlyArray<{ readonly key: string; readonly at: number }>;
  /** earliest deadline of a scope */
  next(scope: string): number | undefined;
  scopes(): readonly string[];
}

/**
 * What a handler may touch. Everything here is a function of the log: no clock, random or network.
 * `entity` and `read` throw a signal when the key is not in memory yet; the loop then loads it and calls the handler again
 * for the same record. So: ask for every entity BEFORE changing anything (see `need`).
 */
export interface StageContext<Entity, PartitionState> {
  readonly partition: number;
  /** partitions of the log this stage reads */
  readonly partitions: number;
  /** small state of the whole partition, committed with it */
  readonly state: PartitionState;
  /** declares all keys a handler will use beyond the record's own */
  need(keys: readonly string[]): void;
  /** for writing: made by `codec.empty` when absent, marked dirty */
  entity(key: string): Entity;
  /** for reading: undefined when absent, not marked dirty */
  read(key: string): Entity | undefined;
  remove(key: string): void;
  /** an output; its log follows from the stage's `writes` table, its partition from the key */
  emit<T extends RecordType>(type: T, key: string, value: RecordTypes[T]): void;
  /** the same record into every partition of the output log (ticks) */
  broadcast<T extends RecordType>(type: T, value: RecordTypes[T]): void;
  readonly timers: Timers;
  /** the compiled document adopted last; undefined before the first Adopt */
  adopted<Document>(kind: AdoptKind): Document | undefined;
  /** counts something worth seeing (a drop, a cap); `name` is from the stage's closed list */
  count(name: string, by?: number): void;
}

/** Documents of `change`, by content hash. */
export interface Documents {
  /** @throws DocumentError when the hash is unknown */
  get<T extends RecordType>(type: T, hash: string): Promise<RecordTypes[T]>;
}

/**
 * A stage: a pure function of one keyed log. `handle` may change the entities it was given and emit; nothing else.
 */
export interface Stage<Entity, PartitionState> {
  readonly name: string;
  readonly reads: LogName;
  /** record type -> log it is written to */
  readonly writes: Readonly<Partial<Record<RecordType, LogName>>>;
  /** raised by a release whose outputs differ for the same input; adopted through the log */
  readonly behaviour: number;
  readonly adopts: readonly AdoptKind[];
  /** true: people see the outputs, so they are committed (with an outbox) before they are published */
  readonly commitFirst: boolean;
  readonly codec: EntityCodec<Entity>;
  partitionState(): PartitionState;
  /** compiles an adopted document; called outside the handler, the result is cached by reference */
  prepare(kind: AdoptKind, ref: string, documents: Documents): Promise<unknown>;
  handle(context: StageContext<Entity, PartitionState>, record: InputRecord): Outcome;
  /** called after an adoption counted, in log order */
  adopted?(context: StageContext<Entity, PartitionState>, kind: AdoptKind): void;
  /** record the owner appends to the stage's own log when a deadline of scope `people` passes (case: Due) */
  due?(
    key: string,
    at: number,
    now: number,
  ): { readonly type: RecordType; readonly key: string; readonly value: unknown };
}
