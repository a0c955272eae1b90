import { expect, test } from 'vitest';
import { ALL_OUTCOMES, asksMore, mainOutcomes, otherOutcomes, prefill } from './outcomes.ts';

const nothing = { met_at: null, contacted_at: null, outcome_code: null };

test('eight choices in every context, and every code can be reached', () => {
  for (const view of [
    nothing,
    { ...nothing, contacted_at: 1 },
    { ...nothing, met_at: 1 },
    { ...nothing, met_at: 1, outcome_code: 'T7' },
  ]) {
    const shown = mainOutcomes(view);
    expect(new Set(shown).size).toBe(8);
    expect([...shown, ...otherOutcomes(shown)].sort()).toEqual([...ALL_OUTCOMES].sort());
  }
});

test('the second visit after disbelief offers "convinced at the second attempt"', () => {
  expect(mainOutcomes({ met_at: 1, contacted_at: 1, outcome_code: 'T7' })[0]).toBe('T8');
});

test('money comes from the held transfer, and from nowhere else', () => {
  const held = { money_state: 'held', money_moving_minor: 48_000_000 };
  expect(prefill('T1', held)).toEqual({ stopped_minor: 48_000_000, from_held: true, lost_minor: 0, believed: 'yes' });
  expect(prefill('T1', { money_state: 'pending', money_moving_minor: 48_000_000 }).stopped_minor).toBeNull();
  expect(prefill('T4', { money_state: 'gone', money_moving_minor: 500 })).toMatchObject({
    stopped_minor: null,
    lost_minor: 500,
  });
  expect(prefill('T7', held)).toMatchObject({ stopped_minor: null, believed: 'no', lost_minor: null });
});

test('a false warning asks nothing more', () => {
  expect(asksMore('F1')).toBe(false);
  expect(asksMore('N1')).toBe(false);
  expect(asksMore('T5')).toBe(true);
});
