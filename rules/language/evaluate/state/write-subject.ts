import type { EventType } from '../../plan/plan.ts';
import type { Scalar, Seen } from '../frame.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Given, Phase, SubjectState, Wait, WaitList } from './subject-state.ts';
import { readFeatures, readKnownIds, writeFeatures, writeKnownIds } from './write-features.ts';

// An event is written once, however many matches wait on it: matches name it by its place in the table.
const TYPES: readonly EventType[] = ['call', 'sms', 'transaction', 'domain_visit', 'incident'];
const FALSE_VALUE = 0;
const TRUE_VALUE = 1;
const NUMBER_VALUE = 2;
const TEXT_VALUE = 3;
const LIST_VALUE = 4;

export function writeSubject(writer: ByteWriter, state: SubjectState): void {
  writeKnownIds(writer, state.known);
  writeFeatures(writer, state.store);
  const events = new Map<Seen, number>();
  const place = (seen: Seen): void => {
    if (!events.has(seen)) events.set(seen, events.size);
  };
  if (state.recent.length > 0 || state.waits.size > 0) {
    state.recent.forEach(place);
    for (const list of state.waits.values())
      for (const wait of list.waits) wait.matched.forEach((seen) => seen.forEach(place));
  }
  writer.whole(events.size);
  for (const seen of events.keys()) writeSeen(writer, seen);
  writer.whole(state.recent.length);
  for (const seen of state.recent) writer.whole(events.get(seen) as number);
  writer.whole(state.waits.size);
  for (const [rule, list] of state.waits) writeWaits(writer, rule, list, events);
  writer.whole(state.given.length);
  for (const given of state.given) writeGiven(writer, given);
}

export function readSubject(reader: ByteReader): SubjectState {
  const known = readKnownIds(reader);
  const store = readFeatures(reader);
  const events = times(reader.whole(), () => readSeen(reader));
  const recent = times(reader.whole(), () => events[reader.whole()] as Seen);
  const waits = new Map<string, WaitList>();
  for (let size = reader.whole(); size > 0; size--) {
    const rule = reader.text();
    const shape = reader.text();
    waits.set(rule, { shape, waits: times(reader.whole(), () => readWait(reader, events)) });
  }
  const given = times(reader.whole(), () => readGiven(reader));
  return { known, store, recent, waits, given };
}

function times<T>(count: number, read: () => T): T[] {
  const values: T[] = [];
  for (let i = 0; i < count; i++) values.push(read());
  return values;
}

/** What is kept of an event never changes, so it is written once and copied from then on. */
function writeSeen(writer: ByteWriter, seen: Seen): void {
  if (seen.stored !== undefined) {
    writer.raw(seen.stored);
    return;
  }
  const from = writer.written;
  writeWhole(writer, seen);
  seen.stored = writer.copyFrom(from);
}

function writeWhole(writer: ByteWriter, seen: Seen): void {
  writer.byte(TYPES.indexOf(seen.type));
  writer.id(seen.id);
  writer.number(seen.at);
  writer.number(seen.accepted);
  writer.byte(seen.retrospective ? 1 : 0);
  writer.whole(seen.origin);
  writer.text(seen.counterparty);
  const names = Object.keys(seen.fields);
  writer.whole(names.length);
  for (const name of names) {
    writer.text(name);
    writeValue(writer, seen.fields[name] as Scalar | readonly Scalar[]);
  }
  if (seen.captured === undefined) writer.whole(0);
  else writeCaptured(writer, seen.captured);
  writeTexts(writer, seen.listHits);
  writeTexts(writer, seen.findings);
}

function writeCaptured(writer: ByteWriter, captured: Readonly<Record<string, number>>): void {
  const signatures = Object.keys(captured);
  writer.whole(signatures.length);
  for (const signature of signatures) {
    writer.text(signature);
    writer.number(captured[signature] as number);
  }
}

