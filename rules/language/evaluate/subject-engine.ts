import type { Encounter } from '@yujing/schemas';
import type { FeaturePlan, RulePlan, RuleSetPlan } from '../plan/plan.ts';
import { Compiler } from './expression/expression.ts';
import type { Adoptions, Note } from './feature/features.ts';
import { FeatureTable } from './feature/features.ts';
import type { Frame, Lists, Seen, Truth } from './frame.ts';
import { FALSE, TRUE, UNKNOWN } from './frame.ts';
import type { AbsentProgram, ProgramContext, RuleProgram, StageProgram } from './sequence/program.ts';
import { programOf } from './sequence/program.ts';
import { CandidateIndex } from './sequence/candidates.ts';
import type { Candidate } from './sequence/candidates.ts';
import { CaptureTable } from './sequence/capture.ts';
import type { Hit, Withdrawal } from './sequence/hit.ts';
import { LEVELS } from './sequence/hit.ts';
import type { Handling, Passed, SequenceNote } from './sequence/sequences.ts';
import { Sequences } from './sequence/sequences.ts';
import { hasTimer, stagesOf } from './sequence/wait.ts';
import { Explainer, isSuppressed, suppressionKey } from './sequence/warn.ts';
import type { Locale } from './sequence/words.ts';
import { CHINA } from './sequence/words.ts';
import { nobody, openEvent } from './seen.ts';
import { remember } from './state/known-ids.ts';
import type { SubjectState, Wait } from './state/subject-state.ts';
import { emptySubjectState } from './state/subject-state.ts';

/** What the engine counts; a stage maps it to its metrics. */
export type EngineNote = Note | SequenceNote | 'rule_unknown' | 'rule_suppressed' | 'known_capped';

/** What stands around a person's state while one input is handled. */
export interface EngineContext {
  readonly adoptions: Adoptions;
  readonly lists: Lists;
  note(note: EngineNote): void;
}

export interface EngineOptions {
  readonly locale?: Locale;
  /** statuses that run; default live and shadow */
  readonly statuses?: ReadonlyArray<RulePlan['status']>;
  /** feature id -> value that overrides what was counted (rule tests) */
  readonly pins?: ReadonlyMap<string, number>;
}

export interface EngineOutputs {
  /** the event was known already and changed nothing */
  readonly isRepeat: boolean;
  readonly withdrawals: readonly Withdrawal[];
  readonly hits: readonly Hit[];
}

const NOTHING: EngineOutputs = { isRepeat: false, withdrawals: [], hits: [] };
const REPEAT: EngineOutputs = { isRepeat: true, withdrawals: [], hits: [] };
/** Warnings remembered per person for suppression. */
const MAX_GIVEN = 64;

/** Features by id and position, as expressions look them up. */
export function programContext(features: readonly FeaturePlan[], options: EngineOptions): ProgramContext {
  return {
    features: new Map(features.map((feature) => [feature.id, feature])),
    positions: new Map(features.map((feature, position) => [feature.id, position])),
    pins: options.pins ?? new Map(),
    locale: options.locale ?? CHINA,
  };
}

/**
 * The rules about one person: windows, sequences, timers, score and reasons. Immutable but for scratch memory: all that lasts
 * is in the state it is given, so one engine serves any number of partitions of one thread.
 */
export class SubjectEngine {
  readonly plan: RuleSetPlan;
  /** rule -> how often a condition was unknown; for metrics, no part of the state */
  readonly unknown = new Map<string, number>();
  readonly #table: FeatureTable;
  readonly #rules: ReadonlyMap<string, RuleProgram>;
  readonly #index: CandidateIndex;
  readonly #captures: CaptureTable;
  readonly #sequences: Sequences;
  readonly #explainer: Explainer;
  readonly #live: Seen = nobody();
  readonly #frame: Frame;
  readonly #matched: Candidate[] = [];
  readonly #handling: { -readonly [Key in keyof Handling]: Handling[Key] };
  #context: EngineContext | undefined;
  #kept: Seen | undefined;
  #keepsWhole = false;
  #hits: Hit[] = [];
  #withdrawals: Withdrawal[] = [];
  readonly #note = (note: EngineNote): void => this.#context?.note(note);

