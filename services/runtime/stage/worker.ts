import type { StoredRecord } from '../broker/broker.ts';
import type { AnyDecoded } from '../codec/index.ts';
import type { OutboxRecord, Slot } from '../store/store.ts';
import { CodecError } from '../codec/index.ts';
import { isCoded, StageError } from '../errors/errors.ts';
import { NeedsEntities } from './context.ts';
import { DeadLetterBudget } from './dead-letter-budget.ts';
import { loadSlot } from './load-slot.ts';
import { NO_METRICS, type DeadLetter } from './ports.ts';
import { RULES, type Adopted, type LoopRules, type Stretch } from './rules.ts';
import type { AdoptKind, InputRecord, Outcome, Stage, Timers } from './stage.ts';
import { WorkerFigures } from './worker-figures.ts';
import { WorkerMemory } from './worker-memory.ts';
import { WORKER_LIMITS, type Started, type Step, type WorkerLimits, type WorkerOptions } from './worker-options.ts';

/**
 * One stage over one partition: everything that is the same embedded and in a cluster. It turns records into outputs, entities
 * and commits; it knows nothing of when, in what batches or how outputs travel.
 */
export class PartitionWorker<Entity, PartitionState> {
  readonly stage: Stage<Entity, PartitionState>;
  readonly slot: Slot;
  readonly #options: WorkerOptions<Entity, PartitionState>;
  readonly #rules: LoopRules;
  readonly #figures: WorkerFigures;
  readonly #limits: WorkerLimits;
  readonly #budget: DeadLetterBudget;
  /** offsets at which the handler threw: put aside without calling it when they come again, so that state is exact */
  readonly #poisoned = new Set<number>();
  /** references whose document can never be used */
  readonly #unusable = new Set<string>();
  #memory: WorkerMemory<Entity, PartitionState> | undefined;
  #letters: DeadLetter[] = [];
  #unprepared: { readonly kind: AdoptKind; readonly ref: string } | undefined;
  #decoded: AnyDecoded | undefined;
  #decodedOffset = -1;
  #stopped: StageError | undefined;

  constructor(options: WorkerOptions<Entity, PartitionState>) {
    const { stage, broker, partition } = options;
    this.#options = options;
    this.stage = stage;
    this.slot = { stage: stage.name, logId: broker.logId(stage.reads), partition };
    this.#rules = options.rules ?? RULES;
    this.#figures = new WorkerFigures(options.metrics ?? NO_METRICS, stage.name, partition);
    this.#limits = { ...WORKER_LIMITS, ...options.limits };
    this.#budget = new DeadLetterBudget(this.#limits.deadLetters);
  }

  /** false: memory was dropped or never made; {@link start} makes it */
  get started(): boolean {
    return this.#memory !== undefined;
  }

  get stopped(): StageError | undefined {
    return this.#stopped;
  }

  get base(): string | undefined {
    return this.#live.base;
  }

  get position(): number {
    return this.#live.position;
  }

  get changed(): boolean {
    return this.#memory?.changed ?? false;
  }

  get dirtyEntities(): number {
    return this.#memory?.cache.dirtyCount ?? 0;
  }

  get timers(): Timers {
    return this.#live.timers;
  }

  /** of the stretch that the position stands in; 0 = nothing was processed yet */
  get behaviour(): number {
    return this.#live.behaviour;
  }

  /** Says which behaviour the beginning of the log has. */
  beginWith(behaviour: number): void {
    this.#live.behaviour = behaviour;
    this.#checkStretch();
  }

  adopted(kind: AdoptKind): Adopted | undefined {
    return this.#live.adopted.get(kind);
  }

  /** Makes memory from what the store holds. @throws what store or `change` throw: try again later */
  async start(): Promise<Started> {
    this.drop();
    const { stage, partition, store, broker, codec, prepared, eviction } = this.#options;
    const { head, timers, now } = await loadSlot(store, this.slot);
    const origin = `${this.slot.logId}/${partition}/${stage.name}`;
    const { cacheEntities } = this.#limits;
    const memory = new WorkerMemory({ stage, partition, origin, broker, codec, cacheEntities, eviction, head, timers });
    for (const [kind, { ref }] of memory.adopted) {
      if (ref === '') continue;
      await prepared.prepare(kind, ref);
      memory.documents.set(kind, prepared.get(kind, ref));
    }
    this.#memory = memory;
    this.#checkStretch();
    return { fresh: head === undefined, outbox: head?.outbox ?? [], now };
  }

  /** Forgets everything that is not in the store. */
  drop(): void {
    this.#memory = undefined;
    this.#letters = [];
    this.#unprepared = undefined;
    this.#decodedOffset = -1;
    this.#figures.forget();
  }

  /** Notes that an entity will be needed, so that a batch is loaded with one request. True when it is not in memory. */
  want(key: string): boolean {
    const memory = this.#live;
    if (key === '' || memory.cache.has(key)) return false;
    memory.wanted.add(key);
    return true;
  }

