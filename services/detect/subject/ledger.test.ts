import { complete, type Draft, type Encounter, type RecordTypes } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { emptyLedger, takeNote, type Ledger } from './ledger.ts';
import { PERSON_CODEC } from './codec.ts';
import { standingOf } from './standing.ts';

const T0 = Date.UTC(2026, 10, 22, 6, 2);
const MINUTE = 60_000;

function told(type: 'call' | 'transaction', minute: number, fields: object): Encounter {
  const at = T0 + minute * MINUTE;
  const head = {
    event_id: '0'.repeat(32),
    subject: 't1_s',
    subject_kind: 'person',
    occurred_at: at,
    accepted_at: at,
    lateness: 'on_time',
    source: 's',
    door: 'd',
    schema_version: 1,
    counterparty: 't1_c',
  } as const;
  const event =
    type === 'call'
      ? complete('Call', {
          call_id: 'c1',
          phase: 'answered',
          direction: 'incoming',
          subscriber_tel: 't',
          ...head,
          ...fields,
        } as Draft<RecordTypes['Call']>)
      : complete('Transaction', {
          txn_id: 'x1',
          phase: 'settled',
          kind: 'transfer_out',
          direction: 'outgoing',
          payer_acct: 'a1',
          amount_minor: 100,
          currency: 'CNY',
          ...head,
          ...fields,
        } as Draft<RecordTypes['Transaction']>);
  const profile = { counterparty: 't1_c', first_seen_at: null, features: [], list_hits: [], findings: [] };
  return complete('Encounter', { ...head, event_type: type, origin: 0, profile, [type]: event });
}

function ledgerOf(...encounters: readonly Encounter[]): Ledger {
  const ledger = emptyLedger();
  for (const encounter of encounters) takeNote(ledger, encounter);
  return ledger;
}

function at(ledger: Ledger, minute: number) {
  return standingOf(ledger, [], T0 + minute * MINUTE);
}

test('on the call from answered to ended, whatever order the two are told in', () => {
  const running = ledgerOf(told('call', 0, {}));
  expect(at(running, 5)).toMatchObject({ live_flags: ['on_call'], call_answered_at: T0, call_ended_at: null });
  const ended = told('call', 10, { phase: 'ended', duration_s: 540 });
  expect(at(ledgerOf(told('call', 0, {}), ended), 11)).toMatchObject({
    live_flags: [],
    call_answered_at: T0,
    call_ended_at: T0 + 10 * MINUTE,
  });
  expect(at(ledgerOf(ended, told('call', 0, {})), 11)).toMatchObject({
    live_flags: [],
    call_answered_at: T0,
    call_ended_at: T0 + 10 * MINUTE,
  });
});

test('a call first heard of in the middle began when its length says', () => {
  const ledger = ledgerOf(told('call', 5, { phase: 'in_progress', duration_s: 300 }));
  expect(at(ledger, 5).call_answered_at).toBe(T0);
});

test('a call without a word for six hours is not called running', () => {
  expect(at(ledgerOf(told('call', 0, {})), 361).live_flags).toEqual([]);
});

test('own money gathered into one account is at risk, until it has left', () => {
  const gather = (minute: number, id: string, amount_minor: number) =>
    told('transaction', minute, { kind: 'self_move', txn_id: id, payer_acct: id, payee_acct: 'a1', amount_minor });
  const ledger = ledgerOf(gather(0, 'm1', 30_000_000), gather(1, 'm2', 19_000_000));
  expect(at(ledger, 2)).toMatchObject({
    money_at_risk_minor: 49_000_000,
    money_moving_minor: null,
    money_state: 'none',
    currency: 'CNY',
  });
  takeNote(ledger, told('transaction', 3, { phase: 'initiated', amount_minor: 48_000_000 }));
  expect(at(ledger, 3)).toMatchObject({
    money_at_risk_minor: 49_000_000,
    money_moving_minor: 48_000_000,
    money_state: 'pending',
    live_flags: ['transfer_pending'],
  });
  takeNote(ledger, told('transaction', 4, { phase: 'held', amount_minor: 48_000_000 }));
  expect(at(ledger, 4)).toMatchObject({ money_state: 'held', live_flags: ['transfer_pending'] });
  takeNote(ledger, told('transaction', 5, { phase: 'settled', amount_minor: 48_000_000 }));
  expect(at(ledger, 5)).toMatchObject({ money_at_risk_minor: 1_000_000, money_state: 'none', live_flags: [] });
  expect(at(ledger, 200).money_at_risk_minor).toBeNull();
});

test('a recalled payment is no payment', () => {
  const ledger = ledgerOf(
    told('transaction', 0, { phase: 'initiated' }),
    told('transaction', 1, { phase: 'recalled' }),
  );
  expect(at(ledger, 2)).toMatchObject({
    money_moving_minor: null,
    money_state: 'none',
    money_at_risk_minor: null,
    live_flags: [],
  });
});

test('the balance a bank tells, the screen it sees, the counter, cash ordered ahead', () => {
  const ledger = ledgerOf(
    told('transaction', 0, { balance_before_minor: 50_000, device_screen_share: true, channel: 'counter' }),
    told('transaction', 1, { kind: 'cash_prebook', txn_id: 'x2', phase: 'initiated', amount_minor: 20_000 }),
  );
  expect(at(ledger, 2).live_flags).toEqual(['screen_share', 'at_counter', 'cash_prebooked']);
  expect(at(ledger, 2).money_at_risk_minor).toBe(50_000);
  takeNote(ledger, told('transaction', 3, { txn_id: 'x3', device_screen_share: false }));
  expect(at(ledger, 4).live_flags).not.toContain('screen_share');
});

test('the newest place of each kind, newest first', () => {
  const place = (kind: string, adcode: string, minute: number) => ({
    kind,
    adcode,
    station_code: null,
    at: T0 + minute * MINUTE,
    certainty: 0.5,
  });
  const ledger = ledgerOf(
    told('call', 0, { places: [place('home', '330106', 0), place('last_cell', '330108', 0)] }),
    told('call', 5, { places: [place('last_cell', '330110', 5)] }),
  );
  expect(at(ledger, 6).places.map((found) => found.adcode)).toEqual(['330110', '330106']);
});

test('a person is read back as he was written', () => {
  const person = PERSON_CODEC.empty('p');
  takeNote(
    person.ledger,
    told('call', 0, { places: [{ kind: 'home', adcode: null, station_code: 'ST', at: null, certainty: 0.5 }] }),
  );
  takeNote(
    person.ledger,
    told('transaction', 0, { phase: 'held', balance_before_minor: 5, channel: 'counter', device_remote: true }),
  );
  person.kind = 'account';
  person.scopes = [-1, 3];
  const bytes = PERSON_CODEC.encode(person);
  const read = PERSON_CODEC.decode(bytes, 'p');
  expect(read.ledger).toEqual(person.ledger);
  expect([read.kind, read.scopes]).toEqual(['account', [-1, 3]]);
  expect(PERSON_CODEC.encode(read)).toEqual(bytes);
  expect(() => PERSON_CODEC.decode(Uint8Array.from([99]), 'p')).toThrow('newer release');
});
