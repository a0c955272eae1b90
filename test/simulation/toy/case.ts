import { DONE, type InputRecord, type Outcome, type Stage, type StageContext } from '@yujing/runtime';
import { digest, emit, jsonCodec, toy, type ToyDocument, type ToyRecords } from './toy-records.ts';

export interface OpenCase {
  case_id: string;
  order_id: string;
  acknowledged: boolean;
  level: number;
  /** level of the newest delivery, -1 = none */
  delivered: number;
}

export interface Person {
  open: OpenCase | null;
  cases: number;
  applied: string[];
  warnings: string[];
  orders: string[];
  notes: number;
}

export const LADDER_MS = 1_500;
export const LADDER_TOP = 2;

type Context = StageContext<Person, object>;

/** How a person's state remembers which commands it has applied (rule 6). */
export interface CommandMemory {
  /** true when the command is new; remembers it */
  take(person: Person, commandId: string): boolean;
  closed(person: Person): void;
}

export const COMMAND_IDS: CommandMemory = {
  take(person, commandId) {
    if (person.applied.includes(commandId)) return false;
    person.applied.push(commandId);
    return true;
  },
  closed() {},
};

/** The toy of `case`: one open case a person, one order with a ladder, commands by id, deadlines of people. */
export function toyCase(behaviour = 1, commands: CommandMemory = COMMAND_IDS): Stage<Person, object> {
  return {
    name: 'case',
    reads: 'case',
    writes: { Case: 'case', Order: 'case', Escalation: 'case', Reanalysis: 'case', Applied: 'case', Refused: 'case' },
    behaviour,
    adopts: ['ruleset'],
    commitFirst: true,
    codec: jsonCodec(() => ({ open: null, cases: 0, applied: [], warnings: [], orders: [], notes: 0 })),
    partitionState: () => ({}),
    prepare: async (_kind, ref) => ({ version: Number(ref) }),
    handle(context, record) {
      switch (record.type) {
        case 'Warning':
          return warning(context, toy(record, 'Warning'), behaviour);
        case 'Decision':
          return decision(context, toy(record, 'Decision'), commands);
        case 'Delivery':
          return delivery(context, toy(record, 'Delivery'));
        case 'Due':
          return due(context, toy(record, 'Due'), record);
        default:
          return { kind: 'drop', reason: 'derived' };
      }
    },
    due: (key, at, now) => ({ type: 'Due', key, value: { subject: key, due_at: at, at: now } }),
  };
}

function warning(context: Context, { warning_id, subject }: ToyRecords['Warning'], behaviour: number): Outcome {
  const person = context.entity(subject);
  if (person.warnings.includes(warning_id)) return { kind: 'drop', reason: 'repeated' };
  person.warnings.push(warning_id);
  if (person.open !== null) {
    emit(context, 'Reanalysis', subject, { warning_id, case_id: person.open.case_id, subject });
    return DONE;
  }
  const case_id = `${subject}#${++person.cases}`;
  const version = context.adopted<ToyDocument>('ruleset')?.version ?? 0;
  const officer = (person.cases + version + behaviour) % 3;
  const order_id = digest(`${case_id}|0|officer ${officer}`);
  person.open = { case_id, order_id, acknowledged: false, level: 0, delivered: -1 };
  person.orders.push(order_id);
  emit(context, 'Case', subject, { case_id, subject, status: 'open' });
  emit(context, 'Order', subject, { order_id, case_id, subject, level: 0 });
  return DONE;
}

function decision(context: Context, command: ToyRecords['Decision'], commands: CommandMemory): Outcome {
  const { command_id, subject, action, order_id } = command;
  const person = context.entity(subject);
  if (!commands.take(person, command_id)) return { kind: 'drop', reason: 'repeated' };
  const isOpen = person.open?.order_id === order_id;
  if (action === 'note') person.notes++;
  if (action === 'ack' && isOpen && person.open !== null) person.open.acknowledged = true;
  if (action === 'close' && isOpen && person.open !== null) {
    emit(context, 'Case', subject, { case_id: person.open.case_id, subject, status: 'closed' });
    person.open = null;
    commands.closed(person);
  }
  if (action !== 'note' && isOpen) context.timers.set('people', subject, undefined);
  emit(context, action === 'note' || isOpen ? 'Applied' : 'Refused', subject, { command_id, subject });
  return DONE;
}

function delivery(context: Context, { subject, order_id, level, at }: ToyRecords['Delivery']): Outcome {
  const open = context.entity(subject).open;
  if (open?.order_id !== order_id || open.level !== level || open.delivered === level) return DONE;
  open.delivered = level;
  if (!open.acknowledged && level < LADDER_TOP) context.timers.set('people', subject, at + LADDER_MS);
  return DONE;
}

function due(context: Context, { subject, due_at }: ToyRecords['Due'], record: InputRecord): Outcome {
  const open = context.entity(subject).open;
  const [armed] = context.timers.due('people', due_at, 1_000).filter(({ key }) => key === subject);
  if (armed?.at !== due_at) return { kind: 'drop', reason: 'not_armed' };
  context.timers.set('people', subject, undefined);
  if (open === null || open.acknowledged || open.level >= LADDER_TOP) return DONE;
  open.level++;
  emit(context, 'Escalation', subject, { order_id: open.order_id, subject, level: open.level, offset: record.offset });
  return DONE;
}
