import type { FeatureValue, Finding, RecordTypes, Touch } from '@yujing/schemas';
import type { EntityKind, EventType, FeaturePlan, RuleSetPlan } from '../plan/plan.ts';
import { Compiler } from './expression/expression.ts';
import { FeatureTable } from './feature/features.ts';
import type { Frame, Seen } from './frame.ts';
import { TRUE, UNKNOWN } from './frame.ts';
import { nobody } from './seen.ts';
import { CandidateIndex } from './sequence/candidates.ts';
import type { RuleProgram, StageProgram } from './sequence/program.ts';
import { programOf } from './sequence/program.ts';
import type { ProfileState } from './state/profile-state.ts';
import type { EngineContext, EngineNote, EngineOptions } from './subject-engine.ts';
import { programContext } from './subject-engine.ts';

/** Valid findings of one counterparty; beyond that the one that ends first goes. */
const MAX_FINDINGS = 8;
const NO_VALUES: readonly FeatureValue[] = [];

/** What the other party of an event is, so which features it can have. */
export const COUNTERPARTY_KIND: Readonly<Record<EventType, EntityKind>> = {
  call: 'tel',
  sms: 'tel',
  transaction: 'account',
  domain_visit: 'domain',
  incident: 'place',
};

/** An event on its way to its counterparty's profile. */
export type ProfileEvent = RecordTypes['Call' | 'Sms' | 'Transaction' | 'DomainVisit' | 'Incident'];

export interface ProfileOutputs {
  readonly features: readonly FeatureValue[];
  readonly findings: readonly Finding[];
}

/** Features and rules of counterparties. Like the subject engine: immutable, all that lasts is in the state it is given. */
export class ProfileEngine {
  readonly plan: RuleSetPlan;
  readonly unknown = new Map<string, number>();
  readonly #table: FeatureTable;
  readonly #index: CandidateIndex;
  readonly #travelling: Travelling;
  readonly #live: Seen = nobody();
  readonly #frame: Frame;
  #context: EngineContext | undefined;
  readonly #note = (note: EngineNote): void => this.#context?.note(note);

  constructor(plan: RuleSetPlan, options: EngineOptions = {}) {
    const statuses = options.statuses ?? ['live'];
    const context = programContext(plan.features, options);
    const about = plan.rules.filter((rule) => rule.about === 'counterparty' && statuses.includes(rule.status));
    this.plan = plan;
    this.#table = new FeatureTable(
      plan.features,
      'profile',
      new Compiler({ ...context, stages: new Map(), atWarning: false }),
    );
    this.#index = new CandidateIndex(about.map((rule, ordinal) => programOf(rule, ordinal, context)));
    this.#travelling = travellingOf(plan.features);
    this.#frame = {
      event: this.#live,
      stages: [],
      subject: '',
      now: 0,
      reader: this.#table,
      lists: { has: () => false },
      bound: false,
    };
  }

  /** An event that came through this counterparty: its profile as of this event, and what it leaves behind. */
  handle(state: ProfileState, type: EventType, event: ProfileEvent, context: EngineContext): ProfileOutputs {
    this.#open(state, context, type, event, event.counterparty);
    const frame = this.#frame;
    this.#table.updateBefore(frame, 'main');
    const features = this.#values(type);
    this.#judge(state, event.occurred_at);
    this.#table.updateAfter(frame, 'main');
    return { features, findings: state.findings };
  }

  /** A call or payment of the party's own: updates what is counted `from: touch`. */
  touch(state: ProfileState, touch: Touch, context: EngineContext): void {
    const type = touch.event_type;
    if (type !== 'call' && type !== 'transaction') return;
    this.#open(state, context, type, touch, touch.party);
    this.#table.updateBefore(this.#frame, 'touch');
    this.#table.updateAfter(this.#frame, 'touch');
  }

  #open(
    state: ProfileState,
    context: EngineContext,
    type: EventType,
    event: ProfileEvent | Touch,
    party: string,
  ): void {
    const live = this.#live;
    live.type = type;
    live.id = event.event_id;
    live.at = event.occurred_at;
    live.accepted = event.accepted_at;
    live.counterparty = party;
    live.fields = event as unknown as Readonly<Record<string, unknown>>;
    const frame = this.#frame;
    frame.subject = event.subject;
    frame.now = event.occurred_at;
    frame.lists = context.lists;
    this.#context = context;
    this.#table.open(state.store, context.adoptions, this.#note);
  }

  /** Warming features have no value yet, and say so by their absence. */
  #values(type: EventType): readonly FeatureValue[] {
    const travelling = this.#travelling[type];
    if (travelling.length === 0) return NO_VALUES;
    const values: FeatureValue[] = [];
    const { counterparty } = this.#live;
    for (const { id, position } of travelling) {
      const value = this.#table.read(position, counterparty, undefined, this.#frame);
      if (value === value) values.push({ id, value });
    }
    return values;
  }

  #judge(state: ProfileState, at: number): void {
    if (state.findings.length > 0) state.findings = state.findings.filter((finding) => finding.until > at);
    const { type, fields } = this.#live;
    const candidates = this.#index.find(type, fields);
    for (let i = 0; i < candidates.length; i++) {
      const { rule, stage } = candidates[i] as { rule: RuleProgram; stage: StageProgram };
      const holds = stage.when(this.#frame);
      if (holds === TRUE) this.#find(state, rule, stage, at);
      else if (holds === UNKNOWN) {
        this.unknown.set(rule.key, (this.unknown.get(rule.key) ?? 0) + 1);
        this.#note('rule_unknown');
      }
    }
  }

  #find(state: ProfileState, rule: RuleProgram, stage: StageProgram, at: number): void {
    const { id, version, hash, title, finding_for_ms } = rule.plan;
    const until = at + (finding_for_ms ?? 0);
    this.#frame.stages = [this.#live];
    const [line] = stage.because;
    const because_zh = line === undefined ? title.zh : line.zh(this.#frame);
    const because_en = line === undefined ? title.en : line.en(this.#frame);
    this.#frame.stages = [];
    const others = state.findings.filter((finding) => finding.rule !== id);
    others.push({ rule: id, version, rule_hash: hash, because_zh, because_en, until });
    state.findings = others.sort((a, b) => (a.rule < b.rule ? -1 : 1));
    if (others.length > MAX_FINDINGS) {
      const first = others.reduce((ending, finding) => (finding.until < ending.until ? finding : ending));
      state.findings = others.filter((finding) => finding !== first);
    }
  }
}

type Travelling = Readonly<Record<EventType, ReadonlyArray<{ readonly id: string; readonly position: number }>>>;

function travellingOf(features: readonly FeaturePlan[]): Travelling {
  const entries = (Object.keys(COUNTERPARTY_KIND) as EventType[]).map((type) => {
    const kind = COUNTERPARTY_KIND[type];
    const travelling = features.flatMap((feature, position) =>
      feature.place === 'profile' && feature.entity === kind ? [{ id: feature.id, position }] : [],
    );
    return [type, travelling];
  });
  return Object.fromEntries(entries) as Travelling;
}
