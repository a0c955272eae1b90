import type { EventType, RuleTest, ValueType } from '../plan/plan.ts';
import type { Problems } from '../problems/problems.ts';
import { didYouMean } from '../problems/suggest.ts';
import { EVENT_TYPES } from '../documents/declarations/event-types.ts';
import type { TestBody } from '../documents/declarations/rule.ts';
import { boolean, choice, integer, text } from '../documents/shapes.ts';
import { describe, type Entry, type Value } from '../documents/value.ts';
import { duration } from '../documents/words.ts';
import type { Symbols } from './environment.ts';
import { eventInfo, typeInWords, type FieldInfo } from './events.ts';
import type { StageDraft } from './stages.ts';

/** The stories of a rule, with every field looked up: a misspelt field would make a test pass for the wrong reason. */
export function checkTests(
  bodies: readonly TestBody[],
  stages: readonly StageDraft[],
  symbols: Symbols,
  problems: Problems,
): RuleTest[] {
  return bodies.map((body): RuleTest => {
    const events = (body.events ?? [])
      .map((value) => readEvent(value, problems))
      .filter((event) => event !== undefined);
    let last = -1;
    for (const event of events) {
      if (!event.timed) continue;
      const arrives = event.at_ms + event.late_ms;
      if (arrives < last) problems.add('test_order', event.position, 'this event arrives before the one above it');
      last = Math.max(last, arrives);
    }
    const expect = (body.expect ?? []).map((item) => {
      const stage = item.stage;
      const ids = stages.map((draft) => draft.id).filter((id) => id !== '');
      if (stage !== undefined && !ids.includes(stage.value)) {
        problems.add(
          'unknown_stage',
          stage.position,
          `there is no stage ${stage.value}`,
          didYouMean(stage.value, ids) ?? 'a single-event rule has no stages; leave it out',
        );
      }
      return {
        at_ms: item.at?.value ?? 0,
        stage: stage?.value,
        level: item.level?.value,
        score_at_least: item.score_at_least?.value,
        withdrawn_at_ms: item.withdrawn?.value,
      };
    });
    return {
      name: body.name?.text ?? '',
      pin: pinOf(body, symbols, problems),
      lists: listsOf(body, symbols, problems),
      events: events.map(({ at_ms, late_ms, type, fields }) => ({ at_ms, late_ms, type, fields })),
      expect,
      until_ms: body.until?.value,
      line: body.position.line,
    };
  });
}

interface ReadEvent {
  readonly position: Value['position'];
  /** `at` was said and could be read */
  readonly timed: boolean;
  readonly at_ms: number;
  readonly late_ms: number;
  readonly type: EventType;
  readonly fields: Record<string, unknown>;
}

function readEvent(value: Value, problems: Problems): ReadEvent | undefined {
  if (value.kind !== 'map') {
    problems.add(
      'test_event',
      value.position,
      `an event is a map, not ${describe(value)}`,
      '{ at: 5m, call: { phase: answered } }',
    );
    return undefined;
  }
  let at_ms: number | undefined;
  let late_ms = 0;
  let told: Entry | undefined;
  for (const entry of value.entries) {
    if (entry.key === 'at') at_ms = duration().read(entry.value, 'at', problems)?.value;
    else if (entry.key === 'late') late_ms = duration().read(entry.value, 'late', problems)?.value ?? 0;
    else if (!(EVENT_TYPES as readonly string[]).includes(entry.key)) {
      problems.add(
        'unknown_key',
        entry.position,
        `an event has no key \`${entry.key}\``,
        didYouMean(entry.key, ['at', 'late', ...EVENT_TYPES]),
      );
    } else if (told !== undefined)
      problems.add('test_event', entry.position, `this event is already a ${told.key}`, 'write two events');
    else told = entry;
  }
  if (!value.entries.some((entry) => entry.key === 'at'))
    problems.add('missing_key', value.position, 'an event needs `at`: when it happened, such as 5m');
  if (told === undefined)
    problems.add('test_event', value.position, 'the event has no type', `one of: ${EVENT_TYPES.join(', ')}`);
  const type = EVENT_TYPES.find((candidate) => candidate === told?.key);
  if (told === undefined || type === undefined) return undefined;
  const fields = readFields(told.value, type, problems);
  return { position: value.position, timed: at_ms !== undefined, at_ms: at_ms ?? 0, late_ms, type, fields };
}

