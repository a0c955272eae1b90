import { hash } from 'node:crypto';
import { refusal, type Refusal } from '../event/refusal.ts';
import { BAD } from './convert.ts';
import type { FieldPlan, Mapping, SidePlan } from './mapping.ts';
import { valueOf, type Row } from './row.ts';
import { matterField } from './targets.ts';
import { textOf } from './time.ts';

/** An event as `POST /v1/events` takes it. */
export type EventJson = Readonly<Record<string, unknown>>;

/** Longest id that the door takes, and longest name of a call or payment that a record holds. */
const MAX_ID = 256;
const MAX_MATTER = 128;

const NO_ROW = refusal('not_an_object', '', 'a row is an object of columns');
const NO_ID = refusal('missing', 'id', 'every column of the mapping’s id needs a value');
const NO_SUBJECT = refusal('missing', 'subject', 'no side of the row has a subject');

/** Thrown while a row is read; caught by {@link applyMapping}. */
class Refused {
  readonly refusal: Refusal;
  constructor(refused: Refusal) {
    this.refusal = refused;
  }
}

function short(id: string, longest: number): string {
  return Buffer.byteLength(id) <= longest ? id : `h:${hash('sha256', id, 'hex').slice(0, 32)}`;
}

/** Two columns never make one id in two ways: what parts them is written otherwise inside them. */
function part(text: string): string {
  return text.replace(/[%/]/g, encodeURIComponent);
}

function rowId({ id }: Mapping, row: Row, place: string): string | undefined {
  if (id.length === 0) return place;
  const parts: string[] = [];
  for (const column of id) {
    const text = textOf(valueOf(row, column));
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return parts.length === 1 ? parts[0] : parts.map(part).join('/');
}

function codeOf(value: unknown): string | undefined {
  return typeof value === 'boolean' ? String(value) : textOf(value);
}

function fieldValue(plan: FieldPlan, row: Row): unknown {
  if (plan.column === undefined) return plan.constant;
  const value = valueOf(row, plan.column);
  if (plan.lookup !== undefined) {
    const code = codeOf(value);
    const word = code === undefined ? undefined : plan.lookup.get(code);
    if (word !== undefined) return word;
    if (plan.otherwise !== undefined) return plan.otherwise;
    if (value === null) return null;
    throw new Refused(plan.refusal);
  }
  if (value === null) return null;
  const converted = plan.convert(value);
  if (converted === BAD) throw new Refused(plan.refusal);
  return converted;
}

function put(event: Record<string, unknown>, { target }: FieldPlan, value: unknown): void {
  if (value === null) return;
  if (target.part === undefined) event[target.field] = value;
  else if (target.field === 'places')
    event.places = [{ ...(event.places as object[] | undefined)?.[0], [target.part]: value }];
  else event[target.field] = { ...(event[target.field] as object | undefined), [target.part]: value };
}

function sideEvent(side: SidePlan, row: Row, head: EventJson): EventJson | undefined {
  const { when } = side;
  // Elsewhere the party is no customer of this source: nobody to protect from here.
  if (when !== undefined && !when.is.has(codeOf(valueOf(row, when.column)) ?? '')) return undefined;
  const event: Record<string, unknown> = { ...head };
  if (side.subject !== undefined) {
    const subject = fieldValue(side.subject, row);
    if (subject === null) return undefined;
    put(event, side.subject, subject);
  }
  for (const plan of side.fields) put(event, plan, fieldValue(plan, row));
  return event;
}

function headOf(mapping: Mapping, row: Row, id: string): EventJson {
  const { time, acceptedAt, record } = mapping;
  const occurredAt = time.read(valueOf(row, time.column));
  if (occurredAt === undefined) throw new Refused(mapping.timeRefusal);
  const head: Record<string, unknown> = {
    type: record,
    id: short(id, MAX_ID),
    occurred_at: occurredAt,
    [matterField(record)]: short(id, MAX_MATTER),
  };
  if (typeof acceptedAt === 'number') head.accepted_at = occurredAt + acceptedAt;
  else if (acceptedAt !== undefined) {
    const value = valueOf(row, acceptedAt.column);
    const time = value === null ? undefined : acceptedAt.read(value);
    if (time === undefined) throw new Refused(mapping.acceptedAtRefusal);
    head.accepted_at = time;
  }
  return head;
}

/**
 * The events of one row, each as the door's JSON has it, or why the row is none. `place` names the row where the mapping names no
 * id: the same for every reading of the row (`topic/partition/offset`, `file/line`). Pure: the same row makes the same events.
 */
export function applyMapping(mapping: Mapping, row: unknown, place: string): readonly EventJson[] | Refusal {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return NO_ROW;
  const id = rowId(mapping, row as Row, place);
  if (id === undefined) return NO_ID;
  try {
    const head = headOf(mapping, row as Row, id);
    const events: EventJson[] = [];
    for (const side of mapping.sides) {
      const own = mapping.sides.length === 1 ? head : { ...head, id: short(`${id}/${part(side.suffix)}`, MAX_ID) };
      const event = sideEvent(side, row as Row, own);
      if (event !== undefined) events.push(event);
    }
    return events.length === 0 ? NO_SUBJECT : events;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}
