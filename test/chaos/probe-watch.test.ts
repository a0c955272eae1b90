import { expect, test } from 'vitest';
import type { LiveEvent } from '../cluster/live-watch.ts';
import { PROBE_AMOUNT_MINOR, type Probe } from './load.ts';
import { ProbeWatch } from './probe-watch.ts';

const PROBES: readonly Probe[] = [100, 200, 300].map((sentAt) => ({ sentAt, event: `e${sentAt}` }));
const caseOf = (case_id: string, number: number): LiveEvent => ({
  kind: 'case',
  case: { case_id, money_moving_minor: PROBE_AMOUNT_MINOR + number },
});
const orderOf = (case_id: string): LiveEvent => ({ kind: 'order', case_id, order_id: `o ${case_id}` });

test('a probe is seen when the first order of its case is', () => {
  const watch = new ProbeWatch();
  watch.hear(caseOf('a', 0), 140);
  watch.hear(orderOf('a'), 150);
  watch.hear(orderOf('a'), 170);
  watch.hear(orderOf('c'), 350);
  watch.hear(caseOf('c', 2), 360);
  watch.hear({ kind: 'case', case: { case_id: 'town', money_moving_minor: 4_900_000 } }, 360);
  watch.hear(orderOf('town'), 370);
  expect(watch.arrivals(PROBES)).toEqual([
    { sentAt: 100, seenAt: 150 },
    { sentAt: 200, seenAt: undefined },
    { sentAt: 300, seenAt: 350 },
  ]);
  expect(watch.waiting(PROBES, 1_000)).toBe(1);
  expect(watch.waiting(PROBES, 200)).toBe(0);
});

test('a case without an order is no card', () => {
  const watch = new ProbeWatch();
  watch.hear(caseOf('a', 0), 140);
  expect(watch.waiting(PROBES, 150)).toBe(1);
});
