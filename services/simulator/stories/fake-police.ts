import { timeText, type TimedEvent } from '../city/event.ts';
import { clockMs, Scene, type StoryOptions } from './scene.ts';

/** When the telling things happen. The call is answered at 0:00. */
interface Times {
  readonly secondLeg: string;
  readonly fiveMinutes: string;
  readonly gathered: string;
  readonly transfer: string;
  readonly ended: string;
}

/** The golden trace, D9 of the domain notes. */
export const GOLDEN_TIMES: Times = {
  secondLeg: '3:00',
  fiveMinutes: '5:00',
  gathered: '6:10',
  transfer: '7:30',
  ended: '10:40',
};

/** For the demo, which begins at 4:30 and must show a RED within the minute: the money is gathered sooner. */
export const HURRIED_TIMES: Times = { ...GOLDEN_TIMES, gathered: '5:12', transfer: '6:30' };

const GATHERED_MINOR = [30_000_000, 19_000_000] as const;
const TRANSFER_MINOR = 48_000_000;

/** An overseas call under the number of the police, handed on after three minutes; the line stays busy all the time. */
function talk(scene: Scene, secondLeg: string): { readonly callId: string; readonly peers: readonly [string, string] } {
  const callId = scene.matter('call');
  const peers = [scene.stranger(), scene.stranger()] as const;
  const line = { call_id: callId, route: 'intl_gateway', media: 'voice', first_contact: true } as const;
  scene.call('0:00', {
    ...line,
    phase: 'answered',
    peer_tel: peers[0],
    displayed_number: '110',
    display_mismatch: true,
    duration_s: 0,
    subscriber_cell: `${scene.person.home.adcode}:${scene.person.home.station_code}`,
  });
  const duration_s = clockMs(secondLeg) / 1000;
  scene.call(secondLeg, { ...line, phase: 'in_progress', peer_tel: peers[1], duration_s });
  return { callId, peers };
}

/** Both legs end: whoever waits for one caller alone must hear of it too. */
function hangUp(scene: Scene, time: string, callId: string, peers: readonly [string, string]): void {
  const duration_s = clockMs(time) / 1000;
  for (const peer_tel of peers) {
    scene.call(time, {
      call_id: callId,
      phase: 'ended',
      peer_tel,
      duration_s,
      release: 'normal',
      route: 'intl_gateway',
    });
  }
}

function tell(name: string, options: StoryOptions, times: Times): TimedEvent[] {
  const scene = new Scene(name, options);
  const { callId, peers } = talk(scene, times.secondLeg);
  scene.call(times.fiveMinutes, {
    call_id: callId,
    phase: 'in_progress',
    peer_tel: peers[1],
    route: 'intl_gateway',
    media: 'voice',
    first_contact: true,
    duration_s: clockMs(times.fiveMinutes) / 1000,
  });
  scene.visit(times.fiveMinutes, {
    domain: 'get.online-case-room.example',
    content_class: 'meeting_app',
    app_pkg: 'example.meeting.room',
    app_sideload: true,
    domain_age_d: 4,
    referrer: 'chat',
    verdict: 'unknown',
  });
  const payer_inst = 'BANK-A';
  const own = scene.account(0);
  for (const [i, amount_minor] of GATHERED_MINOR.entries()) {
    scene.pay(times.gathered, {
      txn_id: scene.matter(`gather-${i + 1}`),
      phase: 'settled',
      kind: 'self_move',
      payer_acct: scene.account(i + 1),
      payer_inst,
      payee_acct: own,
      payee_inst: payer_inst,
      payee_kind: 'personal',
      amount_minor,
      balance_before_minor: amount_minor,
      balance_ratio: 1,
      first_payee: false,
    });
  }
  const out = {
    txn_id: scene.matter('out'),
    kind: 'transfer_out',
    payer_acct: own,
    payer_inst,
    payee_acct: scene.newPayee(),
    payee_inst: 'BANK-B',
    payee_kind: 'personal',
    payee_acct_age_d: 3,
    amount_minor: TRANSFER_MINOR,
    balance_before_minor: GATHERED_MINOR[0] + GATHERED_MINOR[1],
    balance_ratio: 0.98,
    delay_mode: 'realtime',
    first_payee: true,
  } as const;
  scene.pay(times.transfer, { ...out, phase: 'initiated' });
  scene.pay(times.transfer, { ...out, phase: 'held' });
  hangUp(scene, times.ended, callId, peers);
  return scene.events;
}

/** The golden story: 490,000 yuan, a call that goes on, two accounts emptied into one. */
export function fakePolice(options: StoryOptions): TimedEvent[] {
  return tell('fake_police', options, GOLDEN_TIMES);
}

export function fakePoliceHurried(options: StoryOptions): TimedEvent[] {
  return tell('fake_police', options, HURRIED_TIMES);
}

/** Variant: the call ends at 4:50, before it is telling. */
export function callEndsEarly(options: StoryOptions): TimedEvent[] {
  const scene = new Scene('call_ends_early', options);
  const { callId, peers } = talk(scene, GOLDEN_TIMES.secondLeg);
  hangUp(scene, '4:50', callId, peers);
  return scene.events;
}

/** Variant: the call ended at 4:50, but its operator says so four minutes later. */
export function lateEnded(options: StoryOptions): TimedEvent[] {
  const late = clockMs('4:00');
  return callEndsEarly({ ...options, run: `late${options.run ?? ''}` }).map(({ at_ms, event }) => {
    if (event.type !== 'call' || event.phase !== 'ended') return { at_ms, event };
    return { at_ms: at_ms + late, event: { ...event, accepted_at: timeText(at_ms + late) } };
  });
}

/** Variant: every event comes twice, and once more from a second feed of the same source under another id. */
export function duplicateFeeds(options: StoryOptions): TimedEvent[] {
  return fakePolice(options).flatMap((timed) => {
    const twin = { at_ms: timed.at_ms, event: { ...timed.event, id: `${timed.event.id}-b` } };
    return [timed, timed, twin];
  });
}
