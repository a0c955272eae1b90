import { SCHEMAS, type AvroType } from '@yujing/schemas';
import {
  anything,
  boolean,
  choice,
  date,
  dictionary,
  integer,
  list,
  map,
  may,
  must,
  named,
  text,
  type ReadOf,
} from '../shapes.ts';
import { EVENT_TYPES } from './event-types.ts';
import { testEvent } from './test-event.ts';
import { bilingual, duration, durationOrParam, expression, param } from '../words.ts';

/** Every key of a Rule, once: read, checked, completed by editors and documented from here. */

export const LEVELS = ['BLUE', 'YELLOW', 'ORANGE', 'RED'] as const;
const STATUSES = ['draft', 'shadow', 'live', 'retired'] as const;

/** Symbols of an enumeration of the schemas, without the one that stands for newer ones. */
export function symbolsOf(record: keyof typeof SCHEMAS, field: string): string[] {
  const find = (type: AvroType): readonly string[] => {
    if (typeof type === 'string') return [];
    if (Array.isArray(type)) return type.flatMap((branch: AvroType) => find(branch));
    if ('symbols' in type) return type.symbols;
    return 'items' in type ? find(type.items) : [];
  };
  const declared = SCHEMAS[record].fields.find((candidate) => candidate.name === field);
  return declared === undefined ? [] : find(declared.type).filter((symbol) => symbol !== 'UNKNOWN');
}

export const ID = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/;
export const NAME = /^[a-z][a-z0-9_]*$/;
const PERSON = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export const id = named('an id such as fake_police.call_then_new_payee', ID);
export const version = integer(1, 1_000_000);
export const status = choice('draft, shadow, live or retired', STATUSES);
const eventType = choice('an event type', EVENT_TYPES);
const level = choice('a level', LEVELS);
const field = named('the name of a field', NAME);
const person = named('the id of a person or team', PERSON);
const scamTypes = symbolsOf('Warning', 'scam_type');

export const meta = map('meta', {
  scam_type: may(choice('a scam type', scamTypes), 'scam type the rule speaks for'),
  modes: may(list(choice('a mode', symbolsOf('Warning', 'modes')), 16), 'methods it sees'),
  owner: may(person, 'who answers for it; mandatory when live'),
  author: may(person, 'who wrote it'),
  reviewed_by: may(list(person, 8, true), 'who read it'),
  from_case: may(text('the id of a case', 64), 'case it was drafted from'),
  legal_basis: may(list(text('a reference to a law', 128), 16, true), 'on what ground; mandatory when live'),
  expires: may(date, 'review by then; mandatory when live'),
});

const absent = map('absent', {
  on: must(eventType, 'type of the event that cancels'),
  when: may(expression, 'which of them; `event` is the cancelling event, `stage.x` the waiting one'),
  same: may(list(field, 8, true), 'fields equal in both events'),
});

const because = list(bilingual(), 8, true);

const stage = map('stage', {
  id: must(named('a name such as call or pay', NAME, 64), 'name of the stage'),
  on: must(eventType, 'type of event'),
  key: may(field, 'with `times`: the field in which those events must differ'),
  when: may(expression, 'condition on `event` and earlier stages'),
  level: may(level, 'warn at this level when the stage holds'),
  times: may(integer(1, 100), 'how many events must match before the stage holds'),
  after: may(durationOrParam, 'holds only when this long has passed and nothing of `absent` came'),
  unless_ended: may(boolean, 'on a call: not if this call ended meanwhile'),
  absent: may(list(absent, 8, true), 'events that keep this stage from holding'),
  because: may(because, 'sentences for the officer, with values in braces'),
  scam_stage: may(choice('a stage of the story', symbolsOf('Warning', 'scam_stage')), 'how far the story has gone'),
});

const sequence = map('sequence', {
  by: must(choice('subject: a sequence is about one person', ['subject']), 'whose events are put together'),
  within: may(duration(), 'mandatory; counted from the first stage'),
  emit: may(
    choice('each_stage, last or timeout', ['each_stage', 'last', 'timeout']),
    'when to warn (default each_stage)',
  ),
  stages: must(list(stage, 8), 'in order of time'),
  absent: may(list(absent, 8, true), 'events that cancel the whole waiting sequence'),
});

const score = map('score', {
  base: must(integer(0, 100), 'points to begin with'),
  add: may(
    list(
      map('add', {
        if: must(expression, 'condition; unknown gives no points'),
        points: must(integer(-100, 100), 'points to add'),
        because: may(bilingual(), 'reason shown beside the points'),
      }),
      32,
    ),
    'points for what else is known',
  ),
});

