import { expect, test } from 'vitest';
import type { CaseSummary, Level } from '../../api/views.ts';
import { clockOf, keepStanding, matches, sortQueue } from './queue-order.ts';

const card = (case_id: string, level: Level, change: Partial<CaseSummary> = {}): CaseSummary => ({
  case_id,
  level,
  subject: 's',
  revision: 1,
  order_id: null,
  order_no: null,
  scam_type: 'fake_police',
  title: { zh: '', en: '' },
  status: 'in_review',
  review_state: 'waiting',
  name_masked: null,
  area: null,
  officer: null,
  waiting_orders: [],
  precinct: null,
  live_flags: [],
  call_answered_at: null,
  call_ended_at: null,
  money_at_risk_minor: null,
  money_moving_minor: null,
  money_state: 'none',
  currency: 'CNY',
  opened_at: 0,
  dispatched_at: null,
  updated_at: 0,
  review_due_at: null,
  ack_due_at: null,
  contact_due_at: null,
  meet_due_at: null,
  outcome_due_at: null,
  outcome_code: null,
  closed_at: null,
  unreviewed: false,
  delayed: false,
  ...change,
});

test('the queue is sorted level by level, in each by the clock', () => {
  const cases = [
    card('b', 'ORANGE', { review_due_at: 50 }),
    card('a', 'ORANGE', { review_due_at: 20 }),
    card('r', 'RED', { review_due_at: 90 }),
  ];
  expect(sortQueue(cases)).toEqual({ RED: ['r'], ORANGE: ['a', 'b'], YELLOW: [] });
});

test('a review that waits shows its clock, after that the officer does', () => {
  const times = { review_due_at: 10, meet_due_at: 30, order_id: 'o' };
  expect(clockOf(card('x', 'RED', times))).toEqual({ kind: 'review', due: 10 });
  expect(clockOf(card('x', 'RED', { ...times, review_state: 'confirmed', status: 'en_route' }))).toEqual({
    kind: 'meet',
    due: 30,
  });
  expect(clockOf(card('x', 'RED', { ...times, status: 'closed' }))).toBeNull();
});

test('nothing moves but a changed level and a new RED', () => {
  const before = { RED: ['r'], ORANGE: ['b', 'a'], YELLOW: ['y'] };
  const cases = [
    card('r', 'RED', { review_due_at: 1 }),
    card('a', 'ORANGE', { review_due_at: 1 }),
    card('b', 'ORANGE', { review_due_at: 99 }),
    card('y', 'RED', { review_due_at: 9 }),
    card('n', 'ORANGE', { review_due_at: 0 }),
  ];
  expect(keepStanding(before, cases)).toEqual({
    standing: { RED: ['y', 'r'], ORANGE: ['b', 'a'], YELLOW: [] },
    waiting: 1,
  });
});

test('what has ended stays where it is, and is not new when it was not shown', () => {
  const before = { RED: [], ORANGE: ['a'], YELLOW: [] };
  const cases = [card('a', 'ORANGE', { status: 'rejected' }), card('old', 'YELLOW', { status: 'closed' })];
  expect(keepStanding(before, cases)).toEqual({ standing: { RED: [], ORANGE: ['a'], YELLOW: [] }, waiting: 0 });
});

test('search looks at number, area and type', () => {
  const one = card('x', 'RED', { order_no: 713, area: { zh: '青禾街道', en: 'Qinghe' } });
  expect(matches('0713', one, '冒充公检法')).toBe(true);
  expect(matches('qing', one, '')).toBe(true);
  expect(matches('公检', one, '冒充公检法')).toBe(true);
  expect(matches('9999', one, '冒充公检法')).toBe(false);
  expect(matches('  ', one, '')).toBe(true);
});
