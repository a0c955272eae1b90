import { complete, type LabelledRule, type RecordTypes } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { PrecisionTally } from './tally.ts';
import { wilson } from './wilson.ts';

const RULE = { rule: 'fake_police.long_call', rule_version: 2, rule_hash: '0123456789abcdef', rule_stage: '' } as const;
const id = (name: string): string => Buffer.from(name).toString('hex').padEnd(32, '0').slice(0, 32);

function warning(name: string, change: Partial<RecordTypes['Warning']> = {}): RecordTypes['Warning'] {
  return complete('Warning', {
    ...RULE,
    warning_id: id(name),
    subject: 't1_learnSubject0000000000',
    subject_kind: 'person',
    scam_type: 'fake_police',
    scam_stage: 's1_hooked',
    level: 'ORANGE',
    score: 60,
    occurred_at: 1,
    created_at: 1,
    accepted_at: 1,
    trigger_event_id: id(name),
    title_zh: '标题',
    title_en: 'Title',
    money_state: 'none',
    advice_key: 'fake_police',
    retrospective: false,
    delayed: false,
    ...change,
  });
}

function labelled(name: string, level: LabelledRule['level'] = 'ORANGE'): LabelledRule {
  return { ...RULE, level, warning_id: id(name) };
}

function label(
  name: string,
  value: RecordTypes['Label']['label'],
  change: Partial<RecordTypes['Label']> = {},
): RecordTypes['Label'] {
  return complete('Label', {
    label_id: id(`label ${name}`),
    case_id: id(`case ${name}`),
    subject: 't1_learnSubject0000000000',
    label: value,
    outcome_code: 'T1',
    outcome_command_id: `outcome-${name}`,
    scam_type: 'fake_police',
    rules: [labelled(name)],
    first_warning_at: 1,
    at: 2,
    provisional: false,
    ...change,
  });
}

test('Wilson agrees with figures from the literature', () => {
  // 81 of 263, the worked example of Newcombe (1998), two-sided 95 %
  expect(wilson(81, 263)?.low).toBeCloseTo(0.2553, 4);
  expect(wilson(81, 263)?.high).toBeCloseTo(0.3662, 4);
  expect(wilson(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611, 4) });
  expect(wilson(1, 29)).toEqual({ low: expect.closeTo(0.0061, 4), high: expect.closeTo(0.1718, 4) });
  expect(wilson(10, 10)?.high).toBe(1);
  expect(wilson(0, 0)).toBeNull();
});

test('an outcome moves the figures of the rule version and level that warned', () => {
  const tally = new PrecisionTally();
  tally.take({ type: 'Warning', value: warning('a') });
  tally.take({ type: 'Warning', value: warning('b', { level: 'RED' }) });
  expect(
    tally.take({ type: 'Label', value: label('a', 'label_true', { rules: [labelled('a'), labelled('b', 'RED')] }) }),
  ).toBe(true);
  tally.take({ type: 'Label', value: label('c', 'label_false') });
  tally.take({ type: 'Label', value: label('d', 'unknown') });
  tally.take({ type: 'Label', value: label('e', 'exclude') });
  expect(tally.precisionRows()).toMatchObject([
    { level: 'RED', warnings: 1, label_true: 1, label_false: 0, precision: 1, title: { zh: '标题', en: 'Title' } },
    { level: 'ORANGE', warnings: 1, label_true: 1, label_false: 1, label_unknown: 1, label_exclude: 1, precision: 0.5 },
  ]);
});

test('ten warnings of one case are one proof', () => {
  const tally = new PrecisionTally();
  const names = Array.from({ length: 10 }, (_, index) => `w${index}`);
  for (const name of names) tally.take({ type: 'Warning', value: warning(name) });
  tally.take({ type: 'Label', value: label('a', 'label_true', { rules: names.map((name) => labelled(name)) }) });
  expect(tally.precisionRows()).toMatchObject([{ warnings: 10, label_true: 1 }]);
});

test('a label that is taken back is out, whatever is read again', () => {
  const tally = new PrecisionTally();
  const first = label('a', 'label_false');
  tally.take({ type: 'Label', value: first });
  tally.take({ type: 'Label', value: label('again', 'label_true', { takes_back: first.label_id }) });
  expect(tally.take({ type: 'Label', value: first })).toBe(false);
  expect(tally.precisionRows()).toMatchObject([{ label_true: 1, label_false: 0, precision: 1 }]);
  expect(tally.odds('fake_police')).toMatchObject({ real: 1, labelled: 1 });
});

test('odds of a rule, its version and a scam type; under twenty they say nothing', () => {
  const tally = new PrecisionTally();
  for (let i = 0; i < 19; i++)
    tally.take({ type: 'Label', value: label(`l${i}`, i % 3 === 0 ? 'label_false' : 'label_true') });
  tally.take({ type: 'Label', value: label('u', 'unknown') });
  const expected = { real: 12, labelled: 19, enough: false };
  expect(tally.odds('fake_police')).toEqual({ of: 'fake_police', ...expected });
  expect(tally.odds('fake_police.long_call@2')).toMatchObject(expected);
  expect(tally.odds('fake_police.long_call')).toMatchObject(expected);
  expect(tally.odds('nothing')).toEqual({ of: 'nothing', real: 0, labelled: 0, enough: false });
  tally.take({ type: 'Label', value: label('l19', 'label_true') });
  expect(tally.odds('fake_police')).toMatchObject({ real: 13, labelled: 20, enough: true });
});

test('rules in shadow are counted apart', () => {
  const tally = new PrecisionTally();
  tally.take({ type: 'ShadowWarning', value: warning('s') });
  expect(tally.precisionRows()).toEqual([]);
  expect(tally.shadowRows()).toMatchObject([{ rule: RULE.rule, warnings: 1, level: 'ORANGE' }]);
});
