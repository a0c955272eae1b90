import { hash } from 'node:crypto';
import { refusal, type Refusal } from '../event/refusal.ts';
import { BAD } from './convert.ts';
import type { FieldPlan, Mapping, SidePlan } from './mapping.ts';
import { valueOf, type Row } from './row.ts';
import { matterField } from './targets.ts';
import { textOf } from './time.ts';

/** An event as `POST /v1/events` takes it; null for what is not known. */
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
function escaped(text: string): string {
  return /[%/]/.test(text) ? text.replace(/[%/]/g, encodeURIComponent) : text;
}

function rowId({ id }: Mapping, row: Row, place: string): string | undefined {
  if (id.length === 0) return place;
  const parts: string[] = [];
  for (const column of id) {
    const text = textOf(valueOf(row, column));
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return parts.length === 1 ? parts[0] : parts.map(escaped).join('/');
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
  const { field, part } = target;
  if (part === undefined) event[field] = value;
  else if (field === 'places') event.places = [{ ...(event.places as object[] | null)?.[0], [part]: value }];
  else event[field] = { ...(event[field] as object | null), [part]: value };
}

/** What all events of a row share. */
interface Head {
  readonly id: string;
  readonly occurredAt: number;
  readonly acceptedAt: number | null;
}

function sideEvent(mapping: Mapping, side: SidePlan, row: Row, head: Head): EventJson | undefined {
  const { when } = side;
  // Elsewhere the party is no customer of this source: nobody to protect from here.
  if (when !== undefined && !when.is.has(codeOf(valueOf(row, when.column)) ?? '')) return undefined;
  const event: Record<string, unknown> = { ...side.template };
  if (side.subject !== undefined) {
    const subject = fieldValue(side.subject, row);
    if (subject === null) return undefined;
    put(event, side.subject, subject);
  }
  const { id, occurredAt, acceptedAt } = head;
  event.type = mapping.record;
  event.id = short(mapping.sides.length === 1 ? id : `${id}/${escaped(side.suffix)}`, MAX_ID);
  event.occurred_at = occurredAt;
  if (acceptedAt !== null) event.accepted_at = acceptedAt;
  event[matterField(mapping.record)] = short(id, MAX_MATTER);
  for (const plan of side.fields) put(event, plan, fieldValue(plan, row));
  return event;
}

function headOf(mapping: Mapping, row: Row, id: string): Head {
  const { time, acceptedAt } = mapping;
  const occurredAt = time.read(valueOf(row, time.column));
  if (occurredAt === undefined) throw new Refused(mapping.timeRefusal);
  if (acceptedAt === undefined) return { id, occurredAt, acceptedAt: null };
  if (typeof acceptedAt === 'number') return { id, occurredAt, acceptedAt: occurredAt + acceptedAt };
  const passed = acceptedAt.read(valueOf(row, acceptedAt.column));
  if (passed === undefined) throw new Refused(mapping.acceptedAtRefusal);
  return { id, occurredAt, acceptedAt: passed };
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
      const event = sideEvent(mapping, side, row as Row, head);
      if (event !== undefined) events.push(event);
    }
    return events.length === 0 ? NO_SUBJECT : events;
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}
