import { expect, test } from 'vitest';
import { START, time } from './records.ts';
import { Story } from './story.ts';

const RED = {
  rule: 'fake_police.self_move',
  rule_stage: 'money_gathered',
  level: 'RED',
  scam_stage: 's3_squeeze',
} as const;

/** Domain page D9 from the warnings on. */
function playUntilMoney(): Story {
  const story = new Story();
  story.warn('3:00', 'second leg', { level: 'BLUE', rule: 'fake_police.second_leg', feeds: ['call'], score: 20 });
  story.warn('5:00', 'meeting app', { feeds: ['call', 'domain_visit'] });
  story.warn('6:10', 'self move', {
    ...RED,
    feeds: ['call', 'domain_visit', 'transaction'],
    score: 90,
    money_at_risk_minor: 49_000_000,
    currency: 'CNY',
  });
  story.deliver('6:10', 'sent');
  story.deliver('6:20', 'delivered');
  story.respond('6:40', 'accept');
  story.respond('6:55', 'en_route');
  story.warn('7:30', 'transfer held', {
    ...RED,
    rule_stage: 'large_out',
    feeds: ['call', 'transaction'],
    score: 95,
    live_flags: ['on_call', 'transfer_pending'],
    money_at_risk_minor: 49_000_000,
    money_moving_minor: 48_000_000,
    money_state: 'held',
    currency: 'CNY',
  });
  return story;
}

test('the order goes out with the RED, and a money update makes no second one', () => {
  const story = playUntilMoney();
  const orders = story.of('Order');
  expect(orders).toHaveLength(1);
  expect(orders[0]).toMatchObject({
    officer: 'officer-3107',
    level: 'RED',
    step: 1,
    precinct: 'qinghe',
    issued_at: time('6:10'),
  });
  expect(orders[0]).toMatchObject({ ack_due_at: time('7:10'), meet_due_at: time('11:10'), unreviewed: true });
  expect(story.of('Escalation')).toEqual([]);
  const card = story.snapshot();
  expect(card.changed).toEqual(expect.arrayContaining(['money_moving_minor', 'money_state', 'live_flags', 'evidence']));
  expect(card).toMatchObject({ money_moving_minor: 48_000_000, money_state: 'held', status: 'en_route', level: 'RED' });
});

test('nothing is pushed for BLUE, and ORANGE waits for the analyst', () => {
  const story = new Story();
  story.warn('3:00', 'second leg', { level: 'BLUE', feeds: ['call'] });
  expect(story.snapshot()).toMatchObject({
    status: 'created',
    level: 'BLUE',
    review_state: 'none',
    review_due_at: null,
  });
  story.warn('5:00', 'meeting app');
  expect(story.snapshot()).toMatchObject({ status: 'in_review', level: 'ORANGE', review_due_at: time('8:00') });
  expect(story.of('Order')).toEqual([]);
});

test('three clocks, the label and the follow-ups', () => {
  const story = playUntilMoney();
  const { case_id } = story.open;
  story.respond('9:50', 'on_site');
  story.respond('10:20', 'with_person');
  story.outcome('14:00', 'T1', {
    scam_type_actual: 'fake_police',
    sub_code: 'talk',
    money_stopped_minor: 48_000_000,
    currency: 'CNY',
  });
  const card = story.snapshot(case_id);
  expect(card).toMatchObject({
    first_warning_at: time('5:00'),
    red_at: time('6:10'),
    dispatched_at: time('6:10'),
    delivered_at: time('6:20'),
    acked_at: time('6:40'),
    en_route_at: time('6:55'),
    on_site_at: time('9:50'),
    contacted_at: time('10:20'),
    met_at: time('10:20'),
    outcome_at: time('14:00'),
    outcome_code: 'T1',
    label: 'label_true',
    status: 'follow_up',
  });
  const contacted = card.contacted_at as number;
  expect(contacted - (card.red_at as number)).toBe(250_000);
  expect(contacted - card.first_warning_at).toBe(320_000);
  expect(contacted - (card.call_answered_at as number)).toBe(620_000);
  const [label] = story.of('Label');
  expect(label).toMatchObject({
    label: 'label_true',
    provisional: false,
    takes_back: null,
    first_warning_at: time('5:00'),
  });
  expect(label?.rules.map(({ rule_stage, level }) => `${rule_stage} ${level}`)).toEqual([
    'on_call BLUE',
    'on_call ORANGE',
    'money_gathered RED',
    'large_out RED',
  ]);
  expect(story.of('FollowUp').map(({ kind, due_at }) => [kind, due_at - time('14:00')])).toEqual([
    ['visit_or_call_24h', 86_400_000],
    ['call_72h', 3 * 86_400_000],
    ['day_7', 7 * 86_400_000],
  ]);
  expect(story.person.open).toBeNull();
  expect(story.person.watch_until).toBe(time('14:00') + 90 * 86_400_000);
});

test('every change is one snapshot with the next revision, and the time of nothing else', () => {
  const story = playUntilMoney();
  const cards = story.of('Case');
  expect(cards.map(({ revision }) => revision)).toEqual(cards.map((_, index) => index + 1));
  expect(cards.every(({ at }) => at >= START)).toBe(true);
  // BLUE, ORANGE, RED, delivered (it moves the ring), accepted, on the way, limit of the review, money
  expect(cards.map(({ at }) => (at - START) / 1000)).toEqual([180, 300, 370, 380, 400, 415, 430, 450]);
});
