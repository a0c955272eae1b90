import type { RecordType, RecordTypes } from '@yujing/schemas';
import type { CountName } from '../metrics.ts';
import type { PolicyDocument } from '../policy/policy.ts';
import type { PrecinctDocument } from '../policy/precinct.ts';
import type { RosterDocument } from '../policy/roster.ts';
import type { Person } from './state.ts';

/** Adopted documents; without a roster or precincts nobody can be sent and the case waits. */
export interface CaseDocuments {
  readonly policy: PolicyDocument;
  readonly roster: RosterDocument | undefined;
  readonly precincts: PrecinctDocument | undefined;
}

/** What this stage writes. */
export type Written =
  | 'Reanalysis'
  | 'Case'
  | 'Order'
  | 'Escalation'
  | 'Label'
  | 'FollowUp'
  | 'Moved'
  | 'Applied'
  | 'Refused';

export interface Output<T extends RecordType = RecordType> {
  readonly type: T;
  readonly key: string;
  readonly value: RecordTypes[T];
}

/** One record being handled: the person's state, the time it brings, and what comes of it. */
export interface Turn {
  readonly subject: string;
  readonly person: Person;
  readonly now: number;
  readonly documents: CaseDocuments;
  readonly outputs: Output[];
  readonly count: (name: CountName, by?: number) => void;
}

export function emit<T extends Written>(turn: Turn, type: T, value: RecordTypes[T], key = turn.subject): void {
  turn.outputs.push({ type, key, value });
}