  /** The record decoded, undefined when it cannot be. */
  peek(record: StoredRecord): AnyDecoded | undefined {
    if (this.#decodedOffset === record.offset) return this.#decoded;
    this.#decodedOffset = record.offset;
    try {
      this.#decoded = this.#options.codec.decode(record.bytes);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#decoded = undefined;
    }
    return this.#decoded;
  }

  /** Puts one record through, synchronously. Records below the position are passed over. */
  process(record: StoredRecord): Step {
    const memory = this.#live;
    if (record.offset < memory.position) return 'next';
    if (record.offset > memory.position)
      throw new Error(`gap in the log: expected ${memory.position}, got ${record.offset}`);
    if (this.#stopped !== undefined) return 'stop';
    const { stamp } = record;
    if (stamp !== undefined && !this.#rules.isNewer(memory.stamps, stamp)) {
      this.#figures.count('records_repeated');
      memory.position++;
      memory.changed = true;
      return 'next';
    }
    const decoded = this.peek(record);
    if (decoded?.type === 'Adopt') return this.#adopt(memory, record, decoded.value);
    const stretch = this.#stretch(memory);
    if (stretch !== 'ours') return this.#stop(`behaviour_${stretch}`);
    if (decoded === undefined) return this.#putAside(memory, record, 'undecodable');
    if (this.#poisoned.size > 0 && this.#poisoned.has(record.offset)) {
      return this.#putAside(memory, record, 'handler_failed');
    }
    return this.#handle(memory, record, decoded);
  }

  /** Loads what `process` or `want` found missing. 'dropped': the store holds something else by now, start again. */
  async settle(): Promise<'ready' | 'dropped'> {
    const memory = this.#live;
    const { store, stage, prepared } = this.#options;
    if (memory.wanted.size > 0) {
      const keys = [...memory.wanted];
      memory.wanted.clear();
      const { id, entities } = await store.load(this.slot, keys);
      if (id !== memory.base) return this.#dropped('load');
      keys.forEach((key, index) => {
        const bytes = entities[index];
        memory.cache.loaded(key, bytes === undefined ? undefined : stage.codec.decode(bytes, key));
      });
    }
    const unprepared = this.#unprepared;
    if (unprepared !== undefined) {
      try {
        await prepared.prepare(unprepared.kind, unprepared.ref);
      } catch (error) {
        // What may pass by itself is waited for. Anything else is a property of the document, the same in every replay.
        if (isCoded(error) && error.retriable) throw error;
        this.#unusable.add(unprepared.ref);
      }
      this.#unprepared = undefined;
    }
    return 'ready';
  }

  /** Commits everything since the last commit. Up to the call of the store it is synchronous. */
  async commit(outbox: readonly OutboxRecord[]): Promise<{ readonly applied: boolean; readonly now: number }> {
    const memory = this.#live;
    if (this.#letters.length > 0) throw new Error('dead letters are stored before the commit that moves past them');
    const commit = memory.takeCommit(this.#options.newId(), outbox, () => this.#figures.count('entities_too_large'));
    this.#figures.report(memory.counts, memory.cache.size);
    let result: { readonly applied: boolean; readonly now: number };
    try {
      result = await this.#options.store.commit(this.slot, commit);
    } catch (error) {
      // Perhaps applied, perhaps not: only the store knows.
      if (this.#memory === memory) this.#dropped('commit_unknown');
      throw error;
    }
    if (!result.applied && this.#memory === memory) {
      this.#figures.now('commits_refused');
      this.#dropped('commit_refused');
    }
    return result;
  }

  get hasLetters(): boolean {
    return this.#letters.length > 0;
  }

  async putLetters(): Promise<void> {
    await this.#options.deadLetters.put(this.#letters);
    this.#letters = [];
  }

  /** Lets clean entities go when there are too many; between batches only. */
  sweep(): void {
    this.#memory?.cache.sweep();
  }

  /** The store was found to hold another commit than the one this memory follows. */
  lost(reason: string): void {
    this.#dropped(reason);
  }

  get #live(): WorkerMemory<Entity, PartitionState> {
    if (this.#memory === undefined) throw new Error(`${this.stage.name}/${this.slot.partition} is not started`);
    return this.#memory;
  }

  #handle(memory: WorkerMemory<Entity, PartitionState>, record: StoredRecord, { type, value }: AnyDecoded): Step {
    const input: InputRecord = { type, key: record.key, value, offset: record.offset, partition: record.partition };
    let outcome: Outcome;
    memory.context.begin(record.offset);
    try {
      outcome = this.stage.handle(memory.context, input);
    } catch (error) {
      if (error instanceof NeedsEntities) return 'wait';
      return this.#failed(record, error);
    }
    if (outcome.kind === 'done') this.#figures.handled++;
    else if (outcome.kind === 'drop') this.#figures.count('records_dropped', outcome.reason);
    else if (outcome.kind === 'dead-letter') return this.#putAside(memory, record, outcome.reason);
    else {
      this.#figures.count('records_retried', outcome.reason);
      return 'retry';
    }
    return this.#through(memory, record);
  }

  #adopt(
    memory: WorkerMemory<Entity, PartitionState>,
    record: StoredRecord,
    { kind, ref, at, behaviour }: { kind: string; ref: string; at: number; behaviour: number | null },
  ): Step {
    memory.context.begin(record.offset);
    if (kind === 'behaviour') return this.#adoptBehaviour(memory, record, behaviour ?? 0);
    const stretch = this.#stretch(memory);
    if (stretch !== 'ours') return this.#stop(`behaviour_${stretch}`);
    const adoptKind = kind as AdoptKind;
    const current = memory.adopted.get(adoptKind);
    if (!this.stage.adopts.includes(adoptKind) || !this.#rules.counts(current, { ref, at })) {
      this.#figures.count('adoptions_passed_over', kind);
      return this.#through(memory, record);
    }
    const { prepared } = this.#options;
    if (this.#unusable.has(ref)) {
      memory.adopted.set(adoptKind, { ref: current?.ref ?? '', at });
      return this.#putAside(memory, record, 'document_unusable');
    }
    if (!prepared.has(adoptKind, ref)) {
      this.#unprepared = { kind: adoptKind, ref };
      return 'wait';
    }
    const before = memory.documents.get(adoptKind);
    memory.documents.set(adoptKind, prepared.get(adoptKind, ref));
    try {
      this.stage.adopted?.(memory.context, adoptKind);
    } catch (error) {
      memory.documents.set(adoptKind, before);
      if (error instanceof NeedsEntities) return 'wait';
      // An adoption cannot be put aside: every stretch after it would be judged by the wrong document.
      throw error;
    }
    memory.adopted.set(adoptKind, { ref, at });
    this.#figures.count('adoptions', kind);
    return this.#through(memory, record);
  }

  #adoptBehaviour(memory: WorkerMemory<Entity, PartitionState>, record: StoredRecord, behaviour: number): Step {
    if (behaviour >= memory.behaviour) {
      memory.behaviour = behaviour;
      this.#figures.count('adoptions', 'behaviour');
    } else this.#figures.count('adoptions_passed_over', 'behaviour');
    this.#through(memory, record);
    return this.#stretch(memory) === 'newer' ? this.#stop('behaviour_newer') : 'next';
  }

  #through(memory: WorkerMemory<Entity, PartitionState>, record: StoredRecord): Step {
    const { stamp } = record;
    if (stamp !== undefined) {
      const last = memory.stamps.get(stamp.origin);
      if (last === undefined) memory.stamps.set(stamp.origin, [stamp.offset, stamp.index]);
      else {
        last[0] = stamp.offset;
        last[1] = stamp.index;
      }
    }
    memory.position++;
    memory.changed = true;
    this.#budget.passed(record.offset);
    this.#figures.outputs += memory.context.finish(this.#options.sink);
    return 'next';
  }

  #putAside(memory: WorkerMemory<Entity, PartitionState>, record: StoredRecord, reason: string): Step {
    const { partition, offset, key, bytes } = record;
    const stopped = this.#budget.putAside(this.stage.name, partition, offset, reason);
    if (stopped !== undefined) {
      this.#stopped = stopped;
      return 'stop';
    }
    const { logId, stage } = this.slot;
    this.#letters.push({ stage, log: this.stage.reads, logId, partition, offset, reason, key, bytes });
    this.#figures.count('records_dead_lettered', reason);
    memory.context.begin(offset);
    return this.#through(memory, record);
  }

  #failed({ partition, offset }: StoredRecord, cause: unknown): Step {
    const { stage } = this.slot;
    this.#options.onDefect?.(new StageError('stage_handler_failed', { stage, partition, offset }, cause));
    this.#poisoned.add(offset);
    this.#dropped('handler_failed');
    return 'failed';
  }

  /** A beginning of which nothing is known is ours: whoever replays a log from nothing says by his release which it is. */
  #stretch({ behaviour }: WorkerMemory<Entity, PartitionState>): Stretch {
    return behaviour === 0 ? 'ours' : this.#rules.stretch(behaviour, this.stage.behaviour);
  }

  #checkStretch(): void {
    if (this.#stretch(this.#live) === 'newer') this.#stop('behaviour_newer');
  }

  #stop(code: 'behaviour_newer' | 'behaviour_older'): 'stop' {
    const { position, behaviour } = this.#live;
    const { stage, partition } = this.slot;
    this.#stopped = new StageError(code, { stage, partition, offset: position, behaviour, ours: this.stage.behaviour });
    return 'stop';
  }

  #dropped(reason: string): 'dropped' {
    this.#figures.now('restarts', reason);
    this.drop();
    return 'dropped';
  }
}
