import type { AnyDecoded, Codec, Stamp, StoredRecord } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import { expect, test } from 'vitest';
import type { Dump } from '../cluster/dump.ts';
import { eventName } from '../cluster/doors.ts';
import { checkOutside, type Outside } from './checks.ts';

/** Records as JSON: what is checked is what they say, not how they are written. */
const codec = {
  decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as AnyDecoded,
} as Codec;

interface Said {
  readonly log: LogName;
  readonly type: string;
  readonly value: Readonly<Record<string, unknown>>;
  /** `stage offset`; records of doors, owners and people have none */
  readonly from?: readonly [stage: string, offset: number];
}

const EVENT = eventName('town', 'pay-1');

/** The way of one event to a card, an answer and a push. */
const STORY: readonly Said[] = [
  { log: 'feed', type: 'Transaction', value: { event_id: EVENT } },
  { log: 'feed', type: 'Touch', value: { event_id: EVENT } },
  { log: 'encounter', type: 'Encounter', value: { event_id: EVENT }, from: ['profile', 0] },
  { log: 'case', type: 'Warning', value: { warning_id: 'w1', level: 'RED' }, from: ['detect', 0] },
  { log: 'case', type: 'Reanalysis', value: { warning_id: 'w1' }, from: ['case', 0] },
  { log: 'case', type: 'Order', value: { order_id: 'o1', case_id: 'c1', step: 1, officer: 'a' }, from: ['case', 0.5] },
  { log: 'case', type: 'Delivery', value: { delivery_id: 'd1', order_id: 'o1' } },
  { log: 'case', type: 'Response', value: { command_id: 'k1' } },
  { log: 'case', type: 'Applied', value: { command_id: 'k1' }, from: ['case', 4] },
];

const OUTSIDE: Outside = {
  accepted: new Set([EVENT]),
  sent: new Set([EVENT]),
  commands: new Set(['k1']),
  heard: new Set(['o1']),
};

function dumpOf(story: readonly Said[]): Dump {
  const logs: Record<LogName, StoredRecord[]> = { feed: [], encounter: [], case: [], change: [] };
  for (const { log, type, value, from } of story) {
    const stamp: Stamp | undefined = from && { origin: `log/0/${from[0]}`, offset: from[1], index: 0 };
    const bytes = Buffer.from(JSON.stringify({ type, value }));
    logs[log].push({ key: 'p', bytes, stamp, partition: 0, offset: logs[log].length, appendedAt: 0 });
  }
  const dumped = Object.entries(logs).map(([name, records]) => [name, { logId: name, partitions: [records] }]);
  return Object.fromEntries(dumped) as Dump;
}

function violations(story: readonly Said[], change: Partial<Outside> = {}): string[] {
  const { violations: found } = checkOutside(dumpOf(story), codec, { ...OUTSIDE, ...change });
  return found.map(({ kind, detail }) => `${kind}: ${detail}`);
}

const without = (type: string): Said[] => STORY.filter((said) => said.type !== type);
const of = (type: string): Said => STORY.find((said) => said.type === type) as Said;
/** said again as if for the first time */
const again = (type: string, value: Said['value'] = {}): Said[] => {
  const said = of(type);
  return [...STORY, { ...said, value: { ...said.value, ...value }, ...(said.from && { from: [said.from[0], 9] }) }];
};

test('a story that is told once and whole is right, and is counted', () => {
  const { violations: found, counts } = checkOutside(dumpOf(STORY), codec, OUTSIDE);
  expect(found).toEqual([]);
  expect(counts).toEqual({
    events: 1,
    encounters: 1,
    warnings: 1,
    orders: 1,
    deliveries: 1,
    commands: 1,
    events_repeated: 0,
    deliveries_repeated: 0,
  });
});

test.each([
  ['Transaction', `lost: event ${EVENT} was answered 202 and is not in the feed`],
  ['Encounter', `lost: encounter ${EVENT}`],
  ['Reanalysis', 'lost: warning w1 had no effect'],
  ['Delivery', 'lost: order o1 was never pushed'],
  ['Applied', 'lost: command k1'],
])('a lost %s is found', (type, wanted) => {
  expect(violations(without(type))).toContain(wanted);
});

test.each([
  ['Encounter', {}, `said twice: encounter ${EVENT}, 2 times`],
  ['Warning', {}, 'said twice: warning w1'],
  ['Order', {}, 'said twice: order o1, 2 times'],
  ['Order', { order_id: 'o2' }, 'said twice: two cards: c1 step 1'],
  ['Applied', {}, 'said twice: command k1, 2 times'],
])('a %s that is said twice is found (%j)', (type, value, wanted) => {
  expect(violations(again(type, value), { heard: new Set(['o1', 'o2']) })).toContain(wanted);
});

test('what nobody said is found', () => {
  expect(violations(STORY, { sent: new Set(), accepted: new Set() })).toEqual([
    `said of nothing: event ${EVENT} was never sent`,
  ]);
  expect(violations(again('Encounter', { event_id: 'other' }))).toEqual(['said of nothing: encounter other']);
  expect(violations(again('Delivery', { order_id: 'o9' }))).toEqual(['said of nothing: delivery of order o9']);
});

test('the page must have heard of every order, and of no other', () => {
  expect(violations(STORY, { heard: new Set() })).toEqual(['lost: order o1 was never on the live stream']);
  expect(violations(STORY, { heard: new Set(['o1', 'o2']) })).toEqual(['said of nothing: order o2 on the live stream']);
  expect(violations(STORY, { heard: undefined })).toEqual([]);
});

test('repeats that every reader drops are counted, and are no violation', () => {
  const story = [...STORY, of('Transaction'), of('Delivery'), of('Encounter'), of('Order')];
  const { violations: found, counts } = checkOutside(dumpOf(story), codec, OUTSIDE);
  expect(found).toEqual([]);
  expect(counts).toMatchObject({ events_repeated: 1, deliveries_repeated: 1, orders: 1 });
});

test('a warning that was withdrawn may come again', () => {
  const withdrawn: Said = { log: 'case', type: 'Withdrawn', value: { warning_id: 'w1' }, from: ['detect', 5] };
  const warning: Said = { ...of('Warning'), from: ['detect', 6] };
  const effect: Said = { ...of('Reanalysis'), from: ['case', 7] };
  expect(violations([...STORY, withdrawn, warning, effect])).toEqual([]);
});

test('an order that a newer one replaced, or that nobody needs any more, needs no push', () => {
  const newer: Said = { ...of('Order'), value: { ...of('Order').value, order_id: 'o2', step: 2 }, from: ['case', 8] };
  const heard = new Set(['o1', 'o2']);
  const pushed: Said = { ...of('Delivery'), value: { delivery_id: 'd2', order_id: 'o2' } };
  expect(violations([...without('Delivery'), newer, pushed], { heard })).toEqual([]);
  const over: Said = { log: 'case', type: 'Case', value: { case_id: 'c1', status: 'acked' }, from: ['case', 9] };
  expect(violations([...without('Delivery'), over])).toEqual([]);
});
