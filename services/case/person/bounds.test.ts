import { expect, test } from 'vitest';
import { LIMITS } from '../config.ts';
import { Story } from '../story/story.ts';
import { time } from '../story/records.ts';

const LONG = '很长的一句话'.repeat(50);

/** As long as the contract lets a warning be. */
function long(name: string, at: number) {
  const evidence = Array.from({ length: 12 }, (_, index) => ({
    event_id: index.toString(16).padStart(32, '0'),
    at: time(at) - index,
    feed: 'call' as const,
    text_zh: `${name} ${index} ${LONG}`.slice(0, 330),
    text_en: LONG.slice(0, 330),
  }));
  const score_parts = Array.from({ length: 12 }, () => ({
    points: 5,
    because_zh: LONG.slice(0, 330),
    because_en: LONG.slice(0, 330),
  }));
  return { evidence, score_parts };
}

test('an entity stays inside its bound, whatever comes', () => {
  const story = new Story();
  for (let i = 0; i < 30; i++) story.warn(300 + i * 60, `w${i}`, { ...long(`w${i}`, 300 + i * 60), rule: `rule.${i}` });
  expect(Buffer.byteLength(JSON.stringify(story.person))).toBeLessThan(32_768);
  expect(story.open.warnings).toHaveLength(LIMITS.warnings_held);
  expect(story.counts.get('warnings_folded')).toBe(30 - LIMITS.warnings_held);
  story.outcome(3_000, 'T6', { order_id: null, by: 'analyst-1', role: 'analyst' });
  expect(story.of('Label')[0]?.rules.length).toBeLessThanOrEqual(64);
});

test('ids are remembered for their time, at most so many, and the cap is counted', () => {
  const story = new Story({ reload: false });
  story.warn(300, 'one', { level: 'BLUE', feeds: ['call'] });
  const ids = Array.from({ length: LIMITS.commands_remembered + 5 }, (_, i) => story.contact(310 + i, 'read'));
  expect(story.person.commands).toHaveLength(LIMITS.commands_remembered);
  expect(story.counts.get('ids_forgotten_early')).toBe(5);
  expect(ids.every((id) => story.answer(id) === 'applied')).toBe(true);
  story.warn(310 + 40 * 86_400, 'later', { level: 'BLUE', feeds: ['call'] });
  story.contact(311 + 40 * 86_400, 'read');
  expect(story.person.commands).toHaveLength(1);
  expect(story.counts.get('ids_forgotten_early')).toBe(5);
});

test('of very many orders the newest are kept, and what the cap cuts off is counted', () => {
  const story = new Story();
  story.warn(300, 'one', { level: 'RED', feeds: ['call', 'transaction'] });
  for (let i = 0; i < LIMITS.orders + 2; i++) {
    story.decide(301 + 2 * i, { decision: 'lower', reason: 'weak_evidence' });
    story.decide(302 + 2 * i, { decision: 'raise', level_to: 'RED' });
  }
  const issued = story.of('Order').length;
  expect(story.open.orders).toHaveLength(LIMITS.orders);
  expect(story.counts.get('orders_forgotten')).toBe(issued - LIMITS.orders);
  expect(story.open.orders.at(-1)?.step).toBe(story.open.step);
});

test('ended cases become a line of their own, the last ten', () => {
  const story = new Story();
  for (let i = 0; i < 16; i++) {
    story.warn(300 + i * 600, `w${i}`, { scam_type: 'other' });
    story.outcome(400 + i * 600, 'F3');
  }
  expect(story.person.recent).toHaveLength(LIMITS.recent_cases);
  expect(story.person.closed).toHaveLength(LIMITS.closed_cases);
  expect(story.person.closed[0]).toMatchObject({ outcome_code: 'F3', status: 'closed' });
});
