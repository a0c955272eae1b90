import { expect, test } from 'vitest';
import { CALLER, OTHER_CALLER, SUBJECT, time } from '../story/records.ts';
import { Story } from '../story/story.ts';
import { complete } from '@yujing/schemas';

const RED = { rule: 'fake_police.self_move', rule_stage: 'money', level: 'RED', scam_stage: 's3_squeeze' } as const;
const DAY_S = 86_400;

function actions(story: Story): string[] {
  return story.of('Reanalysis').map(({ action }) => action);
}

test('ORANGE that nobody decided goes out at three minutes, marked unreviewed', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  story.advance('7:59');
  expect(story.of('Order')).toEqual([]);
  story.advance('8:00');
  expect(story.of('Order')).toMatchObject([{ level: 'ORANGE', unreviewed: true, issued_at: time('8:00') }]);
  expect(story.snapshot()).toMatchObject({ status: 'dispatched', review_state: 'unreviewed', unreviewed: true });
  expect(actions(story)).toEqual(['opened', 'unreviewed']);
});

test('YELLOW waits fifteen minutes and goes to the community', () => {
  const story = new Story();
  story.warn('5:00', 'one', { level: 'YELLOW', feeds: ['call'] });
  story.advance('19:59');
  expect(story.of('Order')).toEqual([]);
  story.advance('20:00');
  expect(story.of('Order')).toMatchObject([{ level: 'YELLOW', role: 'community', channels: ['sse', 'web_push'] }]);
});

test('a confirmation sends it at once; the limit then changes nothing', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  expect(story.answer(story.decide('5:40', { decision: 'confirm' }))).toBe('applied');
  expect(story.of('Order')).toMatchObject([{ unreviewed: false, issued_at: time('5:40') }]);
  story.deliver('5:41', 'sent');
  story.respond('5:45', 'accept');
  story.respond('5:50', 'en_route');
  story.advance('30:00');
  expect(story.of('Order')).toHaveLength(1);
  expect(story.answer(story.decide('31:00', { decision: 'confirm' }))).toBe('wrong_state');
});

test('a rejected one is not dispatched, needs a reason, and the same matter stays quiet for a day', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  expect(story.answer(story.decide('6:00', { decision: 'reject' }))).toBe('reason_missing');
  expect(story.answer(story.decide('6:10', { decision: 'reject', reason: 'business_call' }))).toBe('applied');
  story.advance('30:00');
  expect(story.of('Order')).toEqual([]);
  expect(story.of('Label')).toEqual([]);
  expect(story.snapshot()).toMatchObject({ status: 'rejected', review_state: 'rejected', closed_at: time('6:10') });
  story.warn('40:00', 'again');
  expect(story.person.open).toBeNull();
  expect(actions(story).at(-1)).toBe('quieted');
  story.warn('41:00', 'higher', { ...RED, feeds: ['call', 'transaction'] });
  expect(story.open.level).toBe('RED');
});

test('lowering needs a reason and is a decision: it goes out at the lower level', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  expect(story.answer(story.decide('5:30', { decision: 'lower' }))).toBe('reason_missing');
  expect(story.answer(story.decide('5:31', { decision: 'lower', reason: 'weak_evidence', level_to: 'RED' }))).toBe(
    'value_out_of_range',
  );
  story.decide('5:40', { decision: 'lower', reason: 'weak_evidence' });
  expect(story.snapshot()).toMatchObject({ level: 'YELLOW', level_source: 'analyst', review_state: 'lowered' });
  expect(story.of('Order')).toMatchObject([{ level: 'YELLOW', unreviewed: false }]);
  story.decide('5:50', { decision: 'lower', reason: 'weak_evidence' });
  expect(story.answer(story.decide('5:55', { decision: 'lower', reason: 'weak_evidence' }))).toBe('level_bottom');
  expect(story.snapshot().level).toBe('BLUE');
  // What the analyst knew then does not count against what comes now.
  story.warn('7:00', 'news', { feeds: ['call', 'transaction'] });
  expect(story.snapshot()).toMatchObject({ level: 'ORANGE', review_state: 'waiting' });
  expect(story.of('Order').map(({ level }) => level)).toEqual(['YELLOW', 'ORANGE']);
});

