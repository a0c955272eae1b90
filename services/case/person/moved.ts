import type { Linked, Moved, RecordType, RecordTypes } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { act } from '../reanalyse/act.ts';
import { absorb } from '../reanalyse/hold.ts';
import { reason } from '../reanalyse/reasons.ts';
import { settle } from '../reanalyse/settle.ts';
import { endCase } from './ending.ts';
import { newPerson, type CaseState, type Person, type Remembered } from './state.ts';
import { emit, type Turn } from './turn.ts';

/** What a Moved carries: all that is known under the number or account, or one record that still came in there. */
type Carried =
  | { readonly person: Person }
  | { readonly record: { readonly type: RecordType; readonly value: RecordTypes[RecordType] } };

function send(turn: Turn, to: string, carried: Carried, order_ids: readonly string[]): void {
  const value = {
    from: turn.subject,
    to,
    kind: 'case',
    state: JSON.stringify(carried),
    order_ids,
    at: turn.now,
  } as const;
  emit(turn, 'Moved', value, to);
}

/** The number or account belongs to a person: everything goes there once, and what still arrives is sent on. */
export function takeLinked(turn: Turn, linked: Linked): string | null {
  const { person } = turn;
  if (person.moved_to === linked.to) return 'linked_before';
  const { moved_to: _old, timer, ...rest } = person;
  const order_ids = person.open?.orders.map(({ order_id }) => order_id) ?? [];
  send(turn, linked.to, { person: { ...rest, timer: null, moved_to: null } }, order_ids);
  Object.assign(person, newPerson(), { now: person.now, timer, moved_to: linked.to });
  turn.count('moved');
  return null;
}

/** Records that were on their way when the link became known. A Due is not sent on: the person has her own deadlines. */
export function forward(turn: Turn, to: string, type: RecordType, value: RecordTypes[RecordType]): void {
  if (type === 'Due') return;
  send(turn, to, { record: { type, value } }, []);
  turn.count('forwarded');
}

export type Again = (turn: Turn, type: RecordType, value: RecordTypes[RecordType]) => string | null;

/** Takes over what a number or account brings: one case, one card, and orders keep their ids. */
export function takeMoved(turn: Turn, moved: Moved, again: Again): string | null {
  if (moved.kind !== 'case') return 'moved_elsewhere';
  const carried = JSON.parse(moved.state) as Carried;
  if ('record' in carried) {
    const { type, value } = carried.record;
    return again(turn, type, { ...value, subject: turn.subject } as RecordTypes[RecordType]);
  }
  joinPerson(turn, carried.person, moved);
  return null;
}

function union(own: readonly Remembered[], other: readonly Remembered[], cap: number): Remembered[] {
  const all = new Map([...other, ...own]);
  return [...all].sort(([, a], [, b]) => a - b).slice(-cap);
}

function joinPerson(turn: Turn, other: Person, moved: Moved): void {
  const { person } = turn;
  const known = new Set([person.open, ...person.recent].map((c) => c?.case_id));
  person.commands = union(person.commands, other.commands, LIMITS.commands_remembered);
  person.warnings = union(person.warnings, other.warnings, LIMITS.warnings_remembered);
  person.recent.push(...other.recent.filter(({ case_id }) => !known.has(case_id)));
  person.recent.sort((a, b) => (b.ended?.at ?? 0) - (a.ended?.at ?? 0));
  person.closed = [...person.closed, ...other.closed]
    .sort((a, b) => b.ended_at - a.ended_at)
    .slice(0, LIMITS.closed_cases);
  person.quiet = [...person.quiet, ...other.quiet].sort((a, b) => a.until - b.until).slice(-LIMITS.quiet);
  const watch = Math.max(person.watch_until ?? 0, other.watch_until ?? 0);
  person.watch_until = watch === 0 ? null : watch;
  if (other.open === null || known.has(other.open.case_id)) return;
  other.open.subject_kind = 'person';
  if (person.open === null) person.open = other.open;
  else joinCases(turn, person.open, other.open, moved);
}

/** Two open cases become one: the one with an order goes on, since somebody may be on the way. */
function joinCases(turn: Turn, own: CaseState, brought: CaseState, moved: Moved): void {
  const [kept, ended] = own.orders.length === 0 && brought.orders.length > 0 ? [brought, own] : [own, brought];
  const cause = { id: `moved|${moved.from}|${ended.case_id}`, warning_id: null, by: null, at: turn.now };
  ended.merged_into = kept.case_id;
  act(turn, ended, 'merged', cause, [reason('duplicate')], { merged_into: kept.case_id });
  endCase(turn, ended, 'merged');
  turn.person.open = kept;
  absorb(turn, kept, ended);
  settle(turn, kept, { ...cause, id: `moved|${moved.from}|${kept.case_id}` });
}
