import { SCHEMAS, type AvroEnum, type AvroField, type AvroType } from '@yujing/schemas';
import { FORM_OF, type ClearKind } from '../identity/forms.ts';
import { domainForm } from '../identity/domains.ts';
import { clearField, type Draft, type EventRecordType } from './draft.ts';
import { MAX_IDENTITY_LENGTH } from './limits.ts';
import { placesReader } from './places.ts';
import { refusal, type Refusal } from './refusal.ts';
import { readTime, TIME_HINT } from './time.ts';

/** Checks one value and puts it into the draft. The refusals are made once: they name the field, never the value. */
export type FieldReader = (value: unknown, draft: Draft) => Refusal | undefined;

/** Fields that the door fills itself; a source that sends them is not believed. */
const DOOR_FIELDS = new Set(
  'event_id source subject subject_kind counterparty accepted_at lateness door schema_version subject_age_band peer_relation'.split(
    ' ',
  ),
);

const HEX = /^[0-9a-fA-F]{8,64}$/;
const CODE = /^[A-Za-z0-9._:-]*$/;
/** Seven digits in a row, whatever parts them, may be somebody's number. */
const LOOKS_LIKE_A_NUMBER = /(?:\d[\s()./-]*){7}/;

function textReader(field: AvroField): FieldReader {
  const { name } = field;
  const maxLength = field.maxLength ?? 256;
  const wrong = refusal('wrong_type', name, 'write a text in quotes');
  const long = refusal('too_long', name, `at most ${maxLength} bytes`);
  const empty = refusal('missing', name);
  const form = formOf(field);
  const isMandatory = field.form === 'filled';
  return (value, draft) => {
    if (typeof value !== 'string') return wrong;
    if (form !== undefined && !form.holds.test(value)) return form.refusal;
    if (value.length * 3 > maxLength && Buffer.byteLength(value) > maxLength) return long;
    if (isMandatory && value === '') return empty;
    draft.record[name] = value;
    return undefined;
  };
}

/** Hashes and codes are held to their form, so that no clear text travels in them. */
function formOf(field: AvroField): { readonly holds: RegExp; readonly refusal: Refusal } | undefined {
  if (field.name.endsWith('_hash')) {
    return { holds: HEX, refusal: refusal('bad_form', field.name, 'write a hash of 8 to 64 hex digits') };
  }
  if (/_(cell|inst)$/.test(field.name)) {
    return { holds: CODE, refusal: refusal('bad_form', field.name, 'write a code of letters, digits and . _ : -') };
  }
  if (field.form === 'currency') {
    return { holds: /^[A-Z]{3}$/, refusal: refusal('bad_currency', field.name, 'write three capitals, such as CNY') };
  }
  return undefined;
}

/** A sender's name that is a number is dropped: its place is peer_tel, where it becomes a token. */
function senderNameReader(field: AvroField): FieldReader {
  const text = textReader(field);
  return (value, draft) => {
    if (typeof value === 'string' && LOOKS_LIKE_A_NUMBER.test(value)) return undefined;
    return text(value, draft);
  };
}

function domainReader(field: AvroField): FieldReader {
  const { name } = field;
  const wrong = refusal('wrong_type', name, 'write a text in quotes');
  const bad = refusal('bad_domain', name, 'write the host alone, without scheme, path or port');
  return (value, draft) => {
    if (typeof value !== 'string') return wrong;
    const host = domainForm(value);
    if (host === undefined) return bad;
    draft.record[name] = host;
    return undefined;
  };
}

function numberReader(field: AvroField, whole: boolean, lowest: number, highest: number): FieldReader {
  const { name } = field;
  const minimum = field.minimum ?? lowest;
  const maximum = field.maximum ?? highest;
  const isMoney = name.endsWith('_minor');
  const hint = isMoney
    ? 'write a whole number of minor units (fen), without quotes'
    : 'write a whole number without quotes';
  const wrong = refusal('wrong_type', name, whole ? hint : 'write a number without quotes');
  const outside = refusal('out_of_range', name, `write a number from ${minimum} to ${maximum}`);
  return (value, draft) => {
    if (typeof value !== 'number' || (whole && !Number.isInteger(value)) || !Number.isFinite(value)) return wrong;
    if (value < minimum || value > maximum) return outside;
    draft.record[name] = value;
    return undefined;
  };
}

function timeReader(name: string): FieldReader {
  const bad = refusal('bad_time', name, TIME_HINT);
  return (value, draft) => {
    const time = readTime(value);
    if (time === undefined) return bad;
    draft.record[name] = time;
    return undefined;
  };
}

function booleanReader(name: string): FieldReader {
  const wrong = refusal('wrong_type', name, 'write true or false');
  return (value, draft) => {
    if (typeof value !== 'boolean') return wrong;
    draft.record[name] = value;
    return undefined;
  };
}

function words(symbols: readonly string[]): string[] {
  return symbols.filter((symbol) => symbol !== 'UNKNOWN');
}

function symbolReader(name: string, symbols: readonly string[], alias: Readonly<Record<string, string>>): FieldReader {
  const known = new Map([...words(symbols).map((symbol) => [symbol, symbol] as const), ...Object.entries(alias)]);
  const wrong = refusal('wrong_type', name, 'write a text in quotes');
  const unknown = refusal('unknown_symbol', name, `write one of ${[...known.keys()].join(', ')}`);
  return (value, draft) => {
    if (typeof value !== 'string') return wrong;
    const symbol = known.get(value);
    if (symbol === undefined) return unknown;
    draft.record[name] = symbol;
    return undefined;
  };
}