function readSeen(reader: ByteReader): Seen {
  const type = TYPES[reader.byte()] as EventType;
  const id = reader.id();
  const at = reader.number();
  const accepted = reader.number();
  const retrospective = reader.byte() === 1;
  const origin = reader.whole();
  const counterparty = reader.text();
  const fields: Record<string, unknown> = {};
  for (let size = reader.whole(); size > 0; size--) {
    const name = reader.text();
    fields[name] = readValue(reader);
  }
  const captured: Record<string, number> = {};
  for (let size = reader.whole(); size > 0; size--) {
    const signature = reader.text();
    captured[signature] = reader.number();
  }
  const listHits = readTexts(reader);
  const findings = readTexts(reader);
  return {
    type,
    id,
    at,
    accepted,
    retrospective,
    origin,
    counterparty,
    fields,
    captured,
    values: [],
    listHits,
    findings,
    stored: undefined,
  };
}

function writeValue(writer: ByteWriter, value: Scalar | readonly Scalar[]): void {
  if (typeof value === 'boolean') writer.byte(value ? TRUE_VALUE : FALSE_VALUE);
  else if (typeof value === 'number') {
    writer.byte(NUMBER_VALUE);
    writer.number(value);
  } else if (typeof value === 'string') {
    writer.byte(TEXT_VALUE);
    writer.text(value);
  } else {
    writer.byte(LIST_VALUE);
    writer.whole(value.length);
    for (const item of value) writeValue(writer, item);
  }
}

function readValue(reader: ByteReader): Scalar | Scalar[] {
  const kind = reader.byte();
  if (kind === NUMBER_VALUE) return reader.number();
  if (kind === TEXT_VALUE) return reader.text();
  if (kind === LIST_VALUE) return times(reader.whole(), () => readValue(reader) as Scalar);
  return kind === TRUE_VALUE;
}

function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  writer.whole(texts.length);
  for (const text of texts) writer.text(text);
}

function readTexts(reader: ByteReader): readonly string[] {
  return times(reader.whole(), () => reader.text());
}

function writeWaits(writer: ByteWriter, rule: string, list: WaitList, events: ReadonlyMap<Seen, number>): void {
  writer.text(rule);
  writer.text(list.shape);
  writer.whole(list.waits.length);
  for (const wait of list.waits) {
    writer.whole(wait.matched.length);
    for (const matched of wait.matched) {
      writer.whole(matched.length);
      for (const seen of matched) writer.whole(events.get(seen) as number);
    }
    writer.byte(wait.phase);
    writer.whole(wait.next);
    writer.number(wait.closesAt);
    writer.number(wait.holdAt);
    writer.number(wait.dueAt);
    writer.number(wait.origin);
    writer.number(wait.expires);
    writer.whole(wait.given.length);
    for (const { stage, event, at } of wait.given) {
      writer.text(stage);
      writer.id(event);
      writer.number(at);
    }
  }
}

function readWait(reader: ByteReader, events: readonly Seen[]): Wait {
  return {
    matched: times(reader.whole(), () => times(reader.whole(), () => events[reader.whole()] as Seen)),
    phase: reader.byte() as Phase,
    next: reader.whole(),
    closesAt: reader.number(),
    holdAt: reader.number(),
    dueAt: reader.number(),
    origin: reader.number(),
    expires: reader.number(),
    given: times(reader.whole(), () => ({ stage: reader.text(), event: reader.id(), at: reader.number() })),
  };
}

function writeGiven(writer: ByteWriter, given: Given): void {
  writer.text(given.rule);
  writer.text(given.stage);
  writer.id(given.event);
  writer.number(given.at);
  writer.byte(given.level);
  writer.text(given.key);
}

function readGiven(reader: ByteReader): Given {
  return {
    rule: reader.text(),
    stage: reader.text(),
    event: reader.id(),
    at: reader.number(),
    level: reader.byte(),
    key: reader.text(),
  };
}
