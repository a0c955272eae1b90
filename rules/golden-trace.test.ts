import { expect, test } from 'vitest';
import { packFiles } from './cli/files.ts';
import { compile, type EventType } from './language/index.ts';
import { eventOf } from './language/evaluate/trial/events.ts';
import { World } from './language/evaluate/trial/world.ts';

/** All packs at once over the golden trace (D9 of the domain notes) and its variants; the stories in the packs run rule by rule. */
const BASE = Date.UTC(2026, 5, 15, 6, 2, 0);
const { plan } = compile(packFiles());

interface Told {
  readonly at: string;
  readonly type: EventType;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly late?: string;
}

function ms(clock: string): number {
  const [minutes = '0', seconds = '0'] = clock.split(':');
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}

function clock(at: number): string {
  const seconds = (at - BASE) / 1000;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function play(told: readonly Told[]) {
  const world = new World(plan, {});
  for (const [index, { at, type, fields, late }] of told.entries()) {
    const event = { at_ms: ms(at), late_ms: ms(late ?? '0:00'), type, fields: { subject: 'P1', ...fields } };
    world.accept(type, eventOf('golden', index, event, BASE));
  }
  world.advance(BASE + ms('60:00'));
  const { hits, withdrawals } = world.outputs;
  return {
    said: hits.map((hit) => `${clock(hit.occurred_at)} ${hit.level} ${hit.rule.id} ${hit.stage.id}`),
    feeds: Object.fromEntries(hits.map((hit) => [`${clock(hit.occurred_at)} ${hit.stage.id}`, hit.feeds])),
    sentences: hits.flatMap((hit) => hit.evidence),
    withdrawn: withdrawals.map((withdrawal) => `${clock(withdrawal.at)} ${withdrawal.stage}`),
  };
}

const line = {
  direction: 'incoming',
  subscriber_tel: 'S1',
  call_id: 'C1',
  peer_number_class: 'intl_00',
  route: 'intl_gateway',
  first_contact: true,
};
const call = (at: string, phase: string, peer_tel: string, more: object = {}): Told => ({
  at,
  type: 'call',
  fields: { ...line, phase, peer_tel, ...more },
});
const pay = (
  at: string,
  phase: string,
  kind: string,
  payer_acct: string,
  payee_acct: string,
  amount_minor: number,
  more: object = {},
): Told => ({
  at,
  type: 'transaction',
  fields: { phase, kind, payer_acct, payee_acct, amount_minor, currency: 'CNY', direction: 'outgoing', ...more },
});
const out = { first_payee: true, payee_kind: 'personal', txn_id: 'T1' };

const OPENING = [
  call('0:00', 'answered', 'X1', { display_mismatch: true, displayed_number: 'D1' }),
  call('3:00', 'in_progress', 'X2'),
];
const GOLDEN: readonly Told[] = [
  ...OPENING,
  call('5:00', 'in_progress', 'X2'),
  {
    at: '5:00',
    type: 'domain_visit',
    fields: {
      subscriber_tel: 'S1',
      domain: 'get.online-case-room.example',
      content_class: 'meeting_app',
      app_sideload: true,
      domain_age_d: 4,
    },
  },
  pay('6:10', 'settled', 'self_move', 'A2', 'A1', 30_000_000),
  pay('6:10', 'settled', 'self_move', 'A3', 'A1', 19_000_000),
  pay('7:30', 'initiated', 'transfer_out', 'A1', 'M9', 48_000_000, out),
  pay('7:30', 'held', 'transfer_out', 'A1', 'M9', 48_000_000, out),
  call('10:40', 'ended', 'X1', { duration_s: 640 }),
  call('10:40', 'ended', 'X2', { duration_s: 640 }),
];

const EXPECTED = [
  '3:00 BLUE fake_police.second_leg leg',
  '5:00 ORANGE fake_police.call_then_new_payee call',
  '5:00 ORANGE fake_police.app_on_call app',
  '6:10 RED fake_police.own_money_gathered gather',
  '7:30 RED fake_police.call_then_new_payee pay',
  '7:30 RED fake_police.call_then_new_payee held',
  '10:40 BLUE fake_police.hung_up end',
];

test('the golden trace: BLUE at 3:00, ORANGE at 5:00, RED at 6:10, told again at 7:30', () => {
  const { said, feeds, withdrawn } = play(GOLDEN);
  expect(said).toEqual(EXPECTED);
  expect(withdrawn).toEqual([]);
  expect(feeds['6:10 gather']).toEqual(expect.arrayContaining(['call', 'transaction', 'domain_visit']));
});

test('each event told twice by two feeds says the same', () => {
  expect(play(GOLDEN.flatMap((told) => [told, told])).said).toEqual(EXPECTED);
});

test('a real police call without a sign of money says nothing', () => {
  const real = { peer_number_class: 'landline', route: 'domestic', display_mismatch: false, peer_list_hits: ['gov'] };
  expect(play([call('0:00', 'answered', 'K1', real), call('8:00', 'ended', 'K1', real)]).said).toEqual([]);
});

test('the call that ends at 4:50 is no ORANGE', () => {
  expect(play([...OPENING, call('4:50', 'ended', 'X1'), call('4:50', 'ended', 'X2')]).said).toEqual([EXPECTED[0]]);
});

test('an end at 4:50 that is told four minutes late takes the ORANGE back', () => {
  const { said, withdrawn } = play([...OPENING, { ...call('4:50', 'ended', 'X1'), late: '4:00' }]);
  expect(said).toEqual(EXPECTED.slice(0, 2));
  expect(withdrawn).toEqual(['8:50 call']);
});

test('every sentence, its values in it, has at most 18 汉字 and 8 English words', () => {
  for (const { text_zh, text_en } of play(GOLDEN).sentences) {
    expect([text_zh, (text_zh.match(/\p{Script=Han}/gu)?.length ?? 0) <= 18]).toEqual([text_zh, true]);
    expect([text_en, text_en.split(/\s+/).length <= 8]).toEqual([text_en, true]);
  }
});
