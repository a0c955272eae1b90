import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { IgnoredFields } from '../event/ignored.ts';
import { readEvent } from '../event/read.ts';
import { isRefusal, type Refusal } from '../event/refusal.ts';
import { applyMapping, type EventJson } from './apply.ts';
import type { Mapping } from './mapping.ts';
import { parseMapping } from './parse.ts';
import { previewMapping } from './preview.ts';
import { keepLongNumbers, readJsonRow } from './read-row.ts';

const SAMPLES = join(import.meta.dirname, 'samples');

function mappingOf(text: string): Mapping {
  const { mapping, problems } = parseMapping(text);
  if (mapping === undefined) throw new Error(problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return mapping;
}

function sample(name: string): string {
  return readFileSync(join(SAMPLES, name), 'utf8');
}

function jsonRows(name: string): unknown[] {
  return sample(name)
    .trim()
    .split('\n')
    .map((line) => (readJsonRow(Buffer.from(line), 1024) as { row: unknown }).row);
}

/** Samples have no quoted cells; the reader of CSV files comes with them. */
function csvRows(name: string): unknown[] {
  const [head = [], ...rows] = sample(name)
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((cells) => Object.fromEntries(head.map((column, i) => [column, cells[i]])));
}

function eventsOf(mapping: Mapping, row: unknown, place = 'calls/0/1'): EventJson[] {
  const made = applyMapping(mapping, row, place);
  if (isRefusal(made)) throw new Error(made.message);
  return [...made];
}

const READ = { source: 'x', numbers: { inventedMobiles: true }, explicitAcceptedAt: false };

/** What the door says to an event. */
function atTheDoor(event: EventJson): Refusal | undefined {
  const ignored = new IgnoredFields();
  const read = readEvent(event, READ, ignored);
  expect(ignored.total).toBe(0);
  return isRefusal(read) ? read : undefined;
}

test('a call between two customers is an event for each of them, a call from elsewhere for the one; the door takes them', () => {
  const mapping = mappingOf(sample('calls.yaml'));
  const { events, refused, emptyColumns } = previewMapping(mapping, jsonRows('calls.ndjson'));
  expect(refused).toMatchObject([{ row: 3, code: 'unknown_symbol', field: 'phase' }]);
  expect(emptyColumns).toEqual([]);
  expect(events).toHaveLength(4);
  expect(events.map(atTheDoor)).toEqual(Array(4).fill(undefined));
  expect(events[0]).toEqual({
    type: 'call',
    id: 'r-1/2/callee.number',
    occurred_at: Date.UTC(2026, 10, 21, 6, 2),
    call_id: 'r-1',
    subscriber_tel: '12000000001',
    peer_tel: '00852000001',
    direction: 'incoming',
    phase: 'answered',
    route: 'intl_gateway',
    subscriber_cell: '330106:ST-01',
    duration_s: null,
    release: null,
  });
  expect(events[1]).toMatchObject({ id: 'r-1/4/callee.number', duration_s: 380, release: 'normal' });
  expect(events[2]).toMatchObject({ direction: 'outgoing', subscriber_tel: '12000000001', peer_tel: '12000000002' });
  expect(events[3]).toMatchObject({ direction: 'incoming', subscriber_tel: '12000000002', peer_tel: '12000000001' });
});

test('a transfer: who pays and who is paid; amounts in fen; whoever banks elsewhere has no event', () => {
  const mapping = mappingOf(sample('transfers.yaml'));
  const { events, refused } = previewMapping(mapping, csvRows('transfers.csv'));
  expect(refused).toMatchObject([{ row: 3, code: 'bad_form', field: 'amount_minor' }]);
  expect(events.map(atTheDoor)).toEqual(Array(5).fill(undefined));
  expect(events[0]).toMatchObject({
    kind: 'transfer_out',
    direction: 'outgoing',
    subject_id: 'P-0001',
    first_payee: true,
  });
  expect(events[1]).toMatchObject({
    kind: 'transfer_in',
    direction: 'incoming',
    subject_id: 'P-0002',
    amount_minor: 48_000_000,
  });
  expect(events[1]).toMatchObject({ payer_acct: events[0]?.payer_acct, payee_acct: events[0]?.payee_acct });
  expect(events[4]).toMatchObject({ amount_minor: 29, txn_id: 'T-2' });
  expect(new Set(events.map(({ id }) => id)).size).toBe(5);
});

const VISIT = `
source: resolver
record: domain_visit
format: json
time: {column: at, unit: ms}
sides: [{subject: who}]
fields: {domain: host}
`;

test('the place of a row is its id where the mapping names none, and no two ids are one', () => {
  const row = { at: 1_795_241_520_000, who: '12000000001', host: 'a.example' };
  expect(eventsOf(mappingOf(VISIT), row, 'visits/3/17')).toMatchObject([
    { id: 'visits/3/17', visit_id: 'visits/3/17' },
  ]);
  const two = mappingOf(`${VISIT}id_of: [a, b]\n`);
  const ids = [
    ['x/y', 'z'],
    ['x', 'y/z'],
    ['x%2F', 'z'],
    ['x/', 'z'],
  ].map(([a, b]) => eventsOf(two, { ...row, a, b })[0]?.id);
  expect(new Set(ids).size).toBe(4);
  expect(applyMapping(two, { ...row, a: 'x' }, 'p')).toMatchObject({ code: 'missing', field: 'id' });
  const long = eventsOf(mappingOf(`${VISIT}id: a\n`), { ...row, a: 'x'.repeat(300) })[0] as EventJson;
  expect(atTheDoor(long)).toBeUndefined();
  expect(long.id).toMatch(/^h:[0-9a-f]{32}$/);
});

test('a row that is none is refused with its field and without its value', () => {
  const mapping = mappingOf(VISIT);
  for (const row of [null, 3, 'x', [], undefined])
    expect(applyMapping(mapping, row, 'p')).toMatchObject({ code: 'not_an_object' });
  expect(applyMapping(mapping, { who: 'a', host: 'b', at: 'secret' }, 'p')).toEqual({
    code: 'bad_time',
    field: 'occurred_at',
    message: 'this is no time with an offset: write a time as the mapping says, in column at',
  });
  const nobody = { at: 1_795_241_520_000, who: ' ', host: 'a.example' };
  expect(applyMapping(mapping, nobody, 'p')).toMatchObject({ code: 'missing', field: 'subject' });
});

test('opaque ids are nobody’s telephone', () => {
  const mapping = mappingOf(sample('calls.yaml').replace('format: json', 'format: json\nid_form: opaque'));
  const row = {
    record: 'r',
    state: '2',
    started: '2026-11-21 14:02:00',
    caller: { number: '110' },
    callee: { number: 200, network: 'home' },
  };
  const event = eventsOf(mapping, row)[0] as EventJson;
  const read = readEvent(event, READ, new IgnoredFields());
  if (isRefusal(read)) throw new Error(read.message);
  expect(read.draft.record.peer_number_class).not.toBe('gov_short');
  expect(read.own?.value).toBe('city%2d_operator:200');
});

test('door time: a column, or so long after the event', () => {
  const row = { at: 1_795_241_520_000, who: '1', host: 'a.example', seen: '1795241521000' };
  expect(eventsOf(mappingOf(`${VISIT}accepted_at: {after_s: 2}\n`), row)).toMatchObject([
    { accepted_at: 1_795_241_522_000 },
  ]);
  expect(eventsOf(mappingOf(`${VISIT}accepted_at: seen\n`), row)).toMatchObject([{ accepted_at: 1_795_241_521_000 }]);
  const none = applyMapping(mappingOf(`${VISIT}accepted_at: other\n`), row, 'p');
  expect(none).toMatchObject({ code: 'bad_time', field: 'accepted_at' });
});

test('an incident’s place is put together from its columns', () => {
  const mapping = mappingOf(`
source: hotline
record: incident
format: json
time: {column: t}
sides: [{subject: victim.id}]
fields:
  incident_source: {const: '12345'}
  kind: {column: k, lookup: {'7': fraud_report}, otherwise: other}
  status: {const: new}
  place.adcode: area
  place.station_code: station
  loss_minor: {column: loss, minor: 2}
  currency: {const: CNY}
  payee_accts: payees
`);
  const row = {
    t: '2026-11-21T14:02:00+08:00',
    victim: { id: 'P-1' },
    area: 330_106,
    station: 'ST-01',
    loss: 12.5,
    payees: ['1', '2'],
  };
  const [event] = eventsOf(mapping, row) as [EventJson];
  expect(event).toMatchObject({ place: { adcode: '330106', station_code: 'ST-01' }, loss_minor: 1250, kind: 'other' });
  expect(atTheDoor(event)).toBeUndefined();
});

test('numbers too long for a double keep their digits', () => {
  const text =
    '{"a":6200000000000000011,"b":"x 6200000000000000011","c":[12345678901234567.25],"d":12.5,"e":"\\"1234567890123456"}';
  expect(JSON.parse(keepLongNumbers(text))).toEqual({
    a: '6200000000000000011',
    b: 'x 6200000000000000011',
    c: ['12345678901234567.25'],
    d: 12.5,
    e: '"1234567890123456',
  });
  for (const bytes of [
    null,
    Buffer.alloc(0),
    Buffer.from('{'),
    Buffer.from([0xff]),
    Buffer.alloc(2000, 'x'),
    Buffer.from('['.repeat(50)),
  ])
    expect(isRefusal(readJsonRow(bytes, 1024))).toBe(true);
});