test('an analyst may raise above one-feed evidence, never above RED', () => {
  const story = new Story();
  story.warn('5:00', 'one', { feeds: ['call'] });
  story.decide('5:30', { decision: 'raise', level_to: 'RED' });
  expect(story.snapshot()).toMatchObject({ level: 'RED', level_source: 'analyst', red_at: time('5:30') });
  expect(story.of('Order')).toMatchObject([{ level: 'RED', unreviewed: false, issued_at: time('5:30') }]);
  expect(story.answer(story.decide('5:40', { decision: 'raise' }))).toBe('level_top');
});

test('merge needs another case; the card then belongs to it', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  const { case_id } = story.open;
  expect(story.answer(story.decide('5:10', { decision: 'merge' }))).toBe('merge_target');
  expect(story.answer(story.decide('5:11', { decision: 'merge', merge_into: case_id }))).toBe('merge_target');
  story.decide('5:20', { decision: 'merge', merge_into: 'f'.repeat(32) });
  expect(story.snapshot()).toMatchObject({ status: 'merged', merged_into: 'f'.repeat(32) });
  expect(story.answer(story.decide('5:30', { decision: 'confirm', case_id }))).toBe('case_closed');
});

test('a hold never goes beyond the limit of the level', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  expect(story.answer(story.decide('5:30', { decision: 'hold', hold_s: 600 }))).toBe('hold_too_long');
  expect(story.answer(story.decide('5:40', { decision: 'hold', hold_s: 60 }))).toBe('applied');
  expect(story.snapshot().review_state).toBe('held');
  story.advance('6:40');
  expect(story.snapshot()).toMatchObject({ review_state: 'waiting', status: 'in_review' });
  story.advance('8:00');
  expect(story.snapshot()).toMatchObject({ status: 'dispatched', unreviewed: true });
  expect(story.answer(story.decide('8:30', { decision: 'hold', hold_s: 10 }))).toBe('wrong_state');
});

test('RED goes through at once; the review beside it is marked when nobody came', () => {
  const story = new Story();
  story.warn('5:00', 'one', { ...RED, feeds: ['call', 'transaction'] });
  expect(story.snapshot()).toMatchObject({
    status: 'dispatched',
    review_state: 'waiting',
    review_due_at: time('6:00'),
  });
  story.respond('5:20', 'accept');
  story.respond('5:30', 'en_route');
  story.advance('6:00');
  expect(story.snapshot()).toMatchObject({ review_state: 'unreviewed', unreviewed: true, status: 'en_route' });
  story.decide('6:30', { decision: 'confirm' });
  expect(story.snapshot()).toMatchObject({ review_state: 'confirmed', unreviewed: false });
  expect(story.of('Order')).toHaveLength(1);
});

test('evidence of one feed is ORANGE at most; a list hit or a tip counts as a feed', () => {
  const alone = new Story();
  alone.warn('5:00', 'one', { ...RED, feeds: ['call'] });
  expect(alone.snapshot()).toMatchObject({ level: 'ORANGE', level_source: 'policy', red_at: null });
  expect(alone.of('Reanalysis').find(({ action }) => action === 'capped')?.reasons[0]?.code).toBe('one_feed');
  alone.warn('6:00', 'tip', { level: 'YELLOW', feeds: ['incident'], suspect: null, suspect_kind: null });
  expect(alone.snapshot()).toMatchObject({ level: 'RED', red_at: time('6:00') });
  const listed = new Story();
  listed.warn('5:00', 'one', { ...RED, feeds: ['call', 'list'] });
  expect(listed.snapshot().level).toBe('RED');
});

