import { ALLOWED_LATENESS_MS } from '../feature/window.ts';
import type { Frame, Seen } from '../frame.ts';
import { TRUE } from '../frame.ts';
import type { SubjectState, Wait, WaitList } from '../state/subject-state.ts';
import { ALL_ORIGINS, DONE, firstOf, HOLDING, OPEN, seenAt, TIMEOUT } from '../state/subject-state.ts';
import type { Candidate } from './candidates.ts';
import type { AbsentProgram, RuleProgram, StageProgram } from './program.ts';
import { hasTimer, heldSince, isDone, isPastEnd, isUsed, sameParty, stagesOf, until } from './wait.ts';

/** First-stage events that wait per rule and person. */
export const MAX_WAITS = 16;
/** Events kept for late first stages and late cancels. */
export const MAX_RECENT = 16;

/** The instant up to which nothing more comes from an origin (or, ALL_ORIGINS, from any). */
export type Passed = (origin: number) => number;

export type SequenceNote = 'waits_capped' | 'recent_capped' | 'waits_dropped';

/** What sequences need of the engine while they handle one input. */
export interface Handling {
  readonly frame: Frame;
  readonly state: SubjectState;
  /** door time of the record, or the tick's */
  readonly now: number;
  /** the event at hand as it is kept; the same object however often it is asked for */
  keep(): Seen;
  warn(rule: RuleProgram, wait: Wait, stage: number, occurredAt: number): void;
  withdraw(rule: RuleProgram, wait: Wait, from: number, by: Seen): void;
  note(note: SequenceNote): void;
}

/** Moves the waiting matches of one person. All by event time; what comes late finds its place. */
export class Sequences {
  /** how long an event that came in order may still be needed by one that is late */
  readonly #keepRecentMs: number;

  constructor(rules: readonly RuleProgram[]) {
    const holds = rules.flatMap((rule) => rule.stages.map((stage) => stage.plan.after_ms ?? 0));
    this.#keepRecentMs = ALLOWED_LATENESS_MS + Math.max(0, ...holds);
  }

