import { complete, ENUM_SYMBOLS, RECORD_TYPES } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { hex, orderOf, START, subjectOf } from '../../stand-in/records.ts';
import { STORY_TYPES, tell } from './story.ts';
import * as vocabulary from './vocabulary.ts';

const stations = {
  precincts: () => [
    { code: 'linhu', name: { zh: '临湖派出所', en: 'Linhu Station' }, area: { zh: '临湖街道', en: 'Linhu' } },
  ],
  shift: () => undefined,
};
const own = {
  subject: subjectOf('zhou'),
  case_id: hex('case zhou'),
  command_id: 'cmd-00001',
  by: 'officer-3107',
  role: 'station',
  at: START,
} as const;
const order_id = hex('order');

test('what happened is said in both languages, as the buttons say it', () => {
  const response = (action: 'accept' | 'decline' | 'request_answered', more = {}) =>
    tell('Response', complete('Response', { ...own, order_id, action, ...more }), START, stations);
  expect(response('accept')).toEqual({ at: START, kind: 'response', by: 'officer-3107', zh: '接单', en: 'Accepted' });
  expect(response('decline', { reason: 'wrong_area' })).toMatchObject({
    zh: '去不了：不是本辖区',
    en: 'Declined: wrong area',
  });
  expect(response('request_answered', { request: 'bank', answer: 'done' })).toMatchObject({
    zh: '银行：办好了',
    en: 'Bank: done',
  });
  const contact = complete('Contact', { ...own, method: 'human_call', result: 'busy' });
  expect(tell('Contact', contact, START, stations)).toMatchObject({ zh: '打电话，占线', en: 'Called, busy' });
  const hold = complete('Decision', { ...own, decision: 'hold', hold_s: 600 });
  expect(tell('Decision', hold, START, stations)).toMatchObject({ zh: '等 10 分钟', en: 'Held for 10 min' });
  const outcome = complete('Outcome', { ...own, outcome_code: 'T1' });
  expect(tell('Outcome', outcome, START, stations)).toMatchObject({ zh: '结果 T1：没转，劝住了' });
  const handOver = complete('HandOver', { ...own, order_id, to_precinct: 'linhu', reason: 'person_elsewhere' });
  expect(tell('HandOver', handOver, START, stations)).toMatchObject({
    zh: '移交临湖派出所：人在外地',
    en: 'Handed over to Linhu Station: person is elsewhere',
  });
  expect(tell('Order', orderOf('zhou', 'officer-3107', { order_no: 13 }), START, stations).zh).toBe(
    '指令 0013 下发给 officer-3107',
  );
  const raised = complete('Reanalysis', {
    reanalysis_id: hex('r'),
    case_id: own.case_id,
    subject: own.subject,
    at: START,
    action: 'raised',
    level_to: 'RED',
    reasons: [
      {
        code: 'new_feed',
        text_zh: '有了第二路依据',
        text_en: 'a second feed',
      },
    ],
  });
  expect(tell('Reanalysis', raised, START, stations)).toMatchObject({
    zh: '升为特高危：有了第二路依据',
    en: 'Raised to Critical: a second feed',
  });
});

test('a precinct or word that is not known here is not guessed', () => {
  const handOver = complete('HandOver', { ...own, order_id, to_precinct: 'far', reason: 'UNKNOWN' });
  expect(tell('HandOver', handOver, START, stations).zh).toBe('移交far：未知');
});

test('every table has every symbol of its enumeration', () => {
  const tables: ReadonlyArray<readonly [table: object, symbols: readonly string[]]> = [
    [vocabulary.LEVELS, ENUM_SYMBOLS.Level],
    [vocabulary.METHODS, ENUM_SYMBOLS.ContactMethod],
    [vocabulary.RESULTS, ENUM_SYMBOLS.ContactResult],
    [vocabulary.OUTCOMES, ENUM_SYMBOLS.OutcomeCode],
    [vocabulary.DELIVERED, ENUM_SYMBOLS.DeliveryStatus],
    [vocabulary.ESCALATIONS, ENUM_SYMBOLS.EscalationReason],
  ];
  for (const [table, symbols] of tables)
    expect(Object.keys(table).sort()).toEqual(symbols.filter((symbol) => symbol !== 'UNKNOWN').sort());
  expect(STORY_TYPES.every((type) => (RECORD_TYPES as readonly string[]).includes(type))).toBe(true);
});

test('words keep to the rules of the screens: no exclamation, a space between Chinese and Latin', () => {
  const tables = Object.values(vocabulary).filter((value) => typeof value === 'object');
  for (const { zh, en } of tables.flatMap((table) => Object.values(table)) as { zh: string; en: string }[]) {
    expect(zh).not.toMatch(/[!！]|受害人|被害/);
    expect(zh.replaceAll(/第 7 天/g, '')).not.toMatch(/[\u4e00-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u4e00-\u9fff]/);
    expect(en).not.toMatch(/[!]|please|victim/i);
  }
});
