import { checkMeaning, complete, type Draft, type RecordType, type RecordTypes } from '@yujing/schemas';
import type { AdoptKind, InputRecord, Outcome, StageContext } from '@yujing/runtime';
import {
  caseStage,
  defaultPolicy,
  demoPrecincts,
  demoRoster,
  type PolicyDocument,
  type RosterDocument,
} from '../index.ts';
import type { CasePartition } from '../index.ts';
import type { CaseState, Person } from '../person/state.ts';
import { SUBJECT, time, warningRecord, type WarningChange } from './records.ts';

export interface Written {
  readonly type: RecordType;
  readonly at: number;
  readonly key: string;
  readonly value: RecordTypes[RecordType];
}

export interface StoryOptions {
  readonly policy?: PolicyDocument;
  readonly roster?: RosterDocument | null;
  /** entities go through the codec after every record, as after an eviction */
  readonly reload?: boolean;
  /** false: outputs are not checked against the contract (it takes half the time of a long fuzz) */
  readonly checked?: boolean;
}

type CommandType = 'Decision' | 'Response' | 'Contact' | 'Outcome' | 'HandOver' | 'Opened';
type Fields<T extends CommandType> = Partial<RecordTypes[T]>;
type When = string | number;

/**
 * One person's records in time: push at t, want at t. It plays the owner of the partition too: deadlines that pass become
 * Due records, and what the stage writes is read back.
 */
export class Story {
  readonly written: Written[] = [];
  readonly counts = new Map<string, number>();
  readonly outcomes: Outcome[] = [];
  readonly #persons = new Map<string, Person>();
  readonly #timers = new Map<string, number>();
  readonly #documents: ReadonlyMap<AdoptKind, unknown>;
  readonly #reload: boolean;
  readonly #checked: boolean;
  #offset = 0;
  #commands = 0;

  constructor({ policy = defaultPolicy(), roster = demoRoster(), reload = true, checked = true }: StoryOptions = {}) {
    this.#reload = reload;
    this.#checked = checked;
    const documents = new Map<AdoptKind, unknown>([
      ['policy', policy],
      ['precinct', demoPrecincts()],
    ]);
    if (roster !== null) documents.set('roster', roster);
    this.#documents = documents;
  }

  get person(): Person {
    return this.personOf(SUBJECT);
  }

  personOf(key: string): Person {
    const person = this.#persons.get(key) ?? caseStage.codec.empty(key);
    this.#persons.set(key, person);
    return person;
  }

  /** the open case */
  get open(): CaseState {
    const { open } = this.person;
    if (open === null) throw new Error('no case is open');
    return open;
  }

  /** the newest snapshot of the newest case, or of the case named */
  snapshot(case_id?: string): RecordTypes['Case'] {
    const all = this.of('Case');
    const found = case_id === undefined ? all.at(-1) : all.findLast((one) => one.case_id === case_id);
    if (found === undefined) throw new Error('no snapshot was written');
    return found;
  }

  of<T extends RecordType>(type: T): Array<RecordTypes[T]> {
    return this.written.filter((one) => one.type === type).map(({ value }) => value as RecordTypes[T]);
  }

  /** how the command ended: `applied`, or the reason it was refused */
  answer(command_id: string): string {
    const replies = this.written.filter(
      ({ type, value }) =>
        (type === 'Applied' || type === 'Refused') && (value as { command_id: string }).command_id === command_id,
    );
    if (replies.length !== 1) throw new Error(`${command_id} was answered ${replies.length} times`);
    const [reply] = replies;
    return reply?.type === 'Refused' ? (reply.value as RecordTypes['Refused']).reason : 'applied';
  }

  warn(at: When, name: string, change: WarningChange = {}): RecordTypes['Warning'] {
    const warning = warningRecord(name, time(at), change);
    this.push('Warning', warning, time(at));
    return warning;
  }

  command<T extends CommandType>(type: T, at: When, fields: Fields<T>): string {
    this.#commands += 1;
    const command_id = (fields.command_id as string | undefined) ?? `story-command-${this.#commands}`;
    const base = {
      subject: SUBJECT,
      case_id: this.person.open?.case_id ?? '0'.repeat(32),
      by: 'officer-3107',
      role: 'station',
    };
    const value = complete(type, { ...base, at: time(at), ...fields, command_id } as unknown as Draft<RecordTypes[T]>);
    this.push(type, value, time(at));
    return command_id;
  }

