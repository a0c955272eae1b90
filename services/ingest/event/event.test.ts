import { expect, test } from 'vitest';
import { isTooDeep, readBody } from './body.ts';
import { IgnoredFields } from './ignored.ts';
import { readEvent, type RawEvent } from './read.ts';
import { isRefusal } from './refusal.ts';
import { readTime } from './time.ts';

const OPTIONS = { source: 's', numbers: { inventedMobiles: true }, explicitAcceptedAt: false };
const AT = Date.UTC(2026, 10, 21, 6, 2, 0);
const CASH = {
  type: 'transaction',
  id: 'x',
  txn_id: 'x',
  occurred_at: AT,
  phase: 'settled',
  amount_minor: 100,
  currency: 'CNY',
};

function read(json: unknown): RawEvent {
  const event = readEvent(json, OPTIONS, new IgnoredFields());
  if (isRefusal(event)) throw new Error(`${event.code} ${event.field}`);
  return event;
}

function other(json: unknown): string {
  const party = read(json).other;
  return typeof party === 'string' ? party : party.value;
}

test('times: RFC 3339 with an offset, or epoch milliseconds', () => {
  const same = ['2026-11-21T14:02:00+08:00', '2026-11-21T06:02:00Z', '2026-11-20t22:02:00.000-08:00', AT];
  expect(same.map(readTime)).toEqual([AT, AT, AT, AT]);
  expect(readTime('2026-11-21T06:02:00.1239Z')).toBe(AT + 123);
  const wrong = [
    '2026-11-21T14:02:00',
    '2026-11-21',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    AT / 1000,
    AT + 0.5,
    '',
    true,
    'now',
  ];
  expect(wrong.map(readTime)).toEqual(wrong.map(() => undefined));
});

test('who the other party of a payment is follows from its kind', () => {
  const both = { ...CASH, payer_acct: 'A1', payee_acct: 'B2' };
  for (const kind of ['transfer_out', 'qr_pay', 'card_pay', 'gift_card', 'gold', 'crypto_buy', 'self_move']) {
    expect(other({ ...both, kind })).toBe('B2');
    expect(read({ ...both, kind }).own?.value).toBe('A1');
  }
  for (const kind of ['transfer_in', 'loan_in', 'refund_in']) {
    expect(other({ ...both, kind })).toBe('A1');
    expect(read({ ...both, kind }).own?.value).toBe('B2');
  }
  const cash = { ...CASH, kind: 'cash_withdraw', payer_acct: 'A1', payer_inst: 'BANK-A', channel: 'atm' };
  expect(other(cash)).toBe('~DESK/BANK-A/atm');
  expect(other({ ...cash, payer_inst: null, channel: undefined, kind: 'deposit_break' })).toBe('~DESK/s/other');
  expect(other({ ...CASH, kind: 'qr_pay', payer_acct: 'A1' })).toMatch(/^none:[0-9a-f]{32}$/);
  expect(isRefusal(readEvent({ ...both, kind: 'loan_in', direction: 'outgoing' }, OPTIONS, new IgnoredFields()))).toBe(
    true,
  );
});

test('a withheld caller is one nobody in all phases of the call', () => {
  const call = { type: 'call', occurred_at: AT, call_id: 'c', subscriber_tel: '12000000001', direction: 'incoming' };
  const phases = [
    { ...call, id: '1', phase: 'answered', peer_tel: 'anonymous' },
    { ...call, id: '2', phase: 'ended' },
  ];
  expect(new Set(phases.map(other)).size).toBe(1);
  expect(read(phases[0]).draft.record).toMatchObject({ peer_tel: null, peer_number_class: 'withheld' });
});

test('incidents: by place, about a person or about nobody yet; never about who reports', () => {
  const base = {
    type: 'incident',
    id: 'i',
    occurred_at: AT,
    incident_source: '12345',
    kind: 'fraud_suspicion',
    status: 'new',
  };
  const place = { station_code: 'qinghe', adcode: '990101' };
  const known = read({ ...base, subject_token: 'P-1', reporter_token: 'P-2', place });
  expect(known.other).toBe('place:qinghe');
  expect(known.draft.person?.value).toBe('P-1');
  expect(known.draft.record).toMatchObject({ incident_source: 'hotline_12345', received_at: AT, incident_id: 'i' });
  const unknown = read({ ...base, reporter_token: 'P-2' });
  expect(unknown.other).toMatch(/^none:/);
  expect(unknown.draft.person?.value).toBe('~INCIDENT/s/i');
});

test('every wrong field is named, with what to write instead, and never with its value', () => {
  const good = { ...CASH, kind: 'transfer_out', payer_acct: 'A1', payee_acct: 'B2' };
  const wrong: Array<[object, string, string]> = [
    [{ type: 'transfer' }, 'unknown_type', 'type'],
    [{ type: 'yujing.call.v2' }, 'unknown_version', 'type'],
    [{ id: '' }, 'missing', 'id'],
    [{ txn_id: null }, 'missing', 'txn_id'],
    [{ occurred_at: '14:02' }, 'bad_time', 'occurred_at'],
    [{ amount_minor: 0.5 }, 'wrong_type', 'amount_minor'],
    [{ amount_minor: -1 }, 'out_of_range', 'amount_minor'],
    [{ currency: 'yuan' }, 'bad_currency', 'currency'],
    [{ phase: 'done' }, 'unknown_symbol', 'phase'],
    [{ payee_acct: { no: 1 } }, 'wrong_type', 'payee_acct'],
    [{ payer_acct: null }, 'missing', 'subject_id'],
    [{ first_payee: 'yes' }, 'wrong_type', 'first_payee'],
    [{ payee_list_hits: ['case', 'blacklist'] }, 'unknown_symbol', 'payee_list_hits'],
    [{ memo_hash: 'rent for May' }, 'bad_form', 'memo_hash'],
    [{ places: [{ adcode: 'x' }] }, 'wrong_type', 'places'],
    [{ source: 'somebody' }, 'wrong_source', 'source'],
  ];
  for (const [over, code, field] of wrong) {
    const refused = readEvent({ ...good, ...over }, OPTIONS, new IgnoredFields());
    expect(refused).toMatchObject({ code, field });
    if (isRefusal(refused)) expect(refused.message).not.toMatch(/rent|yuan|somebody|blacklist/);
  }
});

test('bodies: depth is counted outside texts only; unknown names are counted up to a bound', () => {
  expect(isTooDeep(Buffer.from(JSON.stringify({ a: '[[[[[[[[[[[[[[[[[[[[[[[[\\"' })))).toBe(false);
  expect(isTooDeep(Buffer.from('['.repeat(17)))).toBe(true);
  const lines = readBody(Buffer.from('{"a":1}\r\n\n  \n{"b"'), 'ndjson', { maxItems: 5, maxItemBytes: 100 });
  expect(lines).toMatchObject([{ json: { a: 1 } }, { fault: { code: 'bad_json' } }]);
  const ignored = new IgnoredFields();
  for (let i = 0; i < 1000; i++) ignored.add(`x${i}`);
  ignored.add('__proto__');
  expect(Object.keys(ignored.toJSON())).toHaveLength(65);
  expect(ignored.total).toBe(1001);
});
