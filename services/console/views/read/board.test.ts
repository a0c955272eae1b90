import { createFollower, openPglite } from '@yujing/runtime';
import type { Case } from '@yujing/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptyDump } from '../../stand-in/dump.ts';
import { StandInBroker } from '../../stand-in/log.ts';
import { caseOf, hex, labelOf, START } from '../../stand-in/records.ts';
import { ReadModel } from '../read-model.ts';
import { funnelOf } from './funnel.ts';

const DAY = 86_400_000;
const FROM = START - DAY;
const UNTIL = START + DAY;

let model: ReadModel;
const broker = new StandInBroker();

async function caughtUp(): Promise<void> {
  const ends = await Promise.all([0, 1, 2, 3].map(async (partition) => (await broker.range('case', partition)).high));
  expect(await model.reached(ends, 10_000)).toBe(true);
}

beforeAll(async () => {
  const open = async () => openPglite({ dump: await emptyDump() });
  model = new ReadModel({ broker, codec: broker.codec, follow: createFollower, open, failed: () => {} });
  await model.start();
});
afterAll(() => model.close());

/** A case as it stands at its end: what happened to it, in seconds after the RED. */
function ended(
  name: string,
  seconds: { acked?: number; contacted?: number; met?: number },
  changes: Partial<Case> = {},
): Case {
  const at = (second: number | undefined): number | null => (second === undefined ? null : START + second * 1000);
  const outcome = { status: 'closed', closed_at: START + 900_000, outcome_at: START + 900_000 } as const;
  const times = { acked_at: at(seconds.acked), contacted_at: at(seconds.contacted), met_at: at(seconds.met) };
  return caseOf(name, { ...outcome, ...times, ...changes });
}

test('lost and ended stand at the step that was not reached; what is under way is neither', async () => {
  const all = { acked: 20, contacted: 250, met: 250 };
  broker.put('Case', ended('saved', all, { outcome_code: 'T1' }));
  broker.put('Case', ended('saved late', { ...all, contacted: 600, met: 600 }, { outcome_code: 'T2' }));
  broker.put('Case', ended('by phone', { acked: 20, contacted: 100 }, { outcome_code: 'T1' }));
  broker.put('Case', ended('innocent', all, { outcome_code: 'F1' }));
  broker.put('Case', ended('money gone', all, { outcome_code: 'T4' }));
  broker.put('Case', ended('not found', { acked: 30 }, { outcome_code: 'N2' }));
  broker.put('Case', ended('rejected', {}, { status: 'rejected', dispatched_at: null, review_state: 'rejected' }));
  broker.put('Case', ended('expired', {}, { status: 'expired' }));
  broker.put('Case', caseOf('under way', { acked_at: START + 15_000 }));
  // Not counted: a drill, history, low levels, another day, the same person again within 30 days.
  broker.put('Case', ended('drill', all, { outcome_code: 'X4' }));
  broker.put('Case', ended('history', all, { retrospective: true }));
  broker.put('Case', ended('low', all, { level: 'YELLOW' }));
  broker.put('Case', caseOf('long ago', { opened_at: START - 40 * DAY }));
  broker.put('Case', caseOf('saved', { case_id: hex('again'), opened_at: START + 1 }));
  // Counted, although it was lowered later: it had been RED.
  broker.put('Case', ended('lowered', all, { revision: 1, outcome_code: 'T6' }));
  broker.put('Case', ended('lowered', all, { revision: 2, outcome_code: 'T6', level: 'YELLOW' }));
  await caughtUp();
  const { funnel } = await model.board.board(FROM, UNTIL);
  const line = ({ step, count, lost, ended: good }: (typeof funnel)[number]) => [step, count, lost, good];
  expect(funnel.map(line)).toEqual([
    ['warned', 10, 0, 0],
    ['reviewed', 10, 0, 0],
    ['dispatched', 9, 0, 1],
    ['acknowledged', 8, 1, 0],
    ['contacted', 6, 1, 0],
    ['met', 5, 0, 1],
    ['saved', 2, 1, 2],
  ]);
  const reasons = Object.fromEntries(
    funnel.map(({ step, lost_reasons, ended_reasons }) => [
      step,
      [lost_reasons, ended_reasons].map((list) => list.map(({ zh, count }) => [zh, count])),
    ]),
  );
  expect(reasons).toMatchObject({
    dispatched: [[], [['驳回', 1]]],
    acknowledged: [[['过了时限', 1]], []],
    contacted: [[['确实找不到', 1]], []],
    met: [[], [['电话里劝住了', 1]]],
    saved: [
      [['转了，没追回', 1]],
      expect.arrayContaining([
        ['正常业务、亲友', 1],
        ['本人已识破', 1],
      ]),
    ],
  });
});