test('a measured share below the floor lowers the level; an unmeasured one binds nothing', () => {
  const story = new Story();
  story.warn('5:00', 'one', { ...RED, feeds: ['call', 'transaction'], p_fraud: 0.3 });
  expect(story.snapshot()).toMatchObject({ level: 'ORANGE', level_source: 'policy' });
  story.warn('6:00', 'two', { ...RED, feeds: ['call', 'transaction'], p_fraud: null });
  expect(story.snapshot().level).toBe('RED');
});

test('old data is written down and never dispatched, until something live joins it', () => {
  const story = new Story();
  story.warn('5:00', 'old', { ...RED, feeds: ['call', 'transaction'], retrospective: true });
  expect(story.snapshot()).toMatchObject({ level: 'RED', retrospective: true, red_at: null, review_state: 'none' });
  expect(story.answer(story.decide('6:00', { decision: 'dispatch' }))).toBe('not_allowed');
  story.advance(DAY_S);
  expect(story.of('Order')).toEqual([]);
  story.warn(DAY_S + 60, 'live', { level: 'ORANGE' });
  expect(story.snapshot()).toMatchObject({ level: 'ORANGE', retrospective: false, review_state: 'waiting' });
  story.advance(DAY_S + 400);
  expect(story.of('Order')).toMatchObject([{ level: 'ORANGE' }]);
});

test('a second warning of the same person is one card; another type is a hypothesis in it', () => {
  const story = new Story();
  story.warn('5:00', 'one', { ...RED, feeds: ['call', 'transaction'] });
  story.warn('5:30', 'two', { scam_type: 'fake_credit', rule: 'fake_credit.loans', level: 'ORANGE' });
  story.warn('5:40', 'three', {
    scam_type: 'screen_share',
    rule: 'screen_share.bank',
    level: 'RED',
    score: 99,
    feeds: ['transaction'],
  });
  expect(story.of('Order')).toHaveLength(1);
  const card = story.snapshot();
  expect(card.hypotheses.map(({ scam_type }) => scam_type)).toEqual(['fake_police', 'fake_credit', 'screen_share']);
  // A method is the type only while the story is unknown.
  expect(card.scam_type).toBe('fake_police');
  expect(card.modes).toContain('screen_share');
  expect(new Set(story.of('Case').map(({ case_id }) => case_id)).size).toBe(1);
});

test('an update never pushes again unless the level rises', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  story.advance('8:00');
  story.respond('8:10', 'accept');
  story.warn('9:00', 'two');
  expect(story.of('Order')).toHaveLength(1);
  story.warn('9:10', 'three', { ...RED, feeds: ['call', 'transaction'] });
  const orders = story.of('Order');
  expect(orders.map(({ level, officer, step }) => [level, officer, step])).toEqual([
    ['ORANGE', 'officer-3107', 1],
    ['RED', 'officer-3107', 2],
  ]);
  // He had it but was not on the way: the higher level must be answered.
  expect(story.snapshot()).toMatchObject({ status: 'dispatched', ack_due_at: time('10:10'), acked_at: time('8:10') });
});

test('who is on the way need not answer a higher level again', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  story.advance('8:00');
  story.respond('8:10', 'accept');
  const old = story.snapshot().order_id as string;
  story.respond('8:30', 'en_route');
  story.warn('9:10', 'three', { ...RED, feeds: ['call', 'transaction'] });
  expect(story.of('Order')).toHaveLength(2);
  expect(story.snapshot()).toMatchObject({ status: 'en_route', level: 'RED' });
  story.advance('15:00');
  expect(story.of('Escalation')).toEqual([]);
  // The page may still show the order that was replaced.
  expect(story.answer(story.respond('15:10', 'on_site', { order_id: old }))).toBe('applied');
  expect(story.snapshot().status).toBe('on_site');
});