  /** An event that must not happen: cancels what waits, takes back what was said too early. */
  cancel(handling: Handling, candidate: Candidate, absent: AbsentProgram): void {
    const { rule, cancels } = candidate;
    const list = this.#listOf(handling, rule);
    if (list === undefined) return;
    const event = handling.frame.event;
    for (let i = list.waits.length - 1; i >= 0; i--) {
      const wait = list.waits[i] as Wait;
      if (!this.#cancels(handling.frame, rule, wait, absent, cancels, event)) continue;
      const by = handling.keep();
      if (cancels === undefined) this.#close(handling, rule, wait, by);
      else this.#cancelStage(handling, rule, wait, cancels, by);
      this.#tidy(list, wait);
    }
  }

  /** An event that matches a stage (its condition was asked already unless it speaks of earlier stages). */
  advance(handling: Handling, rule: RuleProgram, stage: StageProgram): void {
    const list = this.#listOf(handling, rule);
    const event = handling.frame.event;
    // Newest first: when one event completes several, the warning is told with the newest first stage.
    for (let i = (list?.waits.length ?? 0) - 1; i >= 0; i--) {
      const wait = (list as WaitList).waits[i] as Wait;
      if (this.#isEarlier(handling.frame, wait, rule, stage, event)) wait.matched[stage.index] = [handling.keep()];
      else if (this.#fits(handling.frame, wait, rule, stage, event))
        this.#take(handling, rule, wait, stage, handling.keep());
      else continue;
      this.#join(handling, rule, wait);
      this.#tidy(list as WaitList, wait);
    }
    if (stage.index === 0) this.#start(handling, rule, list, handling.keep());
  }

  /** The timers that have passed, earliest first whatever they wait for. */
  fire(handling: Handling, rules: ReadonlyMap<string, RuleProgram>, passed: Passed): void {
    const due: Array<{ readonly rule: RuleProgram; readonly list: WaitList; readonly wait: Wait }> = [];
    const { waits } = handling.state;
    for (const [key, list] of waits) {
      const rule = rules.get(key);
      if (rule === undefined || rule.shape !== list.shape) {
        waits.delete(key);
        handling.note('waits_dropped');
        continue;
      }
      for (const wait of list.waits) {
        if (hasTimer(wait) && wait.dueAt <= passed(wait.origin)) due.push({ rule, list, wait });
      }
    }
    due.sort((a, b) => a.wait.holdAt - b.wait.holdAt || a.rule.ordinal - b.rule.ordinal);
    for (const { rule, list, wait } of due) {
      if (wait.phase === TIMEOUT) this.#finish(handling, rule, wait, wait.next - 1, wait.holdAt);
      else this.#held(handling, rule, wait, wait.holdAt);
      this.#join(handling, rule, wait);
      this.#tidy(list, wait);
    }
  }

  /** Keeps an event that a late one may need. */
  remember(handling: Handling): void {
    const { recent } = handling.state;
    recent.push(handling.keep());
    if (recent.length <= MAX_RECENT) return;
    recent.shift();
    handling.note('recent_capped');
  }

  /** Forgets what no late event can reach any more. */
  prune(state: SubjectState, now: number): void {
    const { recent, waits } = state;
    if (recent.length > 0) {
      const oldest = now - this.#keepRecentMs;
      let stale = 0;
      while (stale < recent.length && (recent[stale] as Seen).accepted < oldest) stale++;
      if (stale > 0) recent.splice(0, stale);
    }
    if (waits.size === 0) return;
    for (const [key, list] of waits) {
      for (let i = list.waits.length - 1; i >= 0; i--) {
        const wait = list.waits[i] as Wait;
        if (!hasTimer(wait) && wait.expires < now) list.waits.splice(i, 1);
      }
      if (list.waits.length === 0) waits.delete(key);
    }
  }

  #listOf(handling: Handling, rule: RuleProgram): WaitList | undefined {
    const list = handling.state.waits.get(rule.key);
    if (list === undefined || list.shape === rule.shape) return list;
    // The stages themselves changed: what was matched means something else now.
    handling.state.waits.delete(rule.key);
    handling.note('waits_dropped');
    return undefined;
  }

  #start(handling: Handling, rule: RuleProgram, known: WaitList | undefined, seen: Seen): void {
    let list = known;
    if (list === undefined) {
      list = { shape: rule.shape, waits: [] };
      handling.state.waits.set(rule.key, list);
    }
    const wait: Wait = {
      matched: [],
      phase: OPEN,
      next: 0,
      closesAt: 0,
      holdAt: 0,
      dueAt: 0,
      origin: ALL_ORIGINS,
      expires: seen.accepted + rule.plan.within_ms + ALLOWED_LATENESS_MS,
      given: [],
    };
    list.waits.push(wait);
    this.#take(handling, rule, wait, rule.stages[0] as StageProgram, seen);
    this.#join(handling, rule, wait);
    this.#tidy(list, wait);
    if (list.waits.length <= MAX_WAITS) return;
    list.waits.shift();
    handling.note('waits_capped');
  }

  /** Whether an event is the next one that a match waits for. */
  #fits(frame: Frame, wait: Wait, rule: RuleProgram, stage: StageProgram, event: Seen): boolean {
    if (wait.phase !== OPEN || wait.next !== stage.index || wait.matched.length === 0) return false;
    const first = firstOf(wait);
    if (event.at > first.at + rule.plan.within_ms || isPastEnd(wait, event)) return false;
    const before = seenAt(wait, stage.index - 1) ?? first;
    if (event.at < before.at || isUsed(wait, event.id)) return false;
    return !stage.readsStages || this.#asks(frame, wait, stage.when, event);
  }

