import type { Case } from '@yujing/schemas';
import { settleOutcomeClock } from '../feedback/outcome-clock.ts';
import { ms } from '../policy/policy.ts';
import { trim } from './ending.ts';
import { snapshotOf } from './snapshot.ts';
import type { CaseState, Person } from './state.ts';
import { emit, type Output, type Turn, type Written } from './turn.ts';

function casesOf({ open, recent }: Person): readonly CaseState[] {
  return open === null ? recent : [open, ...recent];
}

export type Before = ReadonlyMap<string, Case>;

/** How the person's cases look before a record, to tell afterwards what it changed. */
export function lookBefore(turn: Turn): Before {
  const flagsMs = ms(turn.documents.policy.noise.flags_s);
  return new Map(casesOf(turn.person).map((c) => [c.case_id, snapshotOf(turn.subject, c, flagsMs)]));
}

const ALWAYS = new Set(['revision', 'changed', 'at']);

function isEmpty(value: unknown): boolean {
  return value === null || value === false || (Array.isArray(value) && value.length === 0);
}

function changedFields(before: Case | undefined, after: Case): string[] {
  const names = (Object.keys(after) as Array<keyof Case>).filter((name) => !ALWAYS.has(name));
  if (before === undefined) return names.filter((name) => !isEmpty(after[name]));
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

/** The card stands before the push that points at it; answers come last, when their effect is written. */
const ORDER_OF_WRITING: readonly Written[] = [
  'Reanalysis',
  'Case',
  'Order',
  'Escalation',
  'Label',
  'FollowUp',
  'Moved',
  'Applied',
  'Refused',
];

function rank({ type }: Output): number {
  return ORDER_OF_WRITING.indexOf(type as Written);
}

/** Clocks that follow from what happened, one snapshot per case that changed, and the outputs in their fixed order. */
export function finish(turn: Turn, before: Before): void {
  const { person } = turn;
  if (person.open !== null) settleOutcomeClock(turn, person.open);
  const flagsMs = ms(turn.documents.policy.noise.flags_s);
  for (const c of casesOf(person)) {
    const after = snapshotOf(turn.subject, c, flagsMs);
    const changed = changedFields(before.get(c.case_id), after);
    if (changed.length === 0) continue;
    c.revision += 1;
    emit(turn, 'Case', { ...after, revision: c.revision, changed, at: turn.now });
  }
  trim(turn);
  turn.outputs.sort((a, b) => rank(a) - rank(b));
}
