import type { Seen } from '../frame.ts';
import type { Wait } from '../state/subject-state.ts';
import { DONE, firstOf, HOLDING, OPEN, seenAt, TIMEOUT } from '../state/subject-state.ts';
import type { AbsentProgram, RuleProgram, StageProgram } from './program.ts';

// Questions about one waiting match; sequences.ts moves it.

export function isDone(wait: Wait): boolean {
  return wait.phase === DONE;
}

export function hasTimer(wait: Wait): boolean {
  return wait.phase === HOLDING || wait.phase === TIMEOUT;
}

export function stagesOf(wait: Wait): Array<Seen | undefined> {
  const stages: Array<Seen | undefined> = [];
  for (let i = 0; i < wait.next; i++) stages.push(seenAt(wait, i));
  return stages;
}

/** A tie counts as before: then it does not matter which of the two came first. */
export function isPastEnd(wait: Wait, event: Seen): boolean {
  return wait.closesAt > 0 && event.at > wait.closesAt;
}

/** Event time since which a stage holds: its own timer has passed, and all before it hold. */
export function heldSince(rule: RuleProgram, wait: Wait, stage: number): number {
  let since = 0;
  for (let i = 0; i <= stage; i++) {
    const seen = seenAt(wait, i);
    if (seen !== undefined) since = Math.max(since, seen.at + ((rule.stages[i] as StageProgram).plan.after_ms ?? 0));
  }
  return since;
}

export function isUsed(wait: Wait, id: string): boolean {
  for (const events of wait.matched) {
    for (const seen of events ?? []) if (seen.id === id) return true;
  }
  return false;
}

/** End of the time in which an exception counts: the deadline, or the newest thing that was said. */
export function until(rule: RuleProgram, wait: Wait, stage: StageProgram | undefined, from: Seen): number {
  if (stage !== undefined) return from.at + (stage.plan.after_ms ?? 0);
  if (wait.phase === HOLDING || wait.phase === TIMEOUT) return wait.holdAt;
  if (wait.phase === OPEN) return firstOf(wait).at + rule.plan.within_ms + 1;
  return wait.given.reduce((newest, given) => Math.max(newest, given.at), 0);
}

export function sameParty(absent: AbsentProgram, wait: Wait, stage: StageProgram | undefined, event: Seen): boolean {
  for (const name of absent.plan.same) {
    const value = event.fields[name];
    if (value === null || value === undefined || value !== fieldOf(wait, stage, name)) return false;
  }
  return true;
}

/** Of the stage the exception belongs to, else of the newest event that has it. */
function fieldOf(wait: Wait, stage: StageProgram | undefined, name: string): unknown {
  if (stage !== undefined) return seenAt(wait, stage.index)?.fields[name];
  for (let i = wait.next - 1; i >= 0; i--) {
    const value = seenAt(wait, i)?.fields[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}
