import { expect, test } from 'vitest';
import type { EvidenceView } from '../../api/views.ts';
import { chooseReasons } from './reasons.ts';

const line = (at: number, feed: string, zh = `${feed} ${at}`): EvidenceView => ({
  event_id: `${feed}${at}`,
  at,
  feed,
  zh,
  en: zh,
});

test('one sentence per feed first, oldest first', () => {
  const chosen = chooseReasons([
    line(1, 'call'),
    line(2, 'call'),
    line(5, 'domain_visit'),
    line(6, 'transaction'),
    line(9, 'sms'),
  ]);
  expect(chosen.map((each) => each.event_id)).toEqual(['call1', 'domain_visit5', 'transaction6']);
});

test('a single feed fills up with its oldest, and no sentence stands twice', () => {
  const chosen = chooseReasons([line(3, 'call'), line(1, 'call', 'same'), line(2, 'call', 'same'), line(4, 'call')]);
  expect(chosen.map((each) => each.at)).toEqual([1, 3, 4]);
});

test('less than three is what there is', () => {
  expect(chooseReasons([])).toEqual([]);
  expect(chooseReasons([line(1, 'call')])).toHaveLength(1);
});