const test = map('test', {
  name: must(text('a text', 200), 'what the story is'),
  pin: may(
    dictionary('a map of feature names to numbers', NAME, anything, 64),
    'values that override what was counted',
  ),
  lists: may(
    dictionary('a map of lists to entries', NAME, list(text('an entry in quotes', 256), 100, true), 32),
    'entries that lists hold in this story',
  ),
  events: must(list(testEvent, 200), 'in the order in which they arrive: `{ at: 5m, call: { ... } }`'),
  expect: must(
    list(
      map('expectation', {
        at: must(duration(), 'when'),
        stage: may(named('the name of a stage', NAME, 64), 'which stage'),
        level: may(level, 'at which level'),
        score_at_least: may(integer(0, 100), 'least score'),
        withdrawn: may(duration(), 'when it is taken back'),
      }),
      50,
    ),
    'the warnings of this rule, all of them; [] = quiet',
  ),
  until: may(duration(), 'how long to go on (default: 10 minutes after the last event or expectation)'),
});

export const rule = map('rule', {
  kind: must(choice('Rule', ['Rule']), 'Rule'),
  id: must(id, 'stable id'),
  version: must(version, 'rises with every change of meaning'),
  status: must(status, 'draft, shadow, live or retired'),
  title: must(bilingual(), 'what happened, in a few words'),
  advice: may(choice('a scam type', scamTypes), 'talking points to show (default: meta.scam_type)'),
  meta: must(meta, 'who, why, until when'),
  params: may(dictionary('a map of names to constants', NAME, param, 64), 'named constants, tuned in one line'),
  about: may(
    choice('subject or counterparty', ['subject', 'counterparty']),
    'counterparty: notes a finding about the other party, warns nobody',
  ),
  finding_for: may(duration(), 'counterparty rules: how long the finding holds (default 24h)'),
  on: may(eventType, 'single-event rule: type of event'),
  when: may(expression, 'single-event rule: condition'),
  level: may(level, 'single-event rule: level'),
  times: may(integer(1, 100), 'single-event rule: how many must match'),
  key: may(field, 'single-event rule: field in which they must differ'),
  within: may(duration(), 'single-event rule with times or after: how long it may take'),
  after: may(durationOrParam, 'single-event rule: timer'),
  unless_ended: may(boolean, 'single-event rule on calls: not if the call ended meanwhile'),
  absent: may(list(absent, 8, true), 'single-event rule: events that cancel'),
  scam_stage: may(
    choice('a stage of the story', symbolsOf('Warning', 'scam_stage')),
    'single-event rule: how far the story has gone',
  ),
  because: may(because, 'sentences for the officer, with values in braces'),
  sequence: may(sequence, 'several events of one person in order'),
  victim: may(
    list(choice('subject: an event has one subject', ['subject']), 4, true),
    'whom to warn (default subject)',
  ),
  suspect: may(text('a field such as stage.call.peer_tel', 256), 'the party behind'),
  score: may(score, 'points from 0 to 100'),
  bands: may(
    list(map('band', { at_least: must(integer(0, 100), 'least score'), level: must(level, 'level from there') }), 4),
    'level by score, for a last stage that names none',
  ),
  suppress: may(
    map('suppress', {
      by: must(list(named('victim, suspect or a field of the events', NAME), 4, true), 'what must be the same'),
      for: must(duration(), 'quiet time after a warning'),
      unless: may(choice('level_rises', ['level_rises']), 'a higher level breaks the quiet'),
      max_per_day: may(integer(1, 1000), 'at most so many a day'),
    }),
    'keeps a rule from repeating itself',
  ),
  dispatch: may(
    map('dispatch', {
      route: may(text('a route', 64), 'wish; the dispatcher decides'),
      channels: may(
        list(choice('a channel', [...symbolsOf('Delivery', 'channel'), 'push']), 8),
        'wished channels; push is the phone page',
      ),
      action: may(text('an action', 64), 'wished action'),
      ack_within: may(duration(), 'wished time to acknowledge'),
      escalate_to: may(text('a role or unit', 64), 'wished next step'),
    }),
    'wishes to the dispatcher',
  ),
  tests: may(list(test, 50), 'stories in time: at least one that warns and one that stays quiet'),
});

export type RuleBody = NonNullable<ReadOf<typeof rule>>;
export type StageBody = ReadOf<typeof stage>;
export type AbsentBody = ReadOf<typeof absent>;
export type TestBody = ReadOf<typeof test>;
export type MetaBody = ReadOf<typeof meta>;
