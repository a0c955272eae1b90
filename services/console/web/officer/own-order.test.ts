import { expect, test } from 'vitest';
import { withOwnOrder } from './own-order.ts';

const waiting_orders = [
  { order_id: 'first', officer: 'officer-3107' },
  { order_id: 'second', officer: 'officer-3112' },
  { order_id: 'third', officer: 'leader-qinghe' },
];
const escalated = { officer: 'leader-qinghe', order_id: 'third', waiting_orders };

test('who was called first answers his own order, also after others were called', () => {
  expect(withOwnOrder(escalated, 'officer-3107')).toEqual({ ...escalated, officer: 'officer-3107', order_id: 'first' });
  expect(withOwnOrder(escalated, 'leader-qinghe')).toEqual(escalated);
});

test('for everybody else, and once somebody has it, the case names whose it is', () => {
  expect(withOwnOrder(escalated, 'officer-3121')).toBe(escalated);
  const taken = { officer: 'officer-3112', order_id: 'second', waiting_orders: [] };
  expect(withOwnOrder(taken, 'officer-3107')).toBe(taken);
});
