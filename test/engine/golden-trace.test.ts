import { checkMeaning } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { shippedRules } from './packs.ts';
import { ANSWERED_AT, clock, goldenStory, play, Story, token } from './story.ts';
import { TwoStages } from './two-stages.ts';

const { plan } = shippedRules();
const END = ANSWERED_AT + clock('15:00');

function run(story: Story, stages = new TwoStages(plan)): TwoStages {
  play(stages, story.events, END);
  return stages;
}

function told(stages: TwoStages): string[] {
  return stages.of('Warning').map((warning) => {
    const at = (warning.occurred_at - ANSWERED_AT) / 1000;
    return `${Math.floor(at / 60)}:${String(at % 60).padStart(2, '0')} ${warning.level} ${warning.rule}/${warning.rule_stage}`;
  });
}

test('the golden trace: BLUE at 3:00, ORANGE at 5:00, RED at 6:10, held at 7:30', () => {
  const stages = run(goldenStory());
  expect(told(stages)).toEqual([
    '3:00 BLUE fake_police.second_leg/leg',
    '5:00 ORANGE fake_police.call_then_new_payee/call',
    '5:00 ORANGE fake_police.app_on_call/app',
    '6:10 RED fake_police.own_money_gathered/gather',
    '7:30 RED fake_police.call_then_new_payee/pay',
    '7:30 RED fake_police.call_then_new_payee/held',
    '10:40 BLUE fake_police.hung_up/end',
  ]);
  expect(stages.of('Withdrawn')).toEqual([]);
});

test('what a warning says besides: flags, call, money, places, feeds', () => {
  const stages = run(goldenStory());
  const red = stages.of('Warning').find((warning) => warning.rule === 'fake_police.own_money_gathered');
  expect(red).toMatchObject({
    scam_type: 'fake_police',
    scam_stage: 's3_squeeze',
    live_flags: ['on_call'],
    call_answered_at: ANSWERED_AT,
    call_ended_at: null,
    money_at_risk_minor: 49_000_000,
    money_moving_minor: null,
    money_state: 'none',
    currency: 'CNY',
    suspect: token('caller'),
    suspect_kind: 'tel',
    feeds: ['call', 'transaction', 'domain_visit'],
    retrospective: false,
    delayed: false,
  });
  // the call first, then the money; the words are the pack's
  expect(red?.evidence.map((line) => line.feed)).toEqual(['call', 'transaction']);
  expect(red?.evidence[0]?.text_zh).toContain('5 分钟');
  expect(red?.evidence[1]?.text_zh).toContain('万');
  expect(red?.evidence[1]?.text_en).toContain('¥');
  const held = stages.of('Warning').find((warning) => warning.rule_stage === 'held');
  expect(held).toMatchObject({
    money_moving_minor: 48_000_000,
    money_state: 'held',
    live_flags: ['on_call', 'transfer_pending'],
  });
  for (const warning of stages.of('Warning')) expect(checkMeaning('Warning', warning)).toEqual([]);
});

test('entities and partition state that are written and read again after each record change no byte', () => {
  const plain = run(goldenStory());
  const reloaded = run(goldenStory(), new TwoStages(plan, { reload: true }));
  expect(JSON.stringify(reloaded.cases)).toBe(JSON.stringify(plain.cases));
  expect(JSON.stringify(reloaded.encounters)).toBe(JSON.stringify(plain.encounters));
});

test('the number of partitions changes no warning', () => {
  const eight = run(goldenStory(), new TwoStages(plan, { partitions: 8 }));
  const one = run(goldenStory());
  const ids = (stages: TwoStages) =>
    stages
      .of('Warning')
      .map((warning) => warning.warning_id)
      .sort();
  expect(ids(eight)).toEqual(ids(one));
});

test('variant: every event twice changes nothing', () => {
  const story = goldenStory();
  const stages = new TwoStages(plan);
  play(
    stages,
    story.events.flatMap((event) => [event, event]),
    END,
  );
  expect(JSON.stringify(stages.cases)).toBe(JSON.stringify(run(goldenStory()).cases));
});

test('variant: the call ends at 4:50, no ORANGE', () => {
  const story = new Story('P-SHORT')
    .call('0:00', { phase: 'answered', first_contact: true })
    .call('4:50', { phase: 'ended', duration_s: 290 });
  expect(told(run(story))).toEqual([]);
});

test('variant: the end at 4:50 is told four minutes late, the ORANGE is taken back', () => {
  const story = new Story('P-LATE')
    .call('0:00', { phase: 'answered', first_contact: true })
    .call('4:50', { phase: 'ended', duration_s: 290 }, clock('4:00'));
  const stages = run(story);
  expect(told(stages)).toEqual(['5:00 ORANGE fake_police.call_then_new_payee/call']);
  const [warning] = stages.of('Warning');
  expect(stages.of('Withdrawn')).toMatchObject([
    {
      warning_id: warning?.warning_id,
      reason: 'late_cancel',
      at: ANSWERED_AT + clock('8:50'),
      event_id: story.events[1]?.value.event_id,
    },
  ]);
  for (const withdrawn of stages.of('Withdrawn')) expect(checkMeaning('Withdrawn', withdrawn)).toEqual([]);
});

test('variant: a real call of the police and no signs of money, no RED', () => {
  const story = new Story('P-REAL').call('0:00', {
    phase: 'answered',
    first_contact: true,
    peer_number_class: 'landline',
    route: 'domestic',
    display_mismatch: false,
    peer_list_hits: ['gov'],
  });
  expect(told(run(story))).toEqual([]);
});

test('variant: the answered call is told four minutes late, its end in time: quiet', () => {
  const story = new Story('P-SWAPPED')
    .call('0:00', { phase: 'answered', first_contact: true }, clock('4:00'))
    .call('2:00', { phase: 'ended', duration_s: 120 });
  expect(told(run(story))).toEqual([]);
});
