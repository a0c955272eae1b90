import { expect, test } from 'vitest';
import type { CaseView } from '../../api/views.ts';
import { actionOfKey, forbidden, holdSeconds, isTyping, levelTo } from './decisions.ts';

const view = (change: Partial<CaseView>): CaseView =>
  ({
    level: 'ORANGE',
    status: 'in_review',
    review_state: 'waiting',
    closed_at: null,
    contacted_at: null,
    met_at: null,
    order_id: null,
    review_due_at: 180_000,
    ...change,
  }) as CaseView;

test('RED is the top and is never held', () => {
  const red = view({ level: 'RED', order_id: 'o' });
  expect(forbidden('raise', red, 0)).toBe('top');
  expect(forbidden('hold', red, 0)).toBe('red_hold');
  expect(forbidden('confirm', red, 0)).toBeNull();
  expect(forbidden('lower', red, 0)).toBeNull();
  expect(forbidden('reject', red, 0)).toBeNull();
});

test('what is over, was reviewed, went out or has reached the person stays as it is', () => {
  expect(forbidden('reject', view({ status: 'rejected' }), 0)).toBe('ended');
  expect(forbidden('confirm', view({ review_state: 'confirmed' }), 0)).toBe('reviewed');
  expect(forbidden('reject', view({ contacted_at: 5 }), 0)).toBe('contacted');
  expect(forbidden('hold', view({ order_id: 'o' }), 0)).toBe('sent');
  expect(forbidden('hold', view({ review_due_at: null }), 0)).toBe('reviewed');
});

test('a hold ends before the limit at which the case goes out unreviewed', () => {
  expect(holdSeconds({ review_due_at: 180_000 }, 0)).toBe(177);
  expect(holdSeconds({ review_due_at: 7_200_000 }, 0)).toBe(600);
  expect(forbidden('hold', view({}), 178_000)).toBe('no_time');
  expect(forbidden('hold', view({}), 0)).toBeNull();
});

test('up and down go one level', () => {
  expect(levelTo('raise', 'ORANGE')).toBe('RED');
  expect(levelTo('lower', 'YELLOW')).toBe('BLUE');
  expect(levelTo('raise', 'RED')).toBeNull();
  expect(levelTo('confirm', 'RED')).toBeNull();
});

test('keys of the desk', () => {
  expect(actionOfKey('j', false)).toEqual({ kind: 'move', by: 1 });
  expect(actionOfKey('K', false)).toEqual({ kind: 'move', by: -1 });
  expect(actionOfKey('c', false)).toEqual({ kind: 'decide', decision: 'confirm' });
  expect(actionOfKey('3', false)).toBeNull();
  expect(actionOfKey('3', true)).toEqual({ kind: 'reason', index: 2 });
  expect(actionOfKey('9', true)).toBeNull();
  expect(actionOfKey('x', false)).toBeNull();
});

test('keys are off while typing, and Enter is the own of a button', () => {
  expect(isTyping({ tagName: 'INPUT', type: 'search' }, 'j')).toBe(true);
  expect(isTyping({ tagName: 'INPUT', type: 'radio' }, 'j')).toBe(false);
  expect(isTyping({ tagName: 'BUTTON' }, 'Enter')).toBe(true);
  expect(isTyping({ tagName: 'BUTTON' }, 'j')).toBe(false);
  expect(isTyping({ tagName: 'BODY' }, 'Enter')).toBe(false);
});