function withdraw(story: Story, at: string, warning_id: string): void {
  story.push(
    'Withdrawn',
    complete('Withdrawn', {
      warning_id,
      subject: SUBJECT,
      rule: 'fake_police.long_call',
      rule_version: 1,
      rule_stage: 'on_call',
      reason: 'late_cancel',
      event_id: '0'.repeat(32),
      at: time(at),
    }),
    time(at),
  );
}

test('withdrawn: lowered to what is left, with the evidence that only it showed', () => {
  const story = new Story();
  story.warn('3:00', 'blue', { level: 'BLUE', feeds: ['call'] });
  const orange = story.warn('5:00', 'orange');
  withdraw(story, '6:00', orange.warning_id);
  expect(story.snapshot()).toMatchObject({ level: 'BLUE', status: 'created', review_due_at: null });
  expect(story.snapshot().evidence).toHaveLength(1);
  story.advance('30:00');
  expect(story.of('Order')).toEqual([]);
  withdraw(story, '31:00', orange.warning_id);
  expect(story.outcomes.at(-1)).toEqual({ kind: 'drop', reason: 'warning_unknown' });
});

test('withdrawn: dismissed when nothing else holds it up', () => {
  const story = new Story();
  const { warning_id } = story.warn('5:00', 'one');
  withdraw(story, '6:00', warning_id);
  expect(story.person.open).toBeNull();
  expect(story.snapshot()).toMatchObject({ status: 'closed', label: null });
  expect(actions(story)).toEqual(['opened', 'withdrawn', 'dismissed']);
});

test('withdrawn and said again on another ground: a second case with orders of its own', () => {
  const story = new Story();
  const red = { ...RED, feeds: ['call', 'transaction'] } as const;
  const { warning_id } = story.warn('5:00', 'payment', red);
  withdraw(story, '6:00', warning_id);
  expect(story.warn('7:00', 'payment', red).warning_id).toBe(warning_id);
  expect(story.open).toMatchObject({ level: 'RED', revision: 1 });
  expect(new Set(story.of('Order').map(({ case_id }) => case_id)).size).toBe(2);
  expect(new Set(story.of('Order').map(({ order_id }) => order_id)).size).toBe(story.of('Order').length);
});

test('withdrawn and said again into the open case: it counts once more, and can be withdrawn once more', () => {
  const story = new Story();
  story.warn('4:00', 'blue', { level: 'BLUE', feeds: ['call'] });
  const red = { ...RED, feeds: ['call', 'transaction'] } as const;
  const { warning_id } = story.warn('5:00', 'payment', red);
  withdraw(story, '6:00', warning_id);
  expect(story.snapshot().level).toBe('BLUE');
  story.warn('7:00', 'payment', red);
  expect(story.snapshot()).toMatchObject({ level: 'RED', status: 'dispatched' });
  expect(story.open.warnings.filter((held) => held.warning_id === warning_id)).toHaveLength(1);
  const ids = story.of('Reanalysis').map(({ reanalysis_id }) => reanalysis_id);
  expect(new Set(ids).size).toBe(ids.length);
  withdraw(story, '8:00', warning_id);
  expect(story.snapshot().level).toBe('BLUE');
});

test('withdrawn: who has taken it says how it ends', () => {
  const story = new Story();
  const { warning_id } = story.warn('5:00', 'one', { ...RED, feeds: ['call', 'transaction'] });
  story.respond('5:20', 'accept');
  withdraw(story, '6:00', warning_id);
  expect(story.snapshot()).toMatchObject({
    level: 'BLUE',
    level_source: 'withdrawn',
    status: 'acked',
    retrospective: false,
  });
  expect(story.answer(story.outcome('7:00', 'F1'))).toBe('applied');
});