  /** A late event that should have been the one a match took: so three stages do not depend on the order of arrival. */
  #isEarlier(frame: Frame, wait: Wait, rule: RuleProgram, stage: StageProgram, event: Seen): boolean {
    const { index, plan } = stage;
    if (wait.phase !== OPEN || index === 0 || wait.next !== index + 1 || plan.times > 1 || plan.after_ms !== undefined)
      return false;
    const taken = seenAt(wait, index);
    const before = seenAt(wait, index - 1);
    if (taken === undefined || before === undefined || event.at >= taken.at || event.at < before.at) return false;
    if (isUsed(wait, event.id) || isPastEnd(wait, event) || rule.stages[index + 1] === undefined) return false;
    return !stage.readsStages || this.#asks(frame, wait, stage.when, event);
  }

  #asks(frame: Frame, wait: Wait, when: StageProgram['when'], event: Seen): boolean {
    const before = frame.event;
    const stages = frame.stages;
    frame.event = event;
    frame.stages = stagesOf(wait);
    frame.now = event.at;
    const holds = when(frame) === TRUE;
    frame.event = before;
    frame.stages = stages;
    frame.now = before.at;
    return holds;
  }

  #take(handling: Handling, rule: RuleProgram, wait: Wait, stage: StageProgram, seen: Seen): void {
    const events = wait.matched[stage.index] ?? [];
    wait.matched[stage.index] = events;
    const { distinct, times, after_ms } = stage.plan;
    if (distinct !== undefined && events.some((other) => other.fields[distinct] === seen.fields[distinct])) return;
    events.push(seen);
    if (events.length > 1) events.sort((a, b) => a.at - b.at);
    if (events.length < times) return;
    wait.next = stage.index + 1;
    const newest = seenAt(wait, stage.index) as Seen;
    // Money that moved before the five minutes were over speaks from the moment they are.
    const heldAt = heldSince(rule, wait, stage.index);
    if (after_ms === undefined) {
      this.#held(handling, rule, wait, heldAt);
      return;
    }
    wait.phase = HOLDING;
    this.#setTimer(wait, newest, heldAt, stage.waitsForOrigin);
  }

  #setTimer(wait: Wait, seen: Seen, holdAt: number, waitsForOrigin: boolean): void {
    wait.holdAt = holdAt;
    wait.origin = waitsForOrigin ? seen.origin : ALL_ORIGINS;
    // History is loaded faster than it happened: its cancel stands a little further on in the log, not in time.
    wait.dueAt = seen.retrospective ? Math.max(holdAt, seen.accepted + ALLOWED_LATENESS_MS) : holdAt;
  }

  /** The newest stage holds. */
  #held(handling: Handling, rule: RuleProgram, wait: Wait, at: number): void {
    const index = wait.next - 1;
    wait.phase = OPEN;
    wait.holdAt = 0;
    const isLast = index === rule.stages.length - 1;
    if (isLast && rule.plan.emit === 'timeout') {
      wait.phase = TIMEOUT;
      const first = firstOf(wait);
      this.#setTimer(wait, first, first.at + rule.plan.within_ms, rule.timeoutWaitsForOrigin);
    } else if (isLast) this.#finish(handling, rule, wait, index, at);
    else if ((rule.stages[index] as StageProgram).emits) handling.warn(rule, wait, index, at);
  }

  #finish(handling: Handling, rule: RuleProgram, wait: Wait, index: number, at: number): void {
    handling.warn(rule, wait, index, at);
    wait.phase = DONE;
    wait.holdAt = 0;
    wait.expires = rule.hasAbsents ? Math.max(at, handling.now) + ALLOWED_LATENESS_MS : 0;
  }

  /** Events that came before the one they follow: in the order of event time, exceptions among them. */
  #join(handling: Handling, rule: RuleProgram, wait: Wait): void {
    const { recent } = handling.state;
    if (recent.length === 0 || isDone(wait)) return;
    const { frame } = handling;
    const first = firstOf(wait);
    const after = recent.filter((seen) => seen.at >= first.at).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    for (const seen of after) {
      if (this.#closesWith(frame, rule, wait, seen)) this.#close(handling, rule, wait, seen);
      const stopped = this.#holdingCancelledBy(frame, rule, wait, seen);
      if (stopped !== undefined) this.#cancelStage(handling, rule, wait, stopped, seen);
      if (isDone(wait)) return;
      const stage = rule.stages[wait.next];
      if (stage === undefined || stage.plan.on !== seen.type || !this.#fits(frame, wait, rule, stage, seen)) continue;
      if (stage.readsStages || this.#asks(frame, wait, stage.when, seen)) this.#take(handling, rule, wait, stage, seen);
    }
  }

  #closesWith(frame: Frame, rule: RuleProgram, wait: Wait, seen: Seen): boolean {
    for (const absent of rule.absents) {
      if (absent.plan.on === seen.type && this.#cancels(frame, rule, wait, absent, undefined, seen)) return true;
    }
    return false;
  }

  #holdingCancelledBy(frame: Frame, rule: RuleProgram, wait: Wait, seen: Seen): StageProgram | undefined {
    const holding = wait.phase === HOLDING ? rule.stages[wait.next - 1] : undefined;
    for (const absent of holding?.absents ?? []) {
      if (absent.plan.on === seen.type && this.#cancels(frame, rule, wait, absent, holding, seen)) return holding;
    }
    return undefined;
  }

  /** Whether `event` speaks against a match, or against one stage of it. */
  #cancels(
    frame: Frame,
    rule: RuleProgram,
    wait: Wait,
    absent: AbsentProgram,
    stage: StageProgram | undefined,
    event: Seen,
  ): boolean {
    if (wait.matched.length === 0 || isUsed(wait, event.id)) return false;
    const from = stage === undefined ? firstOf(wait) : seenAt(wait, stage.index);
    if (from === undefined || event.at < from.at || event.at >= until(rule, wait, stage, from)) return false;
    if (!sameParty(absent, wait, stage, event)) return false;
    return this.#asks(frame, wait, absent.when, event);
  }

  /** An exception of the whole sequence: what held before it stands, and only what happened before it may still come. */
  #close(handling: Handling, rule: RuleProgram, wait: Wait, by: Seen): void {
    handling.withdraw(rule, wait, 0, by);
    let standing = wait.phase === TIMEOUT ? 0 : wait.next;
    while (standing > 0 && heldSince(rule, wait, standing - 1) > by.at) standing--;
    if (standing === 0 && (rule.stages[0] as StageProgram).plan.times === 1) {
      this.#forget(wait);
      return;
    }
    this.#reopen(wait, standing);
    wait.closesAt = wait.closesAt === 0 ? by.at : Math.min(wait.closesAt, by.at);
    wait.expires = handling.now + ALLOWED_LATENESS_MS;
  }

  /** An exception of one stage: its event is out, and what followed it; the match may wait for another. */
  #cancelStage(handling: Handling, rule: RuleProgram, wait: Wait, stage: StageProgram, by: Seen): void {
    handling.withdraw(rule, wait, stage.index, by);
    if (stage.index === 0) this.#forget(wait);
    else this.#reopen(wait, stage.index);
  }

  #reopen(wait: Wait, next: number): void {
    wait.phase = OPEN;
    wait.holdAt = 0;
    if (wait.matched.length > next && wait.next > next) wait.matched.length = next;
    wait.next = next;
  }

  #forget(wait: Wait): void {
    wait.phase = DONE;
    wait.expires = 0;
  }

  #tidy(list: WaitList, wait: Wait): void {
    if (wait.phase === DONE && wait.expires === 0) list.waits.splice(list.waits.indexOf(wait), 1);
  }
}
