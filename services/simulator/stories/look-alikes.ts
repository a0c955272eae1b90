import { inventedMobile, inventedOverseas, namedAccount } from '../city/numbers.ts';
import type { TimedEvent } from '../city/event.ts';
import { Scene, type StoryOptions } from './scene.ts';

/** Numbers that do nothing but what they say. */
const STATION = inventedMobile(900_110_001);
const COURIER = inventedMobile(800_000_003);
const SHOP_DESK = inventedMobile(900_000_004);
const LANDLORD = namedAccount('landlord');
const SHOP_WALLET = namedAccount('shop wallet');
const CANTEEN = namedAccount('canteen');

function calls(
  scene: Scene,
  fields: Parameters<Scene['call']>[1],
  answered: string,
  ended: string,
  seconds: number,
): void {
  scene.call(answered, { ...fields, phase: 'answered', duration_s: 0 });
  for (let at = 300; at < seconds; at += 300) {
    const time = `${Number(answered.split(':')[0]) + at / 60}:00`;
    scene.call(time, { ...fields, phase: 'in_progress', duration_s: at });
  }
  scene.call(ended, { ...fields, phase: 'ended', duration_s: seconds, release: 'normal' });
}

/** The real police: a long first call from the station, and nothing about money. */
export function realPoliceCall(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('real_police_call', options);
  const call_id = scene.matter('call');
  const fields = { call_id, peer_tel: STATION, route: 'domestic', media: 'voice', first_contact: true } as const;
  calls(scene, { ...fields, peer_list_hits: ['gov'] }, '0:00', '8:00', 480);
  return scene.events;
}

/** A courier at the gate: unknown number, half a minute. */
export function courierCall(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('courier_call', options);
  const fields = { call_id: scene.matter('call'), peer_tel: COURIER, route: 'domestic', first_contact: true } as const;
  calls(scene, fields, '0:00', '0:35', 35);
  return scene.events;
}

/** A child abroad: overseas, long, every week; and the rent is sent to them the same evening. */
export function overseasFamilyCall(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('overseas_family_call', options);
  const peer_tel = inventedOverseas(7);
  const fields = { call_id: scene.matter('call'), peer_tel, route: 'intl_gateway', first_contact: false } as const;
  calls(scene, fields, '0:00', '25:00', 1500);
  scene.pay('40:00', {
    txn_id: scene.matter('rent'),
    phase: 'settled',
    kind: 'transfer_out',
    payer_acct: scene.account(0),
    payer_inst: 'BANK-A',
    payee_acct: LANDLORD,
    payee_inst: 'BANK-E',
    payee_kind: 'personal',
    amount_minor: 600_000,
    first_payee: false,
  });
  return scene.events;
}

/** A real refund: the shop's desk calls about an order, the money comes in by itself. */
export function realRefundCall(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('real_refund_call', options);
  const fields = {
    call_id: scene.matter('call'),
    peer_tel: SHOP_DESK,
    route: 'domestic',
    first_contact: true,
  } as const;
  calls(scene, fields, '0:00', '3:20', 200);
  scene.pay('9:00', {
    txn_id: scene.matter('refund'),
    phase: 'settled',
    kind: 'refund_in',
    payer_acct: SHOP_WALLET,
    payer_inst: 'WALLET-F',
    payee_acct: scene.account(0),
    payee_inst: 'BANK-A',
    amount_minor: 23_900,
  });
  return scene.events;
}

/** A colleague helps with the computer: a known caller, an application from the shop, lunch is paid afterwards. */
export function workMeeting(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('work_meeting', options);
  const peer_tel = inventedMobile(2007);
  const fields = { call_id: scene.matter('call'), peer_tel, route: 'domestic', first_contact: false } as const;
  scene.visit('0:00', {
    domain: 'meet.work.example',
    content_class: 'meeting_app',
    app_pkg: 'example.work.meet',
    app_sideload: false,
    domain_age_d: 3000,
    referrer: 'direct',
    verdict: 'benign',
  });
  calls(scene, fields, '0:00', '12:00', 720);
  scene.pay('14:00', {
    txn_id: scene.matter('lunch'),
    phase: 'settled',
    kind: 'qr_pay',
    payer_acct: scene.account(0),
    payer_inst: 'BANK-A',
    payee_acct: CANTEEN,
    payee_kind: 'merchant',
    amount_minor: 3_200,
    channel: 'wallet',
    device_screen_share: false,
  });
  return scene.events;
}

/** Salary to the savings account, as every month: own money, no call. */
export function ownTransfer(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('own_transfer', options);
  scene.pay('0:00', {
    txn_id: scene.matter('move'),
    phase: 'settled',
    kind: 'self_move',
    payer_acct: scene.account(0),
    payer_inst: 'BANK-A',
    payee_acct: scene.account(1),
    payee_inst: 'BANK-A',
    payee_kind: 'personal',
    amount_minor: 1_500_000,
    balance_ratio: 0.4,
    first_payee: false,
  });
  return scene.events;
}
