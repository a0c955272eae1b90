import { inventedMobile, namedAccount } from '../city/numbers.ts';
import type { TimedEvent } from '../city/event.ts';
import { clockMs, Scene, type StoryOptions } from './scene.ts';

/** Gateway of the bank's messages; codes come from it in all stories. */
const BANK_GATEWAY = inventedMobile(950_000_001);
const LENDER_ACCOUNT = namedAccount('lender');

function codes(scene: Scene, times: readonly string[]): void {
  for (const [i, time] of times.entries()) {
    scene.sms(time, {
      sms_id: scene.matter(`code-${i + 1}`),
      peer_tel: BANK_GATEWAY,
      sender_name: 'BANK-A',
      has_code: true,
      has_link: false,
      category: 'verify_code',
      burst_1h: i + 1,
    });
  }
}

/** A false service desk: "cancel the fee", a link, an application, the codes, a loan, and out it goes. */
export function fakeService(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('fake_service', options);
  const call_id = scene.matter('call');
  const caller = scene.stranger();
  const line = { call_id, peer_tel: caller, route: 'intl_gateway', media: 'voice', first_contact: true } as const;
  scene.call('0:00', { ...line, phase: 'answered', duration_s: 0 });
  scene.sms('2:30', {
    sms_id: scene.matter('link'),
    peer_tel: scene.stranger(),
    has_link: true,
    link_domain: 'refund-desk.example',
    has_code: false,
    category: 'other',
  });
  scene.visit('3:10', {
    domain: 'refund-desk.example',
    content_class: 'meeting_app',
    app_pkg: 'example.refund.desk',
    app_sideload: true,
    domain_age_d: 2,
    referrer: 'sms',
    verdict: 'unknown',
  });
  codes(scene, ['4:00', '4:20', '4:45']);
  scene.call('5:00', { ...line, phase: 'in_progress', duration_s: clockMs('5:00') / 1000 });
  scene.pay('6:00', {
    txn_id: scene.matter('loan'),
    phase: 'settled',
    kind: 'loan_in',
    payer_acct: LENDER_ACCOUNT,
    payer_inst: 'LENDER-C',
    payee_acct: scene.account(0),
    payee_inst: 'BANK-A',
    amount_minor: 8_000_000,
  });
  for (const [i, time] of ['7:00', '8:30'].entries()) {
    scene.pay(time, {
      txn_id: scene.matter(`out-${i + 1}`),
      phase: 'settled',
      kind: 'transfer_out',
      payer_acct: scene.account(0),
      payer_inst: 'BANK-A',
      payee_acct: scene.newPayee(),
      payee_inst: 'BANK-B',
      payee_kind: 'personal',
      payee_acct_age_d: 6,
      amount_minor: i === 0 ? 4_900_000 : 7_800_000,
      first_payee: true,
      delay_mode: 'realtime',
    });
  }
  scene.call('15:00', { ...line, phase: 'ended', duration_s: 900, release: 'normal' });
  return scene.events;
}

/** A call with the screen shared: whoever is on the other side sees every code. */
export function screenShare(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('screen_share', options);
  const call_id = scene.matter('call');
  const line = { call_id, peer_tel: scene.stranger(), route: 'voip', media: 'app_voip', first_contact: true } as const;
  scene.call('0:00', { ...line, phase: 'answered', duration_s: 0 });
  scene.visit('1:30', {
    domain: 'quick-help.example',
    content_class: 'remote_app',
    app_pkg: 'example.quick.help',
    app_sideload: true,
    domain_age_d: 9,
    referrer: 'chat',
    verdict: 'unknown',
  });
  const session = {
    payer_inst: 'BANK-A',
    payee_kind: 'personal',
    device_screen_share: true,
    device_remote: false,
    device_call_active: true,
    first_payee: true,
    delay_mode: 'realtime',
  } as const;
  const out = {
    ...session,
    txn_id: scene.matter('out-1'),
    kind: 'transfer_out',
    payer_acct: scene.account(0),
    payee_acct: scene.newPayee(),
    payee_inst: 'BANK-D',
    payee_acct_age_d: 11,
    amount_minor: 4_900_000,
  } as const;
  codes(scene, ['3:20', '3:35']);
  scene.pay('3:40', { ...out, phase: 'initiated' });
  scene.pay('3:55', { ...out, phase: 'settled' });
  scene.pay('5:30', { ...out, phase: 'initiated', txn_id: scene.matter('out-2'), payer_acct: scene.account(1) });
  scene.call('9:00', { ...line, phase: 'ended', duration_s: 540, release: 'normal' });
  return scene.events;
}