  constructor(plan: RuleSetPlan, options: EngineOptions = {}) {
    const statuses = options.statuses ?? ['live', 'shadow'];
    const context = programContext(plan.features, options);
    const about = plan.rules.filter((rule) => rule.about === 'subject' && statuses.includes(rule.status));
    const programs = about.map((rule, ordinal) => programOf(rule, ordinal, context));
    const compiler = new Compiler({ ...context, stages: new Map(), atWarning: false });
    this.plan = plan;
    this.#table = new FeatureTable(plan.features, 'detect', compiler);
    this.#rules = new Map(programs.map((program) => [program.key, program]));
    this.#index = new CandidateIndex(programs);
    this.#captures = new CaptureTable(about, context);
    this.#sequences = new Sequences(programs);
    this.#explainer = new Explainer(programs, context.features);
    this.#frame = {
      event: this.#live,
      stages: [],
      subject: '',
      now: 0,
      reader: this.#table,
      lists: { has: () => false },
      bound: false,
    };
    this.#handling = this.#makeHandling();
  }

  /** An event of this person. */
  handle(state: SubjectState, encounter: Encounter, context: EngineContext): EngineOutputs {
    const { accepted_at } = encounter;
    const known = remember(state.known, encounter.event_id, accepted_at);
    if (known === 'repeat') return REPEAT;
    if (known === 'new_capped') context.note('known_capped');
    if (!openEvent(this.#live, encounter)) return NOTHING;
    this.#open(state, context, encounter.subject, accepted_at);
    const frame = this.#frame;
    frame.event = this.#live;
    frame.now = this.#live.at;
    this.#table.updateBefore(frame, 'main');
    this.#judge();
    this.#table.updateAfter(frame, 'main');
    if (state.recent.length > 0 || state.waits.size > 0) this.#sequences.prune(state, accepted_at);
    return this.#close();
  }

  /** Ticks have passed, and it is `now`: all timers that are due fire in one go. */
  fire(state: SubjectState, subject: string, passed: Passed, now: number, context: EngineContext): EngineOutputs {
    this.#open(state, context, subject, now);
    this.#frame.event = this.#live;
    this.#frame.now = now;
    this.#sequences.fire(this.#handling, this.#rules, passed);
    this.#sequences.prune(state, now);
    return this.#close();
  }

  /** The next deadline of each tick scope. */
  deadlines(state: SubjectState): ReadonlyMap<number, number> {
    const next = new Map<number, number>();
    for (const list of state.waits.values()) {
      for (const wait of list.waits) {
        if (hasTimer(wait))
          next.set(wait.origin, Math.min(wait.dueAt, next.get(wait.origin) ?? Number.POSITIVE_INFINITY));
      }
    }
    return next;
  }

  #open(state: SubjectState, context: EngineContext, subject: string, now: number): void {
    this.#handling.state = state;
    this.#handling.now = now;
    this.#context = context;
    this.#kept = undefined;
    this.#keepsWhole = false;
    this.#frame.subject = subject;
    this.#frame.lists = context.lists;
    this.#frame.stages = NO_STAGES;
    this.#table.open(state.store, context.adoptions, this.#note);
  }

  #close(): EngineOutputs {
    if (this.#hits.length === 0 && this.#withdrawals.length === 0) return NOTHING;
    const hits = this.#hits.sort((a, b) => a.ordinal - b.ordinal || a.occurred_at - b.occurred_at);
    const withdrawals = this.#withdrawals.sort((a, b) => a.ordinal - b.ordinal);
    this.#hits = [];
    this.#withdrawals = [];
    return { isRepeat: false, withdrawals, hits };
  }

  #judge(): void {
    const { fields, type } = this.#live;
    const candidates = this.#index.find(type, fields);
    if (candidates.length === 0) return;
    const matched = this.#matched;
    matched.length = 0;
    let isNeededLater = false;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i] as Candidate;
      if (!this.#matches(candidate)) continue;
      matched.push(candidate);
      const { stage } = candidate;
      if (stage !== undefined) this.#keepsWhole = true;
      if (stage === undefined || stage.index > 0 || stage.plan.times > 1) isNeededLater = true;
    }
    if (matched.length === 0) return;
    if (matched.length > 1) matched.sort((a, b) => a.order - b.order);
    for (let i = 0; i < matched.length; i++) this.#apply(matched[i] as Candidate);
    if (isNeededLater) this.#sequences.remember(this.#handling);
  }

  /** A condition that speaks of earlier stages is left to the matches that wait, unless it is false for all of them. */
  #matches({ rule, stage, absent }: Candidate): boolean {
    const asked = stage ?? (absent as AbsentProgram);
    const holds: Truth = asked.when(this.#frame);
    if (holds === FALSE) return false;
    if (asked.readsStages || holds === TRUE) return true;
    if (holds === UNKNOWN && stage !== undefined) {
      this.unknown.set(rule.key, (this.unknown.get(rule.key) ?? 0) + 1);
      this.#note('rule_unknown');
    }
    return false;
  }

  #apply(candidate: Candidate): void {
    const { rule, stage, absent } = candidate;
    if (absent !== undefined) this.#sequences.cancel(this.#handling, candidate, absent);
    else if (rule.isImmediate) this.#warnAtOnce(rule);
    else this.#sequences.advance(this.#handling, rule, stage as StageProgram);
  }

  #warnAtOnce(rule: RuleProgram): void {
    const seen = this.#handling.keep();
    this.#frame.stages = [seen];
    this.#warn(rule, 0, seen.at);
  }

  #makeHandling(): Handling {
    return {
      frame: this.#frame,
      state: emptySubjectState(),
      now: 0,
      keep: () => (this.#kept ??= this.#captures.capture(this.#frame, this.#keepsWhole)),
      warn: (rule, wait, stage, occurredAt) => {
        this.#frame.stages = stagesOf(wait);
        const given = this.#warn(rule, stage, occurredAt);
        if (given !== undefined) wait.given.push(given);
      },
      withdraw: (rule, wait, from, by) => this.#withdraw(rule, wait, from, by),
      note: this.#note,
    };
  }

  #warn(rule: RuleProgram, stage: number, occurredAt: number) {
    const { state } = this.#handling;
    const hit = this.#explainer.explain(rule, stage, this.#frame, occurredAt, this.#handling.now);
    this.#frame.stages = NO_STAGES;
    this.#frame.event = this.#live;
    this.#frame.now = this.#live.at;
    if (hit === undefined) return undefined;
    const given = { stage: hit.stage.id, event: hit.trigger.id, at: occurredAt };
    const key = suppressionKey(hit);
    const reason = isSuppressed(hit, rule.key, key, state.given);
    if (reason === 'repeat') return given;
    if (reason === 'suppressed') {
      this.#note('rule_suppressed');
      return undefined;
    }
    state.given.push({ ...given, rule: rule.key, level: LEVELS.indexOf(hit.level), key });
    if (state.given.length > MAX_GIVEN) state.given.shift();
    this.#hits.push(hit);
    return given;
  }

  /** Takes back what was said for an instant after `by`, unless another match of the rule stands behind it too. */
  #withdraw(rule: RuleProgram, wait: Wait, from: number, by: Seen): void {
    const { state } = this.#handling;
    for (const given of wait.given) {
      const stage = rule.stages.findIndex((candidate) => candidate.plan.id === given.stage);
      if (stage < from || given.at <= by.at) continue;
      const others = state.waits.get(rule.key)?.waits ?? [];
      if (
        others.some(
          (other) =>
            other !== wait && other.given.some((same) => same.event === given.event && same.stage === given.stage),
        )
      )
        continue;
      // What is said again later is news again.
      state.given = state.given.filter(
        (other) => other.rule !== rule.key || other.stage !== given.stage || other.event !== given.event,
      );
      if (rule.isShadow) continue;
      const { plan, ordinal } = rule;
      this.#withdrawals.push({
        rule: plan,
        ordinal,
        stage: given.stage,
        trigger: given.event,
        event: by.id,
        at: this.#handling.now,
      });
    }
    wait.given = wait.given.filter((given) => given.at <= by.at);
  }
}

const NO_STAGES: ReadonlyArray<Seen | undefined> = [];
