import type { RecordType, RecordTypes } from '@yujing/schemas';
import {
  DONE,
  PEOPLE,
  type AdoptKind,
  type Documents,
  type InputRecord,
  type Outcome,
  type Stage,
  type StageContext,
} from '@yujing/runtime';
import { BEHAVIOUR } from './config.ts';
import { takeDelivery } from './dispatch/delivery.ts';
import { passDeadlines } from './dispatch/due.ts';
import { takeCommand, takeOpened } from './feedback/command.ts';
import type { CountName } from './metrics.ts';
import { PERSON_CODEC } from './person/codec.ts';
import { earliestDeadline, fromTimerKey, timerKey } from './person/deadlines.ts';
import { finish, lookBefore } from './person/finish.ts';
import { contentId } from './person/ids.ts';
import { forward, takeLinked, takeMoved, type Again } from './person/moved.ts';
import type { Person } from './person/state.ts';
import type { CaseDocuments, Output, Turn } from './person/turn.ts';
import { defaultPolicy } from './policy/defaults.ts';
import { parsePolicy, type PolicyDocument } from './policy/policy.ts';
import { parsePrecincts, type PrecinctDocument } from './policy/precinct.ts';
import { parseRoster, type RosterDocument } from './policy/roster.ts';
import { takeWarning } from './reanalyse/warning.ts';
import { takeWithdrawn } from './reanalyse/withdraw.ts';

export { BEHAVIOUR } from './config.ts';
export { COUNTS, type CountName } from './metrics.ts';
export { defaultPolicy, demoPrecincts, demoRoster } from './policy/defaults.ts';
export { DocumentError, type DocumentProblem } from './policy/check.ts';
export { parsePolicy, scalePolicy, type LevelPolicy, type PolicyDocument, type RungTarget } from './policy/policy.ts';
export { parsePrecincts, precinctOf, type Precinct, type PrecinctDocument } from './policy/precinct.ts';
export { onDuty, parseRoster, type RosterDocument, type Shift } from './policy/roster.ts';
export { documentRecord, type DocumentOf } from './policy/records.ts';
export { contentId, orderNumber } from './person/ids.ts';

/** A handler answers null, or why the record changed nothing. */
type Handler<T extends RecordType> = (turn: Turn, value: RecordTypes[T]) => string | null;

function takeDue(turn: Turn): string | null {
  if (passDeadlines(turn) > 0) return null;
  turn.count('dues_idle');
  return 'nothing_due';
}

/** What is handled; everything else on this log is what the stage wrote itself, or is not for it (ShadowWarning). */
const HANDLERS: { readonly [T in RecordType]?: Handler<T> } = {
  Warning: takeWarning,
  Withdrawn: takeWithdrawn,
  Decision: takeCommand('Decision'),
  Response: takeCommand('Response'),
  Contact: takeCommand('Contact'),
  Outcome: takeCommand('Outcome'),
  HandOver: takeCommand('HandOver'),
  Opened: takeOpened,
  Delivery: takeDelivery,
  Due: takeDue,
  Linked: takeLinked,
  Moved: (turn, moved) => takeMoved(turn, moved, handleRecord),
};

/** A warning brings the door's time of the record that made it, all else the time it was written. */
function timeOf(value: InputRecord['value']): number {
  const { created_at, at } = value as { readonly created_at?: number; readonly at?: number };
  return created_at ?? at ?? 0;
}

const handleRecord: Again = (turn, type, value) => (HANDLERS[type] as Handler<RecordType>)(turn, value);

/** One record against one person: changes the person, returns what comes of it. Pure. */
export function reduce(turn: Turn, { type, value }: Pick<InputRecord, 'type' | 'value'>): string | null {
  const { moved_to } = turn.person;
  if (moved_to !== null && type !== 'Linked' && type !== 'Moved') {
    forward(turn, moved_to, type, value);
    return null;
  }
  const before = lookBefore(turn);
  const ignored = handleRecord(turn, type, value);
  if (ignored === null) finish(turn, before);
  return ignored;
}

/** One deadline per person, the earliest: the owner of the partition appends a Due when it passes. */
function setTimer({ timers }: StageContext<Person, CasePartition>, subject: string, person: Person): void {
  const deadline = earliestDeadline(person);
  const key = deadline === null ? null : timerKey(subject, deadline);
  if (person.timer !== null && person.timer !== key) timers.set(PEOPLE, person.timer, undefined);
  if (deadline !== null && key !== null) timers.set(PEOPLE, key, deadline.at);
  person.timer = key;
}

/** Nothing is kept across persons. */
export type CasePartition = Record<string, never>;

function documentsOf(context: StageContext<Person, CasePartition>): CaseDocuments {
  return {
    policy: context.adopted<PolicyDocument>('policy') ?? DEFAULT_POLICY,
    roster: context.adopted<RosterDocument>('roster'),
    precincts: context.adopted<PrecinctDocument>('precinct'),
  };
}

const DEFAULT_POLICY = defaultPolicy();

function handle(context: StageContext<Person, CasePartition>, record: InputRecord): Outcome {
  if (HANDLERS[record.type] === undefined) return DONE;
  const person = context.entity(record.key);
  person.now = Math.max(person.now, timeOf(record.value));
  const outputs: Output[] = [];
  const count = (name: CountName, by = 1): void => context.count(name, by);
  const documents = documentsOf(context);
  const ignored = reduce({ subject: record.key, person, now: person.now, documents, outputs, count }, record);
  for (const { type, key, value } of outputs) context.emit(type, key, value);
  setTimer(context, record.key, person);
  return ignored === null ? DONE : { kind: 'drop', reason: ignored };
}

async function prepare(kind: AdoptKind, ref: string, documents: Documents): Promise<unknown> {
  const hash = ref.slice(ref.indexOf('#') + 1);
  switch (kind) {
    case 'policy':
      return parsePolicy((await documents.get('Policy', hash)).json);
    case 'roster':
      return parseRoster((await documents.get('Roster', hash)).json);
    case 'precinct':
      return parsePrecincts((await documents.get('Precinct', hash)).json);
    default:
      throw new TypeError(`case adopts no ${kind}`);
  }
}

/** The stage `case`: one reducer over the case log, one entity per person. */
export const caseStage: Stage<Person, CasePartition> = {
  name: 'case',
  reads: 'case',
  writes: {
    Case: 'case',
    Reanalysis: 'case',
    Order: 'case',
    Escalation: 'case',
    Label: 'case',
    FollowUp: 'case',
    Applied: 'case',
    Refused: 'case',
    Moved: 'case',
  },
  behaviour: BEHAVIOUR,
  adopts: ['policy', 'roster', 'precinct'],
  commitFirst: true,
  codec: PERSON_CODEC,
  partitionState: () => ({}),
  prepare,
  handle,
  due(key, at, now) {
    const { subject, kind, case_id, ref } = fromTimerKey(key);
    const value: RecordTypes['Due'] = {
      due_id: contentId('due', case_id, kind, ref, at),
      subject,
      case_id,
      kind,
      ref,
      due_at: at,
      at: now,
    };
    return { type: 'Due', key: subject, value };
  },
};