function symbolsReader(field: AvroField, symbols: readonly string[]): FieldReader {
  const { name } = field;
  const maxItems = field.maxItems ?? 16;
  const known = new Set(words(symbols));
  const wrong = refusal('wrong_type', name, 'write a list of texts');
  const many = refusal('too_many', name, `at most ${maxItems}`);
  const unknown = refusal('unknown_symbol', name, `write only ${[...known].join(', ')}`);
  return (value, draft) => {
    if (!Array.isArray(value)) return wrong;
    if (value.length > maxItems) return many;
    for (const item of value) if (!known.has(item)) return unknown;
    draft.record[name] = value;
    return undefined;
  };
}

function clearText(value: unknown): string | undefined {
  // Registers write numbers as numbers; a leading zero is lost then, but nothing can be done about it here.
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  return typeof value === 'string' && value.length <= MAX_IDENTITY_LENGTH ? value : undefined;
}

function identityRefusal(name: string): Refusal {
  return refusal('wrong_type', name, `write a text of at most ${MAX_IDENTITY_LENGTH} characters`);
}

export function identityReader(kind: ClearKind, name: string): FieldReader {
  const wrong = identityRefusal(name);
  const form = FORM_OF[kind];
  return (value, draft) => {
    const text = clearText(value);
    if (text === undefined) return wrong;
    const canonical = form(text);
    if (canonical !== '') draft.clear.push(clearField(kind, canonical, name));
    return undefined;
  };
}

function identitiesReader(kind: ClearKind, field: AvroField): FieldReader {
  const { name } = field;
  const maxItems = field.maxItems ?? 32;
  const wrong = identityRefusal(name);
  const list = refusal('wrong_type', name, 'write a list');
  const many = refusal('too_many', name, `at most ${maxItems}`);
  return (value, draft) => {
    if (!Array.isArray(value)) return list;
    if (value.length > maxItems) return many;
    let index = 0;
    for (const item of value) {
      const text = clearText(item);
      if (text === undefined) return wrong;
      const canonical = FORM_OF[kind](text);
      if (canonical !== '') draft.clear.push(clearField(kind, canonical, name, index++));
    }
    return undefined;
  };
}

function subjectReader(): FieldReader {
  const wrong = identityRefusal('subject_id');
  return (value, draft) => {
    const text = clearText(value);
    if (text === undefined) return wrong;
    const canonical = FORM_OF.person(text);
    if (canonical !== '') draft.person = clearField('person', canonical, '');
    return undefined;
  };
}

type Aliases = Readonly<Record<string, Readonly<Record<string, string>>>>;
type Names = Map<string, AvroType>;

const CLEAR_KINDS: Readonly<Record<string, ClearKind>> = { tel: 'tel', account: 'account', person: 'person' };

function readerOf(field: AvroField, type: AvroType, names: Names, aliases: Aliases): FieldReader {
  if (Array.isArray(type)) return readerOf(field, type[1] as AvroType, names, aliases);
  if (typeof type === 'string' && names.has(type)) return readerOf(field, names.get(type) as AvroType, names, aliases);
  const kind = field.privacy === 'token' ? CLEAR_KINDS[field.entity ?? ''] : undefined;
  if (typeof type === 'object' && 'items' in type) {
    const items = typeof type.items === 'string' ? (names.get(type.items) ?? type.items) : type.items;
    if (kind !== undefined) return identitiesReader(kind, field);
    if (typeof items === 'object' && 'symbols' in items) return symbolsReader(field, items.symbols);
    return placesReader(field.name, true);
  }
  if (typeof type === 'object' && 'symbols' in type)
    return symbolReader(field.name, type.symbols, aliases[field.name] ?? {});
  if (typeof type === 'object') return placesReader(field.name, false);
  if (kind !== undefined) return identityReader(kind, field.name);
  if (field.form === 'time') return timeReader(field.name);
  if (field.name === 'sender_name') return senderNameReader(field);
  if (field.entity === 'domain') return domainReader(field);
  if (type === 'string') return textReader(field);
  if (type === 'boolean') return booleanReader(field.name);
  if (type === 'double') return numberReader(field, false, -Number.MAX_VALUE, Number.MAX_VALUE);
  return numberReader(
    field,
    true,
    type === 'int' ? -(2 ** 31) : Number.MIN_SAFE_INTEGER,
    type === 'int' ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER,
  );
}

/** Enumerations of a schema stand written out at their first use only. */
function collect(type: AvroType, names: Names): void {
  if (Array.isArray(type)) for (const inner of type) collect(inner as AvroType, names);
  else if (typeof type === 'object' && 'items' in type) collect(type.items, names);
  else if (typeof type === 'object' && 'name' in type) names.set(`yujing.${type.name}`, type as AvroEnum);
}

/**
 * The readers of an event type, by field of its JSON form: the fields of its Avro schema, with clear values where the
 * record has tokens. Built from the schema once, so that form and record cannot drift apart.
 */
export function fieldReaders(type: EventRecordType, aliases: Aliases = {}): Map<string, FieldReader> {
  const names: Names = new Map();
  const readers = new Map<string, FieldReader>([['subject_id', subjectReader()]]);
  for (const field of SCHEMAS[type].fields) {
    collect(field.type, names);
    if (!DOOR_FIELDS.has(field.name)) readers.set(field.name, readerOf(field, field.type, names, aliases));
  }
  return readers;
}

/** A record of the type with nothing in it; spreading it keeps one hidden class for all records. */
export function emptyRecord(type: EventRecordType): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = {};
  for (const field of SCHEMAS[type].fields) record[field.name] = Array.isArray(field.default) ? [] : null;
  return record;
}
