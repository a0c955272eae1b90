import { SCHEMAS, type AvroField, type AvroRecord, type AvroType, type RecordType } from '@yujing/schemas';
import type { EntityKind, EventType, ValueType } from '../plan/plan.ts';

/** What a rule may read of an event, taken from the Avro schemas: types, entities, and whose each field is. */

export type Party = 'subject' | 'counterparty';

export interface FieldInfo {
  readonly name: string;
  readonly type: ValueType;
  /** may be missing: then what reads it is unknown */
  readonly optional: boolean;
  /** parties the field can name; an incoming payment swaps them */
  readonly parties: readonly Party[];
  /** longest list, for the cost of exists and all */
  readonly maxItems: number;
}

export interface EventInfo {
  readonly name: string;
  readonly type: EventType;
  readonly fields: ReadonlyMap<string, FieldInfo>;
  /** fields that stand in the record but not in the language, with the reason */
  readonly hidden: ReadonlyMap<string, string>;
}

const RECORDS: Readonly<Record<EventType, RecordType>> = {
  call: 'Call',
  sms: 'Sms',
  transaction: 'Transaction',
  domain_visit: 'DomainVisit',
  incident: 'Incident',
};

/** They name the record, not what happened; a rule on them would mean nothing on another day. */
const NOT_FOR_RULES: ReadonlySet<string> = new Set(['event_id', 'door', 'schema_version', 'accepted_at']);

const made = new Map<EventType, EventInfo>();

export function eventInfo(type: EventType): EventInfo {
  let info = made.get(type);
  if (info === undefined) {
    info = infoOf(type, type, SCHEMAS[RECORDS[type]]);
    made.set(type, info);
  }
  return info;
}

/** A Touch: the same call or payment, told to the profile of the subject's own number or account. */
export function touchInfo(type: 'call' | 'transaction'): EventInfo {
  const info = infoOf(`touch of a ${type}`, type, SCHEMAS.Touch);
  const entity: EntityKind = type === 'call' ? 'tel' : 'account';
  const fields = new Map(info.fields);
  // the party is whose profile it is: seen from the person warned about, the counterparty
  fields.set('party', {
    name: 'party',
    type: { kind: 'id', entity },
    optional: false,
    parties: ['counterparty'],
    maxItems: 1,
  });
  fields.set('counterparty', {
    name: 'counterparty',
    type: { kind: 'id', entity },
    optional: false,
    parties: [],
    maxItems: 1,
  });
  return { ...info, fields };
}

function infoOf(name: string, type: EventType, record: AvroRecord): EventInfo {
  const fields = new Map<string, FieldInfo>();
  const hidden = new Map<string, string>();
  const named = new Map<string, AvroType>();
  for (const field of record.fields) {
    const { core, optional } = resolve(field.type, named);
    const valueType = typeOf(core, field, named);
    if (NOT_FOR_RULES.has(field.name)) hidden.set(field.name, 'it names the record, not what happened');
    else if (valueType === undefined) hidden.set(field.name, 'records inside an event cannot be read');
    else {
      const parties = [field.side, field.sideIncoming].filter((party) => party !== undefined);
      fields.set(field.name, { name: field.name, type: valueType, optional, parties, maxItems: field.maxItems ?? 1 });
    }
  }
  return { name, type, fields, hidden };
}

/** A named type is written out once per schema and a word after that; `[null, X]` is an optional X. */
function resolve(type: AvroType, named: Map<string, AvroType>): { core: AvroType; optional: boolean } {
  if (Array.isArray(type)) {
    const branches = type.filter((branch: AvroType) => branch !== 'null');
    const first: AvroType = branches[0] ?? 'null';
    return { core: resolve(first, named).core, optional: branches.length < type.length };
  }
  if (typeof type === 'string') return { core: named.get(type.replace(/^.*\./, '')) ?? type, optional: false };
  if ('name' in type && 'type' in type) named.set(type.name, type);
  if ('fields' in type) for (const field of type.fields) resolve(field.type, named);
  return { core: type, optional: false };
}

function typeOf(core: AvroType, field: AvroField, named: Map<string, AvroType>): ValueType | undefined {
  if (core === 'boolean') return { kind: 'bool' };
  if (core === 'int' || core === 'long') return { kind: field.form === 'time' ? 'timestamp' : 'int' };
  if (core === 'double' || core === 'float') return { kind: 'double' };
  if (core === 'string') return field.entity === undefined ? { kind: 'string' } : { kind: 'id', entity: field.entity };
  if (typeof core === 'string' || Array.isArray(core)) return undefined;
  if ('symbols' in core)
    return { kind: 'enum', name: core.name, symbols: core.symbols.filter((symbol: string) => symbol !== 'UNKNOWN') };
  if ('items' in core) {
    const of = typeOf(resolve(core.items, named).core, field, named);
    return of === undefined ? undefined : { kind: 'list', of };
  }
  return undefined;
}

/** `a tel`, `one of CallPhase`, `a list of accounts`: types in words, for messages. */
export function typeInWords(type: ValueType): string {
  switch (type.kind) {
    case 'bool':
      return 'true or false';
    case 'int':
      return 'a whole number';
    case 'double':
      return 'a number';
    case 'string':
      return 'a text';
    case 'duration':
      return 'a duration';
    case 'timestamp':
      return 'a time';
    case 'enum':
      return `a word of ${type.name}`;
    case 'id':
      return ENTITY_WORDS[type.entity];
    case 'list':
      return `a list, each ${typeInWords(type.of)}`;
    default:
      return 'a value';
  }
}

const ENTITY_WORDS: Readonly<Record<EntityKind, string>> = {
  tel: 'a phone number (tel)',
  account: 'an account',
  domain: 'a domain',
  device: 'a device',
  person: 'a person',
  place: 'a place',
};
