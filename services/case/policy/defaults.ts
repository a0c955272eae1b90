import type { Grade } from '../person/grades.ts';
import type { LevelPolicy, PolicyDocument } from './policy.ts';
import type { AreaKind, Precinct, PrecinctDocument } from './precinct.ts';
import type { RosterDocument, Shift } from './roster.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NO_MEETING: LevelPolicy['meet_s'] = { town: null, suburb: null, rural: null };

const RED: LevelPolicy = {
  p_fraud_floor: 0.5,
  ppv_target: 0.6,
  review_s: MINUTE,
  review_blocks: false,
  group_wait_s: 0,
  dispatched: true,
  deliver_s: 10,
  ack_s: MINUTE,
  contact_s: MINUTE,
  meet_s: { town: 5 * MINUTE, suburb: 10 * MINUTE, rural: null },
  movement_s: 2 * MINUTE,
  ladder: [
    { to: 'second_officer', wait_s: MINUTE },
    { to: 'duty_leader', wait_s: 0 },
    { to: 'county', wait_s: MINUTE },
    { to: 'city', wait_s: MINUTE },
  ],
  ladder_repeat: { wait_s: 3 * MINUTE, times: 5 },
  outcome_s: 30 * MINUTE,
  retry_s: 10 * MINUTE,
  second_visit_s: 2 * HOUR,
  follow_ups: [
    { kind: 'visit_or_call_24h', after_s: DAY },
    { kind: 'call_72h', after_s: 3 * DAY },
    { kind: 'day_7', after_s: 7 * DAY },
  ],
  close_s: 7 * DAY,
  role: 'station',
  channels: ['sse', 'web_push', 'sms', 'voice'],
  diversion: 'none',
  cap_per_station_day: 8,
};

const ORANGE: LevelPolicy = {
  ...RED,
  p_fraud_floor: 0.25,
  ppv_target: 0.35,
  review_s: 3 * MINUTE,
  review_blocks: true,
  group_wait_s: 30,
  deliver_s: 30,
  ack_s: 5 * MINUTE,
  contact_s: 10 * MINUTE,
  meet_s: { town: HOUR, suburb: HOUR, rural: HOUR },
  movement_s: 15 * MINUTE,
  ladder: [
    { to: 'duty_leader', wait_s: 5 * MINUTE },
    { to: 'county', wait_s: 10 * MINUTE },
  ],
  ladder_repeat: { wait_s: 15 * MINUTE, times: 3 },
  outcome_s: 4 * HOUR,
  retry_s: 30 * MINUTE,
  follow_ups: [{ kind: 'call_72h', after_s: 3 * DAY }],
  channels: ['sse', 'web_push', 'sms'],
  cap_per_station_day: 25,
};

const YELLOW: LevelPolicy = {
  ...ORANGE,
  p_fraud_floor: 0.08,
  ppv_target: 0.15,
  review_s: 15 * MINUTE,
  group_wait_s: 5 * MINUTE,
  deliver_s: 5 * MINUTE,
  ack_s: HOUR,
  contact_s: HOUR,
  meet_s: { town: DAY, suburb: DAY, rural: DAY },
  movement_s: null,
  ladder: [{ to: 'county', wait_s: 4 * HOUR }],
  ladder_repeat: { wait_s: 4 * HOUR, times: 1 },
  outcome_s: 2 * DAY,
  retry_s: 4 * HOUR,
  follow_ups: [{ kind: 'day_7', after_s: 7 * DAY }],
  role: 'community',
  channels: ['sse', 'web_push'],
  diversion: 'street',
  cap_per_station_day: 150,
};

const BLUE: LevelPolicy = {
  ...YELLOW,
  p_fraud_floor: 0.02,
  ppv_target: null,
  review_s: null,
  review_blocks: false,
  group_wait_s: 0,
  dispatched: false,
  deliver_s: 30 * MINUTE,
  ack_s: null,
  contact_s: null,
  meet_s: NO_MEETING,
  ladder: [],
  ladder_repeat: { wait_s: 0, times: 0 },
  outcome_s: 7 * DAY,
  follow_ups: [],
  channels: [],
  diversion: null,
  cap_per_station_day: null,
};

/** Domain pages D6 and D7, in seconds. */
export function defaultPolicy(): PolicyDocument {
  const levels: Record<Grade, LevelPolicy> = { BLUE, YELLOW, ORANGE, RED };
  return {
    levels,
    noise: { quiet_type_s: DAY, quiet_pair_s: 7 * DAY, watch_s: 90 * DAY, second_hit_s: DAY, flags_s: 10 * MINUTE },
    raise: { second_hit: true, new_feed: true, watch: true, unanswered: 3 },
    people: {
      undo_s: 10,
      take_back_s: DAY,
      remember_s: 30 * DAY,
      nobody_retry_s: MINUTE,
      place_fresh_s: 2 * HOUR,
      follow_up_grace_s: 7 * DAY,
    },
  };
}

interface DemoPrecinct {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly adcode: string;
  readonly area: AreaKind;
  /** first officer number; each precinct has a hundred of its own */
  readonly from: number;
}

const DEMO_COUNTY = 'yunhe';

const DEMO: readonly DemoPrecinct[] = [
  { code: 'qinghe', zh: '青禾', en: 'Qinghe', adcode: '990101', area: 'town', from: 3100 },
  { code: 'linhu', zh: '临湖', en: 'Linhu', adcode: '990102', area: 'town', from: 3200 },
  { code: 'shitang', zh: '石塘', en: 'Shitang', adcode: '990103', area: 'suburb', from: 3300 },
  { code: 'kaifaqu', zh: '开发区', en: 'Kaifaqu', adcode: '990104', area: 'suburb', from: 3400 },
];

/** The invented city of the demo. Its division codes begin with 99, which no real division has. */
export function demoPrecincts(): PrecinctDocument {
  const precincts: Record<string, Precinct> = {};
  for (const { code, zh, en, adcode, area } of DEMO) {
    precincts[code] = {
      name_zh: `${zh}派出所`,
      name_en: `${en} Station`,
      area_zh: zh === '开发区' ? zh : `${zh}街道`,
      area_en: en,
      station_code: code,
      adcodes: [adcode],
      area,
      county: DEMO_COUNTY,
    };
  }
  return { precincts, fallback: 'qinghe' };
}

function officer(number: number): string {
  return `officer-${number}`;
}

/** Two shifts; officer-3107 is first in Qinghe round the clock, so that a demo needs one phone only. */
export function demoRoster(): RosterDocument {
  const precincts: Record<string, { readonly shifts: readonly Shift[] }> = {};
  for (const { code, from } of DEMO) {
    const shift = { officers: [officer(from + 7)], leader: `leader-${code}` };
    precincts[code] = {
      shifts: [
        { ...shift, from: '08:00', to: '20:00', reserve: [officer(from + 12), officer(from + 15)] },
        { ...shift, from: '20:00', to: '08:00', reserve: [officer(from + 21)] },
      ],
    };
  }
  return {
    utc_offset_min: 480,
    precincts,
    counties: { [DEMO_COUNTY]: `desk-county-${DEMO_COUNTY}` },
    city: 'desk-city',
  };
}
