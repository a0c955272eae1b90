import { expect, test } from 'vitest';
import type { CaseView } from '../../api/views.ts';
import { instantsOf, lanesOf, levelChanges } from './lanes.ts';

const line = (at: number, en: string): CaseView['timeline'][number] => ({ at, kind: 'review', by: null, zh: en, en });
const view = (change: Partial<CaseView>): CaseView =>
  ({
    level: 'RED',
    first_warning_at: 100,
    red_at: 300,
    timeline: [],
    evidence: [],
    contact_tries: [],
    call_answered_at: null,
    call_ended_at: null,
    dispatched_at: null,
    delivered_at: null,
    acked_at: null,
    en_route_at: null,
    on_site_at: null,
    met_at: null,
    officer: null,
    money_moving_minor: null,
    money_state: 'none',
    currency: 'CNY',
    ...change,
  }) as CaseView;

test('levels come from the story, without it from what the case knows', () => {
  const told = view({
    timeline: [line(100, 'Opened as High: two feeds'), line(200, 'Kept at High'), line(300, 'Raised to Critical')],
  });
  expect(levelChanges(told)).toEqual([
    { at: 100, level: 'ORANGE' },
    { at: 300, level: 'RED' },
  ]);
  expect(levelChanges(view({}))).toEqual([
    { at: 100, level: 'ORANGE' },
    { at: 300, level: 'RED' },
  ]);
  expect(levelChanges(view({ level: 'YELLOW', red_at: null }))).toEqual([{ at: 100, level: 'YELLOW' }]);
});

test('a call that runs is a bar up to now, an order is waiting and then on its way', () => {
  const lanes = lanesOf(view({ call_answered_at: 50, dispatched_at: 310, delivered_at: 320, acked_at: 340 }), 500);
  const byKey = Object.fromEntries(lanes.map((lane) => [lane.key, lane]));
  expect(byKey['call']?.bars).toMatchObject([{ from: 50, until: 500, open: true, tone: 'call' }]);
  expect(byKey['officer']?.bars).toMatchObject([
    { from: 310, until: 340, tone: 'wait' },
    { from: 340, until: 500, open: true, tone: 'move' },
  ]);
  expect(Math.min(...instantsOf(lanes))).toBe(50);
});

test('evidence goes to the lane of its feed, tries are told apart from reaching', () => {
  const evidence = ['sms', 'domain_visit', 'transaction'].map((feed, index) => ({
    event_id: feed,
    at: index,
    feed,
    zh: feed,
    en: feed,
  }));
  const contact_tries = [
    { method: 'human_call', result: 'busy', at: 7 },
    { method: 'visit', result: 'met', at: 9 },
  ];
  const lanes = Object.fromEntries(
    lanesOf(view({ evidence, contact_tries }), 10).map((lane) => [lane.key, lane.points.map((point) => point.kind)]),
  );
  expect(lanes).toMatchObject({ sms: ['moment'], web: ['moment'], money: ['money'], contact: ['tried', 'reached'] });
});
