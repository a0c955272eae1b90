import { hash } from 'node:crypto';
import type { ClearField, Draft } from './draft.ts';
import type { IgnoredFields } from './ignored.ts';
import type { EventKind, Party, ReadOptions } from './kind.ts';
import { KINDS } from './kinds.ts';
import { refusal, type Refusal } from './refusal.ts';
import { readTime, TIME_HINT } from './time.ts';

/** An event that is read and found good, its identities still clear. */
export interface RawEvent {
  readonly kind: EventKind;
  readonly draft: Draft;
  /** 32 hex of sha256(source, source's id): the same for every repeat */
  readonly eventId: string;
  readonly occurredAt: number;
  readonly own: ClearField | undefined;
  readonly other: Party;
}

/** `call` in plain JSON, `yujing.call.v1` in CloudEvents; both are understood everywhere. */
const BY_NAME: ReadonlyMap<string, EventKind> = new Map(
  KINDS.flatMap((kind) => [
    [kind.name, kind],
    [`yujing.${kind.name}.v1`, kind],
  ]),
);
const OTHER_VERSION = /^yujing\.[a-z_]+\.v\d+$/;

const NOT_AN_OBJECT = refusal('not_an_object', '');
const TYPES = `write one of ${KINDS.map((kind) => kind.name).join(', ')}`;
const UNKNOWN_TYPE = refusal('unknown_type', 'type', TYPES);
const UNKNOWN_VERSION = refusal('unknown_version', 'type', 'this door takes v1');
const NO_ID = refusal('missing', 'id', "write the source's id of the event, a text of 1 to 256 characters");
const BAD_ACCEPTED_AT = refusal('bad_time', 'accepted_at', TIME_HINT);
const WRONG_SOURCE = refusal('wrong_source', 'source', 'leave it out, or write the source of the key');
const NO_SUBJECT = refusal('missing', 'subject_id', "write the customer's id, or their own number or account");
const MAX_ID_LENGTH = 256;

function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH ? value : undefined;
}

/** Name of an event, made from what its source calls it. */
export function eventIdOf(source: string, id: string): string {
  return hash('sha256', `${source}\n${id}`, 'hex').slice(0, 32);
}

function readHead(object: Readonly<Record<string, unknown>>, draft: Draft, options: ReadOptions): Refusal | undefined {
  const id = idOf(object.id);
  if (id === undefined) return NO_ID;
  draft.id = id;
  const { source } = object;
  if (source !== undefined && source !== null && source !== options.source) return WRONG_SOURCE;
  if (options.explicitAcceptedAt && object.accepted_at !== undefined && object.accepted_at !== null) {
    const acceptedAt = readTime(object.accepted_at);
    if (acceptedAt === undefined) return BAD_ACCEPTED_AT;
    draft.acceptedAt = acceptedAt;
  }
  return undefined;
}

function isHead(name: string, options: ReadOptions): boolean {
  return (
    name === 'type' || name === 'id' || name === 'source' || (name === 'accepted_at' && options.explicitAcceptedAt)
  );
}

function readFields(
  object: Readonly<Record<string, unknown>>,
  kind: EventKind,
  draft: Draft,
  options: ReadOptions,
  ignored: IgnoredFields,
): Refusal | undefined {
  for (const name in object) {
    const reader = kind.readers.get(name);
    const value = object[name];
    if (reader !== undefined) {
      // null says "not known", as does a field that is left out.
      const fault = value === null || value === undefined ? undefined : reader(value, draft);
      if (fault !== undefined) return fault;
    } else if (!isHead(name, options)) {
      ignored.add(name);
    }
  }
  for (const name of kind.required) {
    if (draft.record[name] === null && !draft.clear.some((clear) => clear.field === name))
      return refusal('missing', name);
  }
  return undefined;
}

/** Sources build ids from numbers and accounts now and then; such an id is replaced by its hash, so that none travels. */
function hideIdentities(draft: Draft, idField: string, source: string): void {
  const id = draft.record[idField] as string;
  const names = draft.person === null ? draft.clear : [...draft.clear, draft.person];
  const shows = names.some(
    ({ value }) => value.length >= 5 && id.includes(value.startsWith('+86') ? value.slice(3) : value),
  );
  if (shows) draft.record[idField] = `h:${eventIdOf(source, id)}`;
}

/** Structure and meaning of one event. What time it passed the door, and how late, is judged when it is sealed. */
export function readEvent(json: unknown, options: ReadOptions, ignored: IgnoredFields): RawEvent | Refusal {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return NOT_AN_OBJECT;
  const object = json as Readonly<Record<string, unknown>>;
  const kind = typeof object.type === 'string' ? BY_NAME.get(object.type) : undefined;
  if (kind === undefined) {
    return typeof object.type === 'string' && OTHER_VERSION.test(object.type) ? UNKNOWN_VERSION : UNKNOWN_TYPE;
  }
  const draft: Draft = { record: { ...kind.empty }, clear: [], person: null, id: '', acceptedAt: null };
  const fault =
    readHead(object, draft, options) ??
    readFields(object, kind, draft, options, ignored) ??
    kind.finish(draft, options);
  if (fault !== undefined) return fault;
  const own = kind.own(draft);
  if (own === undefined && draft.person === null) return NO_SUBJECT;
  const matterId = draft.record[kind.idField] as string;
  const other = kind.other(draft, () => eventIdOf(options.source, matterId), options.source);
  hideIdentities(draft, kind.idField, options.source);
  return {
    kind,
    draft,
    eventId: eventIdOf(options.source, draft.id),
    occurredAt: draft.record.occurred_at as number,
    own,
    other,
  };
}