test('the three clocks run from RED, from the first alarm, from the call', async () => {
  const name = 'golden';
  const at = (second: number): number => START + 60_000_000 + second * 1000;
  const call = {
    call_answered_at: at(0),
    opened_at: at(180),
    first_warning_at: at(180),
    dispatched_at: null,
    red_at: null,
  };
  broker.put('Case', caseOf(name, { ...call, revision: 1, at: at(180), level: 'BLUE' }));
  broker.put('Case', caseOf(name, { ...call, revision: 2, at: at(300), level: 'ORANGE' }));
  broker.put('Case', caseOf(name, { ...call, revision: 3, at: at(370), red_at: at(370), dispatched_at: at(370) }));
  // A second call after the contact does not move the clock.
  broker.put(
    'Case',
    caseOf(name, {
      ...call,
      revision: 4,
      at: at(620),
      red_at: at(370),
      contacted_at: at(620),
      call_answered_at: at(700),
    }),
  );
  await caughtUp();
  const { clocks } = await model.board.board(START + 60_000_000, START + 80_000_000);
  expect(clocks).toEqual([
    { from: 'red', count: 1, p50_ms: 250_000, p90_ms: 250_000, p99_ms: 250_000 },
    { from: 'first', count: 1, p50_ms: 320_000, p90_ms: 320_000, p99_ms: 320_000 },
    { from: 'call', count: 1, p50_ms: 620_000, p90_ms: 620_000, p99_ms: 620_000 },
  ]);
});

test('percentiles are times that happened', async () => {
  const from = START + 200_000_000;
  for (let i = 1; i <= 100; i++) {
    const base = { opened_at: from + i, red_at: from, first_warning_at: from, at: from, call_answered_at: null };
    broker.put('Case', caseOf(`clock ${i}`, { ...base, contacted_at: from + i * 1000 }));
  }
  await caughtUp();
  const { clocks } = await model.board.board(from, from + DAY);
  expect(clocks[0]).toEqual({ from: 'red', count: 100, p50_ms: 50_000, p90_ms: 90_000, p99_ms: 99_000 });
  expect(clocks[2]).toEqual({ from: 'call', count: 0, p50_ms: null, p90_ms: null, p99_ms: null });
});

test('the newest label of a counted case says what was saved and lost', async () => {
  const from = START + 400_000_000;
  const put = (name: string, changes: Partial<Case>) =>
    broker.put('Case', caseOf(name, { opened_at: from + 5, ...changes }));
  put('money 1', {});
  put('money 2', {});
  put('money 3', { outcome_code: 'X4' });
  broker.put(
    'Label',
    labelOf('money 1', {
      label_id: hex('first'),
      outcome_code: 'T7',
      money_stopped_minor: 0,
      at: from,
      provisional: true,
    }),
  );
  broker.put(
    'Label',
    labelOf('money 1', {
      label_id: hex('second'),
      outcome_code: 'T8',
      money_stopped_minor: 48_000_000,
      at: from + 9,
      takes_back: hex('first'),
    }),
  );
  broker.put(
    'Label',
    labelOf('money 2', { outcome_code: 'T4', money_stopped_minor: null, money_out_before_minor: 7_600, at: from }),
  );
  broker.put('Label', labelOf('money 3', { label: 'exclude', at: from }));
  await caughtUp();
  const { saved_minor, lost_minor } = await model.board.board(from, from + DAY);
  expect([saved_minor, lost_minor]).toEqual([48_000_000, 7_600]);
});

test('a stretch without cases is all zeros', async () => {
  const { funnel, clocks, saved_minor } = await model.board.board(1, 2);
  expect([funnel.map(({ count }) => count), clocks.map(({ count }) => count), saved_minor]).toEqual([
    [0, 0, 0, 0, 0, 0, 0],
    [0, 0, 0],
    0,
  ]);
});

test('a reason that no table names is shown as it stands', () => {
  const funnel = funnelOf([{ reach: 1, is_open: false, reason: 'handed_over', count: 2 }]);
  expect(funnel[2]).toMatchObject({ lost: 2, lost_reasons: [{ zh: 'handed_over', count: 2 }] });
});
