import { expect, test } from 'vitest';
import { ProfileLists } from './lists.ts';

const lists = new ProfileLists([
  { id: 'spoofed_police', entity: 'tel', entries: ['t1', 't2', 't2'], until: null },
  { id: 'case', entity: 'tel', entries: ['t1'], until: 1000 },
  { id: 'government', entity: 'tel', entries: ['t2'], until: null },
]);

test('all lists on which a counterparty stands, in a fixed order', () => {
  expect(lists.hits('t1', 999)).toEqual(['case', 'spoofed_police']);
  expect(lists.hits('t3', 0)).toEqual([]);
});

test('a list past its end holds nobody', () => {
  expect(lists.hits('t1', 1000)).toEqual(['spoofed_police']);
  expect(lists.has('case', 't1', 1000)).toBe(false);
  expect(lists.has('case', 't1', 999)).toBe(true);
});

test('a good list silences the others: the number of an office is forged, not the office', () => {
  expect(lists.hits('t2', 0)).toEqual(['government']);
});
