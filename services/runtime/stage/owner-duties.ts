import type { RecordTypes } from '@yujing/schemas';
import type { AppendRecord } from '../broker/broker.ts';
import type { Codec } from '../codec/index.ts';
import type { Heads } from './ports.ts';
import { RULES, type Adopted, type LoopRules } from './rules.ts';
import type { AdoptKind, Stage, Timers } from './stage.ts';

/** the scope of the deadlines that pass by the store's clock */
export const PEOPLE = 'people';
/** What was appended and has had no effect yet is appended again after this time: an answer may have been lost. */
const REPEAT_MS = 10_000;
const MOST_AT_ONCE = 1_000;
const KEPT = 10_000;

/** What the duties look at: a worker, or a part of one. */
export interface Owned {
  readonly stage: Pick<Stage<unknown, unknown>, 'behaviour' | 'adopts' | 'due'>;
  readonly behaviour: number;
  readonly timers: Timers;
  adopted(kind: AdoptKind): Adopted | undefined;
}

export interface DueTimer {
  readonly key: string;
  readonly at: number;
}

interface Sent {
  readonly at: number;
  readonly when: number;
}

export interface DutyOptions {
  readonly heads: Heads;
  readonly codec: Codec;
  readonly rules?: LoopRules | undefined;
}

/**
 * What the owner of a partition writes into its own log, since nothing else may alter a result: `Adopt` for what is new in
 * `change` and for the code that goes on from here, and the deadlines that passed. None of it carries a stamp: all of it is
 * idempotent by content, so two owners, or one that repeats itself, do no harm.
 */
export class OwnerDuties {
  readonly #options: DutyOptions;
  readonly #rules: LoopRules;
  readonly #adopts = new Map<string, Sent>();
  readonly #dues = new Map<string, Sent>();

  constructor(options: DutyOptions) {
    this.#options = options;
    this.#rules = options.rules ?? RULES;
  }

  /** `Adopt` records to append now. */
  adopts(owned: Owned, now: number): AppendRecord[] {
    const records: AppendRecord[] = [];
    const { behaviour } = owned.stage;
    if (owned.behaviour < behaviour && this.#isNew('behaviour', behaviour, now)) {
      records.push(this.#adopt({ kind: 'behaviour', ref: '', at: 0, behaviour }));
    }
    for (const kind of owned.stage.adopts) {
      const head = this.#options.heads.head(kind);
      if (head === undefined || !this.#rules.wanted(owned.adopted(kind), head)) continue;
      if (this.#isNew(kind, head.at, now))
        records.push(this.#adopt({ kind, ref: head.ref, at: head.at, behaviour: null }));
    }
    return records;
  }

  /** Deadlines of people that passed and for which nothing was appended lately, by (deadline, key). */
  passed(owned: Owned, until: number, now: number): DueTimer[] {
    if (owned.stage.due === undefined) return [];
    const due = owned.timers.due(PEOPLE, until, MOST_AT_ONCE);
    return due.filter(({ key, at }) => {
      const sent = this.#dues.get(key);
      return sent === undefined || sent.at !== at || now - sent.when >= REPEAT_MS;
    });
  }

  /** `written`: the instant that the record tells; by the store's clock that is now */
  due(owned: Owned, { key, at }: DueTimer, now: number, written = now): AppendRecord {
    if (owned.stage.due === undefined) throw new Error('the stage has no deadlines of people');
    if (this.#dues.size >= KEPT) this.#forgetOld(now);
    this.#dues.set(key, { at, when: now });
    const { type, key: recordKey, value } = owned.stage.due(key, at, written);
    return { key: recordKey, bytes: this.#options.codec.encode(type, value as RecordTypes[typeof type]) };
  }

  /** The append is not known to have been written: the next call gives the records again. */
  forget(): void {
    this.#adopts.clear();
    this.#dues.clear();
  }

  #isNew(kind: string, at: number, now: number): boolean {
    const sent = this.#adopts.get(kind);
    if (sent !== undefined && sent.at >= at && now - sent.when < REPEAT_MS) return false;
    this.#adopts.set(kind, { at, when: now });
    return true;
  }

  #adopt(value: RecordTypes['Adopt']): AppendRecord {
    return { key: '', bytes: this.#options.codec.encode('Adopt', value) };
  }

  #forgetOld(now: number): void {
    for (const [key, { when }] of this.#dues) if (now - when >= REPEAT_MS) this.#dues.delete(key);
  }
}