function readFields(value: Value, type: EventType, problems: Problems): Record<string, unknown> {
  const info = eventInfo(type);
  const fields: Record<string, unknown> = {};
  if (value.kind !== 'map') {
    problems.add('test_event', value.position, `a ${type} is a map of its fields`);
    return fields;
  }
  for (const entry of value.entries) {
    const field = info.fields.get(entry.key);
    if (field === undefined) {
      const hidden = info.hidden.get(entry.key);
      problems.add(
        'unknown_field',
        entry.position,
        `a ${type} has no field ${entry.key} that rules read`,
        hidden ?? didYouMean(entry.key, [...info.fields.keys()]),
      );
      continue;
    }
    const read = readField(entry.value, field, field.type, problems);
    if (read !== undefined) fields[entry.key] = read;
  }
  return fields;
}

/** `null` says: not known. */
function readField(value: Value, field: FieldInfo, type: ValueType, problems: Problems): unknown {
  if (value.kind === 'scalar' && value.value === null) {
    if (!field.optional)
      problems.add('wrong_type', value.position, `${field.name} is always there`, `it is ${typeInWords(type)}`);
    return null;
  }
  const most = Number.MAX_SAFE_INTEGER;
  switch (type.kind) {
    case 'bool':
      return boolean.read(value, field.name, problems)?.value;
    case 'int':
      return integer(0, most, 'a whole number').read(value, field.name, problems)?.value;
    case 'timestamp':
    case 'duration':
      return duration('a time of the story such as 5m').read(value, field.name, problems)?.value;
    case 'enum':
      return choice(`a word of ${type.name}`, type.symbols).read(value, field.name, problems)?.value;
    case 'double':
      if (value.kind === 'scalar' && typeof value.value === 'number' && Number.isFinite(value.value))
        return value.value;
      problems.add('wrong_type', value.position, `\`${field.name}\` must be a number, not ${describe(value)}`);
      return undefined;
    case 'list':
      if (value.kind === 'list')
        return value.items
          .map((item) => readField(item, field, type.of, problems))
          .filter((item) => item !== undefined);
      problems.add('wrong_type', value.position, `\`${field.name}\` must be a list, not ${describe(value)}`, '[ ... ]');
      return undefined;
    default: {
      const read = text().read(value, field.name, problems)?.text;
      if (type.kind === 'id' && read !== undefined && mayBelongToSomebody(read)) {
        problems.add(
          'number_in_test',
          value.position,
          `\`${field.name}\` may be the number of a real person`,
          'write a short name such as S1, or an invented number: 0085200000...',
        );
      }
      return read;
    }
  }
}

const MOBILE = /^(\+|00)?(86)?1[3-9]\d{9}$/;
const IDENTITY = /^\d{17}[\dXx]$/;
const CARD = /^\d{16,19}$/;

/** A mobile number that can be dialled, a number of an identity card, an account whose check digit holds. */
function mayBelongToSomebody(written: string): boolean {
  const digits = written.replace(/[\s-]/g, '');
  return MOBILE.test(digits) || IDENTITY.test(digits) || (CARD.test(digits) && checkDigitHolds(digits));
}

/** Luhn: every second digit from the right doubled. */
function checkDigitHolds(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const counted = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return sum % 10 === 0;
}

function pinOf(body: TestBody, symbols: Symbols, problems: Problems): Record<string, number> {
  const pins: Record<string, number> = {};
  for (const [name, { value, position }] of body.pin ?? []) {
    const feature = symbols.features.get(name);
    if (feature === undefined) {
      problems.add(
        'unknown_function',
        position,
        `there is no feature ${name}`,
        didYouMean(name, [...symbols.features.keys()]),
      );
      continue;
    }
    if (feature === 'broken' || value === undefined) continue;
    const written = value.kind === 'scalar' ? value.written : '';
    const isDuration = feature.result.kind === 'duration';
    const read = isDuration
      ? duration().read(value, name, problems)?.value
      : value.kind === 'scalar' && typeof value.value === 'number'
        ? value.value
        : undefined;
    if (read === undefined && !isDuration)
      problems.add(
        'wrong_type',
        value.position,
        `${name} is ${typeInWords(feature.result)}, not ${written === '' ? describe(value) : written}`,
      );
    if (read !== undefined) pins[feature.plan.name] = read;
  }
  return pins;
}

function listsOf(body: TestBody, symbols: Symbols, problems: Problems): Record<string, readonly string[]> {
  const lists: Record<string, readonly string[]> = {};
  for (const [name, { value, position }] of body.lists ?? []) {
    if (!symbols.lists.has(name)) {
      problems.add(
        'unknown_list',
        position,
        `no document declares the list ${name}`,
        didYouMean(name, [...symbols.lists.keys()]),
      );
    } else lists[name] = (value ?? []).map((entry) => entry.text);
  }
  return lists;
}
