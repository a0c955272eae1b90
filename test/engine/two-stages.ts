import { profileStage, type ProfilePartition } from '@yujing/profile';
import { detectStage, type DetectPartition } from '@yujing/detect';
import { ProfileEngine, SubjectEngine, type ListIndex, type RuleSetPlan } from '@yujing/rules/language';
import { partitionOf, type AdoptKind, type Outcome, type Stage, type StageContext, type Timers } from '@yujing/runtime';
import type { LOGS, RecordType, RecordTypes } from '@yujing/schemas';

export interface Output {
  readonly type: RecordType;
  readonly key: string;
  readonly partition: number;
  readonly value: RecordTypes[RecordType];
}

class PlainTimers implements Timers {
  readonly #scopes = new Map<string, Map<string, number>>();

  set(scope: string, key: string, at: number | undefined): void {
    const deadlines = this.#scopes.get(scope) ?? new Map<string, number>();
    this.#scopes.set(scope, deadlines);
    if (at === undefined) deadlines.delete(key);
    else deadlines.set(key, at);
  }

  due(scope: string, until: number, limit: number): ReadonlyArray<{ readonly key: string; readonly at: number }> {
    const entries = [...(this.#scopes.get(scope) ?? [])]
      .map(([key, at]) => ({ key, at }))
      .filter(({ at }) => at <= until);
    return entries.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1)).slice(0, limit);
  }

  next(scope: string): number | undefined {
    const all = [...(this.#scopes.get(scope)?.values() ?? [])];
    return all.length === 0 ? undefined : Math.min(...all);
  }

  scopes(): readonly string[] {
    return [...this.#scopes.keys()].sort();
  }
}

/** One stage over one partition, without a loop: what a handler sees, on plain maps. */
class PlainPartition<Entity, State> {
  readonly outputs: Output[] = [];
  readonly counts = new Map<string, number>();
  readonly entities = new Map<string, Entity>();
  state: State;
  readonly #stage: Stage<Entity, State>;
  readonly #context: StageContext<Entity, State>;
  readonly #documents = new Map<AdoptKind, unknown>();
  /** entities are encoded and decoded after each record, and the partition's state as JSON */
  readonly #reload: boolean;
  #offset = 0;

  constructor(stage: Stage<Entity, State>, partition: number, partitions: number, reload: boolean) {
    this.#stage = stage;
    this.#reload = reload;
    this.state = stage.partitionState();
    this.#context = this.#makeContext(partition, partitions);
  }

  adopt(kind: AdoptKind, document: unknown): void {
    this.#documents.set(kind, document);
    this.#stage.adopted?.(this.#context, kind);
  }

  handle<T extends RecordType>(type: T, key: string, value: RecordTypes[T]): Outcome {
    const partition = this.#context.partition;
    const outcome = this.#stage.handle(this.#context, { type, key, value, offset: this.#offset++, partition });
    if (this.#reload) this.#reloadAll();
    return outcome;
  }

  take(): Output[] {
    return this.outputs.splice(0);
  }

  #reloadAll(): void {
    const { codec } = this.#stage;
    for (const [key, entity] of this.entities) this.entities.set(key, codec.decode(codec.encode(entity), key));
    this.state = JSON.parse(JSON.stringify(this.state)) as State;
  }

  #makeContext(partition: number, partitions: number): StageContext<Entity, State> {
    const made = (key: string): Entity => {
      const entity = this.entities.get(key) ?? this.#stage.codec.empty(key);
      this.entities.set(key, entity);
      return entity;
    };
    const stateOf = (): State => this.state;
    return {
      partition,
      partitions,
      get state() {
        return stateOf();
      },
      need: () => {},
      entity: made,
      read: (key) => this.entities.get(key),
      remove: (key) => this.entities.delete(key),
      emit: (type, key, value) => this.outputs.push({ type, key, partition: partitionOf(key, partitions), value }),
      broadcast: (type, value) => {
        for (let to = 0; to < partitions; to++) this.outputs.push({ type, key: '', partition: to, value });
      },
      timers: new PlainTimers(),
      adopted: <Document>(kind: AdoptKind) => this.#documents.get(kind) as Document | undefined,
      count: (name, by = 1) => this.counts.set(name, (this.counts.get(name) ?? 0) + by),
    };
  }
}

export interface TwoStagesOptions {
  readonly partitions?: number;
  readonly reload?: boolean;
}

export type FeedEvent = {
  [T in 'Call' | 'Sms' | 'Transaction' | 'DomainVisit' | 'Incident']: {
    readonly type: T;
    readonly value: RecordTypes[T];
  };
}['Call' | 'Sms' | 'Transaction' | 'DomainVisit' | 'Incident'];

/** profile and detect joined by arrays: each record goes all the way before the next one comes. */
export class TwoStages {
  readonly cases: Output[] = [];
  readonly encounters: Output[] = [];
  readonly profiles: Array<PlainPartition<never, ProfilePartition>>;
  readonly persons: Array<PlainPartition<never, DetectPartition>>;
  readonly #partitions: number;

  constructor(plan: RuleSetPlan, { partitions = 1, reload = false }: TwoStagesOptions = {}) {
    this.#partitions = partitions;
    const all = Array.from({ length: partitions }, (_, index) => index);
    this.profiles = all.map(
      (index) => new PlainPartition(profileStage as Stage<never, ProfilePartition>, index, partitions, reload),
    );
    this.persons = all.map(
      (index) => new PlainPartition(detectStage as Stage<never, DetectPartition>, index, partitions, reload),
    );
    this.adopt(plan);
  }

  adopt(plan: RuleSetPlan): void {
    const profile = new ProfileEngine(plan);
    const subject = new SubjectEngine(plan);
    for (const partition of this.profiles) partition.adopt('ruleset', profile);
    for (const partition of this.persons) partition.adopt('ruleset', subject);
  }

  adoptList(lists: ListIndex): void {
    for (const partition of this.persons) partition.adopt('list', lists);
  }

  event({ type, value }: FeedEvent): Outcome {
    const partition = partitionOf(value.counterparty, this.#partitions);
    return this.#feed(partition, type, value.counterparty, value);
  }

  /** One second of one door, in every feed partition. */
  tick(time: number, door = 'door-1'): void {
    for (let partition = 0; partition < this.#partitions; partition++) {
      this.#feed(partition, 'Tick', '', { door, time, origin: -1 });
    }
  }

  /** Anything else on one feed partition. */
  feed<T extends keyof typeof LOGS.feed.records & RecordType>(
    partition: number,
    type: T,
    value: RecordTypes[T],
  ): Outcome {
    return this.#feed(partition, type, '', value);
  }

  count(name: string): number {
    return [...this.profiles, ...this.persons].reduce((sum, partition) => sum + (partition.counts.get(name) ?? 0), 0);
  }

  of<T extends RecordType>(type: T): Array<RecordTypes[T]> {
    return this.cases.filter((output) => output.type === type).map((output) => output.value as RecordTypes[T]);
  }

  #feed<T extends RecordType>(partition: number, type: T, key: string, value: RecordTypes[T]): Outcome {
    const profile = this.profiles[partition] as PlainPartition<never, ProfilePartition>;
    const outcome = profile.handle(type, key, value);
    for (const output of profile.take()) {
      this.encounters.push(output);
      const person = this.persons[output.partition] as PlainPartition<never, DetectPartition>;
      person.handle(output.type, output.key, output.value);
      this.cases.push(...person.take());
    }
    return outcome;
  }
}
