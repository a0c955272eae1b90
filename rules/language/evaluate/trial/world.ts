import type { Encounter, Profile } from '@yujing/schemas';
import { complete } from '@yujing/schemas';
import type { EventType, RuleSetPlan } from '../../plan/plan.ts';
import { NO_LISTS, type Lists } from '../frame.ts';
import type { ProfileEvent } from '../profile-engine.ts';
import { ProfileEngine } from '../profile-engine.ts';
import type { Hit, Withdrawal } from '../sequence/hit.ts';
import { remember } from '../state/known-ids.ts';
import type { ProfileState } from '../state/profile-state.ts';
import { emptyProfileState } from '../state/profile-state.ts';
import type { SubjectState } from '../state/subject-state.ts';
import { emptySubjectState } from '../state/subject-state.ts';
import type { EngineContext, EngineOptions } from '../subject-engine.ts';
import { SubjectEngine } from '../subject-engine.ts';
import { touchOf } from './events.ts';

export interface FoundOut {
  readonly rule: string;
  readonly at: number;
}

/** What a story brought forth, in order. */
export interface WorldOutputs {
  readonly hits: Hit[];
  readonly withdrawals: Withdrawal[];
  /** findings that were not there before */
  readonly findings: FoundOut[];
}

const SECOND_MS = 1000;

/** Both engines, one door and virtual time: a rule runs in a test as it runs on the path. */
export class World {
  readonly outputs: WorldOutputs = { hits: [], withdrawals: [], findings: [] };
  readonly #profiles = new Map<string, ProfileState>();
  readonly #subjects = new Map<string, SubjectState>();
  readonly #profile: ProfileEngine;
  readonly #subject: SubjectEngine;
  readonly #context: EngineContext;
  #now = 0;

  constructor(plan: RuleSetPlan, options: EngineOptions, lists: Lists = NO_LISTS) {
    this.#context = { adoptions: {}, lists, note: () => {} };
    this.#profile = new ProfileEngine(plan, options);
    this.#subject = new SubjectEngine(plan, options);
  }

  /** An event passes the door; the tick of its second stands before it. */
  accept(type: EventType, event: ProfileEvent): void {
    this.advance(Math.floor(event.accepted_at / SECOND_MS) * SECOND_MS);
    const touch = touchOf(type, event);
    if (touch !== undefined) this.#profile.touch(this.#profileOf(touch.party), touch, this.#context);
    const profile = this.#profileOf(event.counterparty);
    if (remember(profile.known, event.event_id, event.accepted_at) === 'repeat') return;
    const before = new Set(
      profile.findings.filter((finding) => finding.until > event.occurred_at).map(({ rule }) => rule),
    );
    const { features, findings } = this.#profile.handle(profile, type, event, this.#context);
    for (const { rule } of findings) if (!before.has(rule)) this.outputs.findings.push({ rule, at: event.occurred_at });
    const counterparty: Profile = {
      counterparty: event.counterparty,
      first_seen_at: null,
      features,
      list_hits: [],
      findings,
    };
    this.#take(
      this.#subject.handle(this.#subjectOf(event.subject), encounterOf(type, event, counterparty), this.#context),
    );
  }

  /** Time passes: timers fire at the tick of the second in which they are due. */
  advance(until: number): void {
    for (;;) {
      let due: { readonly subject: string; readonly at: number } | undefined;
      for (const [subject, state] of this.#subjects) {
        for (const at of this.#subject.deadlines(state).values())
          if (due === undefined || at < due.at) due = { subject, at };
      }
      const tick =
        due === undefined ? Number.POSITIVE_INFINITY : Math.max(this.#now, Math.ceil(due.at / SECOND_MS) * SECOND_MS);
      if (due === undefined || tick > until) break;
      this.#now = tick;
      const state = this.#subjectOf(due.subject);
      this.#take(this.#subject.fire(state, due.subject, () => tick, tick, this.#context));
    }
    this.#now = Math.max(this.#now, until);
  }

  #take({ hits, withdrawals }: { readonly hits: readonly Hit[]; readonly withdrawals: readonly Withdrawal[] }): void {
    this.outputs.withdrawals.push(...withdrawals);
    this.outputs.hits.push(...hits);
  }

  #profileOf(key: string): ProfileState {
    return stateIn(this.#profiles, key, emptyProfileState);
  }

  #subjectOf(key: string): SubjectState {
    return stateIn(this.#subjects, key, emptySubjectState);
  }
}

function stateIn<State>(states: Map<string, State>, key: string, empty: () => State): State {
  let state = states.get(key);
  if (state === undefined) states.set(key, (state = empty()));
  return state;
}

function encounterOf(type: EventType, event: ProfileEvent, profile: Profile): Encounter {
  const { event_id, subject, subject_kind, occurred_at, accepted_at, lateness } = event;
  const head = {
    event_id,
    event_type: type,
    subject,
    subject_kind,
    origin: 0,
    occurred_at,
    accepted_at,
    lateness,
    profile,
  };
  return complete('Encounter', { ...head, [type]: event });
}
