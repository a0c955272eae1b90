import { SCHEMAS, type AvroField, type AvroType } from '@yujing/schemas';
import type { Draft } from '../event/draft.ts';
import type { FieldReader } from '../event/fields.ts';
import type { EventKind } from '../event/kind.ts';
import { KINDS } from '../event/kinds.ts';

/** What a cell has to become before the door reads it. */
export type Shape = 'text' | 'tel' | 'account' | 'whole' | 'money' | 'decimal' | 'truth' | 'time' | 'list' | 'place';

/** A field of an event that a mapping may fill. */
export interface Target {
  /** as the mapping writes it: a field, or a part of a place (`place.adcode`) */
  readonly name: string;
  readonly field: string;
  readonly part: string | undefined;
  readonly shape: Shape;
  /** the door's own check of the whole field */
  readonly reader: FieldReader;
}

export const RECORDS = KINDS.map(({ name }) => name);
export type RecordName = (typeof RECORDS)[number];

/** The head of an event has keys of its own in a mapping. */
const HEAD = new Set(['occurred_at']);
const PLACE_PARTS = ['kind', 'adcode', 'station_code'];

export function kindOf(record: RecordName): EventKind {
  return KINDS.find(({ name }) => name === record) as EventKind;
}

function shapeOf(field: AvroField, type: AvroType): Shape {
  if (Array.isArray(type)) return shapeOf(field, type[1] as AvroType);
  if (typeof type === 'object' && 'items' in type) return field.name === 'places' ? 'place' : 'list';
  if (field.name === 'place') return 'place';
  if (field.privacy === 'token') {
    return field.entity === 'tel' || field.entity === 'account' ? field.entity : 'text';
  }
  if (field.form === 'time') return 'time';
  if (type === 'boolean') return 'truth';
  if (type === 'double') return 'decimal';
  if (type !== 'int' && type !== 'long') return 'text';
  return field.name.endsWith('_minor') ? 'money' : 'whole';
}

/** The fields of an event type that a mapping may fill, from its schema and the door's readers. */
export function targetsOf(record: RecordName): ReadonlyMap<string, Target> {
  const { type, readers } = kindOf(record);
  const targets = new Map<string, Target>();
  const add = (target: Target): void => void targets.set(target.name, target);
  for (const [field, reader] of readers) {
    if (HEAD.has(field)) continue;
    const declared = SCHEMAS[type].fields.find(({ name }) => name === field);
    const shape = declared === undefined ? 'text' : shapeOf(declared, declared.type);
    add({ name: field, field, part: undefined, shape, reader });
    if (shape !== 'place') continue;
    for (const part of PLACE_PARTS) add({ name: `${field}.${part}`, field, part, shape: 'text', reader });
  }
  return targets;
}

/** The field that names the call, payment or message as a whole: the same in all its phases and on both sides. */
export function matterField(record: RecordName): string {
  return kindOf(record).idField;
}

/** A place is written whole, even where a mapping fills but a part of it. */
export function placed(target: Target, value: unknown): unknown {
  if (target.part === undefined) return value;
  const place = { [target.part]: value };
  return target.field === 'places' ? [place] : place;
}

/** What the door would say to a constant; undefined: it takes it. */
export function checkConstant(target: Target, value: unknown): string | undefined {
  if (value === null) return undefined;
  const draft: Draft = { record: {}, clear: [], person: null, id: '', acceptedAt: null };
  return target.reader(placed(target, value), draft)?.message;
}