test('F1 quiets the same matter for a day and the pair for a week, not a new peer', () => {
  const story = new Story();
  story.warn('5:00', 'one', { ...RED, feeds: ['call', 'transaction'] });
  story.respond('5:20', 'accept');
  story.outcome('10:00', 'F1', { sub_code: 'police_real' });
  expect(story.snapshot()).toMatchObject({ status: 'closed', label: 'label_false', quiet_until: time(600 + DAY_S) });
  story.warn('20:00', 'same', { ...RED, feeds: ['call', 'transaction'] });
  expect(story.person.open).toBeNull();
  // a pair is quiet for any type below RED, for a week
  story.warn(3 * DAY_S, 'pair', { scam_type: 'fake_service' });
  expect(story.person.open).toBeNull();
  story.warn(3 * DAY_S + 60, 'stranger', { suspect: OTHER_CALLER });
  expect(story.open.level).toBe('ORANGE');
  expect(story.counts.get('warnings_quieted')).toBe(2);
});

test('F1 does not quiet a RED of the pair once the day is over, nor a later stage within it', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  story.decide('5:30', { decision: 'confirm' });
  story.respond('5:40', 'accept');
  story.outcome('10:00', 'F1');
  story.warn('20:00', 'later stage', { scam_stage: 's2_test_paid', scam_type: 'fake_police', suspect: OTHER_CALLER });
  expect(story.person.open).not.toBeNull();
  const red = new Story();
  red.warn('5:00', 'one');
  red.decide('5:30', { decision: 'confirm' });
  red.respond('5:40', 'accept');
  red.outcome('10:00', 'F1');
  red.warn(2 * DAY_S, 'red', { ...RED, feeds: ['call', 'transaction'], suspect: CALLER });
  expect(red.open.level).toBe('RED');
});

test('T6 quiets the type, T1 keeps the watch raised: the next BLUE is looked at', () => {
  const story = new Story();
  story.warn('5:00', 'one');
  story.outcome('6:00', 'T6');
  story.warn('20:00', 'same');
  expect(story.person.open).toBeNull();
  expect(story.person.watch_until).toBeNull();
  const watched = new Story();
  watched.warn('5:00', 'one', { ...RED, feeds: ['call', 'transaction'] });
  watched.respond('5:20', 'accept');
  watched.outcome('10:00', 'T1');
  watched.warn(10 * DAY_S, 'list hit', { level: 'BLUE', feeds: ['call', 'list'] });
  expect(watched.snapshot()).toMatchObject({ level: 'YELLOW', status: 'in_review' });
  const opened = watched.of('Reanalysis').findLast(({ action }) => action === 'opened');
  expect(opened?.reasons.map(({ code }) => code)).toEqual(['new_warning', 'repeat_person', 'on_watch']);
});

test('a second BLUE of another party is YELLOW, of the same party it is not', () => {
  const story = new Story();
  story.warn('5:00', 'one', { level: 'BLUE', feeds: ['call'] });
  story.warn('6:00', 'same', { level: 'BLUE', feeds: ['call'] });
  expect(story.snapshot().level).toBe('BLUE');
  story.warn('7:00', 'other', { level: 'BLUE', feeds: ['call'], suspect: OTHER_CALLER });
  expect(story.snapshot()).toMatchObject({ level: 'YELLOW', status: 'in_review' });
});

test('BLUE ends by itself after a week, without a label', () => {
  const story = new Story();
  story.warn('5:00', 'one', { level: 'BLUE', feeds: ['call'] });
  story.advance(8 * DAY_S);
  expect(story.snapshot()).toMatchObject({ status: 'closed', outcome_code: null });
  expect(story.of('Label')).toEqual([]);
  expect(story.timers.size).toBe(0);
});

test('repeated warnings change nothing', () => {
  const story = new Story();
  const warning = story.warn('5:00', 'one');
  const written = story.written.length;
  story.push('Warning', warning, time('5:01'));
  expect(story.written).toHaveLength(written);
  expect(story.outcomes.at(-1)).toEqual({ kind: 'drop', reason: 'warning_repeated' });
});
