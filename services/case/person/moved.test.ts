import { complete } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { SUBJECT, time, warningRecord } from '../story/records.ts';
import { Story } from '../story/story.ts';

const NUMBER = 't1_storyNumber00000000000';
const RED = { level: 'RED', feeds: ['call', 'transaction'], rule: 'fake_police.self_move' } as const;

function warnNumber(story: Story, at: string, name: string): void {
  const change = { ...RED, subject: NUMBER, subject_kind: 'tel' } as const;
  story.push('Warning', warningRecord(name, time(at), change), time(at), NUMBER);
}

function link(story: Story, at: string): void {
  const link = { link_id: '1'.repeat(32), from: NUMBER, from_kind: 'tel', to: SUBJECT, to_kind: 'person' } as const;
  const value = complete('Linked', { ...link, valid_from: time(0), source: 'register', certainty: 1, at: time(at) });
  story.push('Linked', value, time(at), NUMBER);
}

test('the open case goes to the person, and its order keeps its id', () => {
  const story = new Story();
  warnNumber(story, '5:00', 'one');
  const [order] = story.of('Order');
  link(story, '5:20');
  expect(story.personOf(NUMBER).open).toBeNull();
  expect(story.snapshot()).toMatchObject({ subject: SUBJECT, subject_kind: 'person', order_id: order?.order_id });
  expect(story.of('Moved')).toMatchObject([{ from: NUMBER, to: SUBJECT, order_ids: [order?.order_id] }]);
  expect(story.answer(story.respond('5:40', 'accept'))).toBe('applied');
  story.respond('5:50', 'en_route');
  story.advance('20:00');
  expect(story.of('Order')).toHaveLength(1);
  expect(story.timers.size).toBe(1);
});

test('what still arrives under the number is sent on, once', () => {
  const story = new Story();
  warnNumber(story, '5:00', 'one');
  const { case_id, order_id, officer } = story.snapshot();
  link(story, '5:20');
  link(story, '5:21');
  warnNumber(story, '5:30', 'two');
  expect(story.snapshot()).toMatchObject({ case_id, subject: SUBJECT });
  expect(story.open.warnings).toHaveLength(2);
  const late = {
    subject: NUMBER,
    case_id,
    order_id: order_id as string,
    action: 'accept',
    by: officer as string,
  } as const;
  const value = complete('Response', { ...late, command_id: 'story-late-answer', role: 'station', at: time('5:40') });
  story.push('Response', value, time('5:40'), NUMBER);
  story.push('Response', value, time('5:41'), NUMBER);
  expect(story.answer('story-late-answer')).toBe('applied');
  expect(story.of('Moved')).toHaveLength(4);
});

test('two open cases become one card: the one with an order goes on', () => {
  const story = new Story();
  story.warn('4:00', 'blue', { level: 'BLUE', feeds: ['call'] });
  const own = story.open.case_id;
  warnNumber(story, '5:00', 'one');
  const brought = story.personOf(NUMBER).open?.case_id;
  link(story, '5:20');
  expect(story.open.case_id).toBe(brought);
  expect(story.snapshot(own)).toMatchObject({ status: 'merged', merged_into: brought });
  expect(story.snapshot(brought)).toMatchObject({ level: 'RED', opened_at: time('4:00') });
  expect(story.of('Order')).toHaveLength(1);
});

test('a warning that came to both is known', () => {
  const story = new Story();
  warnNumber(story, '5:00', 'one');
  link(story, '5:20');
  story.warn('5:30', 'one', RED);
  expect(story.outcomes.at(-1)).toEqual({ kind: 'drop', reason: 'warning_repeated' });
});
