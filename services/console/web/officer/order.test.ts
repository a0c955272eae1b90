import { expect, test } from 'vitest';
import type { CaseSummary, Level } from '../../api/views.ts';
import { deadlineOfLine } from '../kit/deadline.ts';
import { arrange, sortCards } from './order.ts';

const card = (case_id: string, level: Level, change: Partial<CaseSummary> = {}): CaseSummary => ({
  case_id,
  level,
  subject: 's',
  revision: 1,
  order_id: 'o',
  order_no: 1,
  scam_type: 'fake_police',
  title: { zh: '', en: '' },
  status: 'acked',
  review_state: 'none',
  name_masked: null,
  area: null,
  officer: 'a',
  waiting_orders: [],
  precinct: 'p',
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
const ids = (cards: readonly CaseSummary[]): string => cards.map((each) => each.case_id).join(' ');

test('RED stands first, the rest goes by the clock', () => {
  const cards = [
    card('yellow', 'YELLOW', { contact_due_at: 100 }),
    card('orange', 'ORANGE', { contact_due_at: 200 }),
    card('red', 'RED', { meet_due_at: 900 }),
  ];
  expect(ids(sortCards(cards))).toBe('red yellow orange');
});

test('a new line waits, a new RED enters at the top, nothing else moves', () => {
  const before = ['b', 'a'];
  const cards = [
    card('a', 'ORANGE', { contact_due_at: 1 }),
    card('b', 'YELLOW'),
    card('new', 'ORANGE', { contact_due_at: 0 }),
    card('alarm', 'RED'),
  ];
  expect(arrange(before, cards)).toEqual({ shown: ['alarm', 'b', 'a'], waiting: 1 });
});

test('a line that left the list leaves the screen', () => {
  expect(arrange(['gone', 'a'], [card('a', 'BLUE')])).toEqual({ shown: ['a'], waiting: 0 });
});

test('the clock of a line is its next step', () => {
  const times = { ack_due_at: 1, contact_due_at: 2, meet_due_at: 3, outcome_due_at: 4 };
  expect(deadlineOfLine(card('x', 'RED', { ...times, status: 'dispatched' }))?.kind).toBe('accept');
  expect(deadlineOfLine(card('x', 'RED', { ...times, status: 'en_route' }))?.kind).toBe('meet');
  expect(deadlineOfLine(card('x', 'ORANGE', { ...times, meet_due_at: null }))?.kind).toBe('contact');
  expect(deadlineOfLine(card('x', 'RED', { ...times, status: 'contacted' }))?.kind).toBe('outcome');
  expect(deadlineOfLine(card('x', 'RED', { ...times, status: 'closed', outcome_code: 'T1' }))).toBeNull();
});

test('the ring of an order is full when it goes out, however long the case has been open', () => {
  const sent = card('x', 'RED', { status: 'dispatched', opened_at: 100, dispatched_at: 900, ack_due_at: 960 });
  expect(deadlineOfLine(sent)).toEqual({ kind: 'accept', start: 900, due: 960 });
});
