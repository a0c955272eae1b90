import { isOpen } from '../feedback/progress.ts';
import { numberOf } from '../person/ids.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import type { RungTarget } from '../policy/policy.ts';
import { precinctOf } from '../policy/precinct.ts';
import { countyDesk, leaderOnDuty, onDuty } from '../policy/roster.ts';
import type { Addressee } from './order.ts';

/**
 * Round robin by the hash of the case: who is least loaded is not known here, since one person's state knows of no other
 * person. The same case always finds the same officers in the same order.
 */
function ring(officers: readonly string[], case_id: string): readonly string[] {
  if (officers.length === 0) return officers;
  const start = numberOf(`ring|${case_id}`) % officers.length;
  return [...officers.slice(start), ...officers.slice(0, start)];
}

/** Asked once is enough: who declined, was overdue or has it already is passed over. */
function wasAsked(c: CaseState, officer: string): boolean {
  return c.orders.some((order) => order.officer === officer && order.condition !== 'replaced');
}

/** The officer for the first step, or the next one who was not asked yet. */
export function nextOfficer(turn: Turn, c: CaseState): Addressee | null {
  const { roster, policy } = turn.documents;
  if (roster === undefined || c.precinct === null) return null;
  const { officers, reserve } = onDuty(roster, c.precinct, turn.now);
  const candidates = [...ring(officers, c.case_id), ...ring(reserve, c.case_id)];
  const officer = candidates.find((candidate) => !wasAsked(c, candidate));
  return officer === undefined ? null : { officer, role: policy.levels[c.level].role };
}

function deskOf(turn: Turn, c: CaseState, to: Exclude<RungTarget, 'second_officer'>): string | null {
  const { roster, precincts } = turn.documents;
  if (roster === undefined) return null;
  if (to === 'city') return roster.city;
  if (c.precinct === null) return null;
  if (to === 'duty_leader') return leaderOnDuty(roster, c.precinct, turn.now);
  const county = precincts === undefined ? undefined : precinctOf(precincts, c.precinct)?.county;
  return county === undefined ? null : countyDesk(roster, county);
}

/** Who stands on a rung now; null = nobody, or somebody who has an open order of this case. */
export function onRung(turn: Turn, c: CaseState, to: RungTarget): Addressee | null {
  if (to === 'second_officer') return nextOfficer(turn, c);
  const officer = deskOf(turn, c, to);
  if (officer === null || c.orders.some((order) => isOpen(order) && order.officer === officer)) return null;
  return { officer, role: to === 'duty_leader' ? 'commander' : 'centre_96110' };
}

export function roleOnRung(to: RungTarget): Addressee['role'] {
  if (to === 'second_officer') return 'station';
  return to === 'duty_leader' ? 'commander' : 'centre_96110';
}