  decide(at: When, fields: Fields<'Decision'>): string {
    return this.command('Decision', at, { by: 'analyst-1', role: 'analyst', ...fields });
  }

  /** an answer to the order that is current, by its officer */
  respond(at: When, action: RecordTypes['Response']['action'], fields: Fields<'Response'> = {}): string {
    this.advance(at);
    const { order_id, officer } = this.snapshot();
    return this.command('Response', at, {
      action,
      order_id: order_id ?? '0'.repeat(32),
      by: officer ?? 'nobody',
      ...fields,
    });
  }

  contact(at: When, result: RecordTypes['Contact']['result'], fields: Fields<'Contact'> = {}): string {
    return this.command('Contact', at, { method: 'human_call', result, by: 'seat-1', role: 'centre_96110', ...fields });
  }

  outcome(at: When, outcome_code: RecordTypes['Outcome']['outcome_code'], fields: Fields<'Outcome'> = {}): string {
    this.advance(at);
    const { order_id, officer } = this.snapshot();
    const own = order_id === null ? { by: 'analyst-1', role: 'analyst' as const } : { order_id, by: officer as string };
    return this.command('Outcome', at, { outcome_code, ...own, ...fields });
  }

  deliver(at: When, status: RecordTypes['Delivery']['status'], order = this.of('Order').at(-1)): void {
    if (order === undefined) throw new Error('no order was written');
    const { order_id, case_id, step, officer } = order;
    const reported_by = status === 'delivered' || status === 'read' ? 'device' : 'server';
    const base = {
      delivery_id: '0'.repeat(32),
      subject: SUBJECT,
      case_id,
      order_id,
      step,
      officer,
      channel: 'sse',
    } as const;
    this.push('Delivery', complete('Delivery', { ...base, status, attempt: 1, at: time(at), reported_by }), time(at));
  }

  /** Lets time pass: every deadline up to `at` becomes a Due. */
  advance(at: When): void {
    for (let guard = 0; guard < 1000; guard++) {
      const next = [...this.#timers].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))[0];
      if (next === undefined || next[1] > time(at)) return;
      this.due(next[0], next[1], next[1]);
    }
    throw new Error('deadlines do not end');
  }

  due(key: string, at: number, now: number): void {
    const due = caseStage.due?.(key, at, now);
    if (due === undefined) throw new Error('the stage makes no Due');
    this.#handle(due.type, due.value as RecordTypes['Due'], due.key);
  }

  get timers(): ReadonlyMap<string, number> {
    return this.#timers;
  }

  push<T extends RecordType>(type: T, value: RecordTypes[T], at: number, key = SUBJECT): void {
    this.advance((at - time(0)) / 1000);
    this.#handle(type, value, key);
  }

  /** The record, and then everything that was written because of it, as the log would hold it. */
  #handle<T extends RecordType>(type: T, value: RecordTypes[T], key: string): void {
    let next = this.written.length;
    this.#one(type, value, key, true);
    for (; next < this.written.length; next++) {
      const { type: own, value: read, key: to } = this.written[next] as Written;
      this.#one(own, read, to);
    }
  }

  #one(type: RecordType, value: RecordTypes[RecordType], key: string, decoded = false): void {
    const problems = this.#checked ? checkMeaning(type, value, { decoded }) : [];
    if (problems.length > 0) throw new Error(`${type}: ${JSON.stringify(problems)}`);
    const record: InputRecord = { type, key, value, offset: this.#offset++, partition: 0 };
    this.outcomes.push(caseStage.handle(this.#context(key), record));
    if (!this.#reload) return;
    const { codec } = caseStage;
    for (const [name, person] of this.#persons) this.#persons.set(name, codec.decode(codec.encode(person), name));
  }

  #context(own: string): StageContext<Person, CasePartition> {
    return {
      partition: 0,
      partitions: 1,
      state: {},
      need: () => {},
      entity: (key) => this.personOf(key),
      read: (key) => this.#persons.get(key),
      remove: () => {},
      emit: (type, key, value) => this.written.push({ type, at: this.personOf(own).now, key, value }),
      broadcast: () => {},
      timers: {
        set: (_scope, key, at) => (at === undefined ? this.#timers.delete(key) : this.#timers.set(key, at)),
        due: () => [],
        next: () => undefined,
        scopes: () => [],
      },
      adopted: <Document>(kind: AdoptKind) => this.#documents.get(kind) as Document | undefined,
      count: (name, by = 1) => void this.counts.set(name, (this.counts.get(name) ?? 0) + by),
    };
  }
}
