import { CHANNEL_SYMBOLS, DIVERSION_SYMBOLS, FOLLOW_UP_KIND_SYMBOLS, ROLE_SYMBOLS } from '@yujing/schemas';
import type { Channel, Diversion, FollowUpKind, Role } from '@yujing/schemas';
import { GRADES, type Grade } from '../person/grades.ts';
import { fields, flag, list, number, oneOf, orNull, parseDocument, seconds, type Check } from './check.ts';
import type { AreaKind } from './precinct.ts';

/** Whom a rung of the ladder calls. */
export const RUNG_TARGETS = ['second_officer', 'duty_leader', 'county', 'city'] as const;
export type RungTarget = (typeof RUNG_TARGETS)[number];

export interface Rung {
  readonly to: RungTarget;
  /** after the delivery of the step before; 0 = together with it */
  readonly wait_s: number;
}

/** Clocks and duties of one level, domain page D6. Everything in seconds, so that a test can scale it. */
export interface LevelPolicy {
  /** binds once `p_fraud` is measured */
  readonly p_fraud_floor: number;
  readonly ppv_target: number | null;
  /** time for the analyst; null = no review */
  readonly review_s: number | null;
  /** true: an order waits for the review or its limit; false: review in parallel */
  readonly review_blocks: boolean;
  readonly group_wait_s: number;
  /** false: written down, never an order */
  readonly dispatched: boolean;
  readonly deliver_s: number;
  readonly ack_s: number | null;
  /** first voice attempt */
  readonly contact_s: number | null;
  readonly meet_s: Readonly<Record<AreaKind, number | null>>;
  /** acknowledged but not moving */
  readonly movement_s: number | null;
  readonly ladder: readonly Rung[];
  /** after the last rung its desk is called again */
  readonly ladder_repeat: { readonly wait_s: number; readonly times: number };
  /** after contact */
  readonly outcome_s: number;
  /** after "not found yet" */
  readonly retry_s: number;
  readonly second_visit_s: number;
  readonly follow_ups: ReadonlyArray<{ readonly kind: FollowUpKind; readonly after_s: number }>;
  /** without any news */
  readonly close_s: number;
  readonly role: Role;
  readonly channels: readonly Channel[];
  readonly diversion: Diversion | null;
  /** advice for the commander: no state is kept across persons */
  readonly cap_per_station_day: number | null;
}

export interface NoisePolicy {
  /** same person and scam type after T6, F1 or a rejection */
  readonly quiet_type_s: number;
  /** person and counterparty after F1; never RED */
  readonly quiet_pair_s: number;
  /** raised watch after T1 to T8 without T6 */
  readonly watch_s: number;
  /** second BLUE of another party within this time */
  readonly second_hit_s: number;
  /** how long a flag seen by an older warning of the case is believed */
  readonly flags_s: number;
}

export interface RaisePolicy {
  readonly second_hit: boolean;
  readonly new_feed: boolean;
  readonly watch: boolean;
  /** unanswered attempts; 0 = never */
  readonly unanswered: number;
}

export interface PeoplePolicy {
  readonly undo_s: number;
  readonly take_back_s: number;
  /** ids of commands and warnings are remembered at least so long */
  readonly remember_s: number;
  readonly nobody_retry_s: number;
  /** how long a place that moves with the person is believed */
  readonly place_fresh_s: number;
  /** after the last follow-up was due */
  readonly follow_up_grace_s: number;
}

export interface PolicyDocument {
  readonly levels: Readonly<Record<Grade, LevelPolicy>>;
  readonly noise: NoisePolicy;
  readonly raise: RaisePolicy;
  readonly people: PeoplePolicy;
}

function known(symbols: readonly string[]): readonly string[] {
  return symbols.filter((symbol) => symbol !== 'UNKNOWN');
}

const AREA_SECONDS = fields({ town: orNull(seconds), suburb: orNull(seconds), rural: orNull(seconds) });

const LEVEL: Check = fields({
  p_fraud_floor: number(0, 1),
  ppv_target: orNull(number(0, 1)),
  review_s: orNull(seconds),
  review_blocks: flag,
  group_wait_s: seconds,
  dispatched: flag,
  deliver_s: seconds,
  ack_s: orNull(seconds),
  contact_s: orNull(seconds),
  meet_s: AREA_SECONDS,
  movement_s: orNull(seconds),
  ladder: list(fields({ to: oneOf(RUNG_TARGETS), wait_s: seconds }), { maximum: 12 }),
  ladder_repeat: fields({ wait_s: seconds, times: number(0, 20) }),
  outcome_s: seconds,
  retry_s: seconds,
  second_visit_s: seconds,
  follow_ups: list(fields({ kind: oneOf(known(FOLLOW_UP_KIND_SYMBOLS)), after_s: seconds }), { maximum: 4 }),
  close_s: seconds,
  role: oneOf(known(ROLE_SYMBOLS)),
  channels: list(oneOf(known(CHANNEL_SYMBOLS)), { maximum: 8 }),
  diversion: orNull(oneOf(known(DIVERSION_SYMBOLS))),
  cap_per_station_day: orNull(number(0, 100_000)),
});

const POLICY: Check = fields({
  levels: fields(Object.fromEntries(GRADES.map((grade) => [grade, LEVEL]))),
  noise: fields({
    quiet_type_s: seconds,
    quiet_pair_s: seconds,
    watch_s: seconds,
    second_hit_s: seconds,
    flags_s: seconds,
  }),
  raise: fields({ second_hit: flag, new_feed: flag, watch: flag, unanswered: number(0, 100) }),
  people: fields({
    undo_s: seconds,
    take_back_s: seconds,
    remember_s: seconds,
    nobody_retry_s: seconds,
    place_fresh_s: seconds,
    follow_up_grace_s: seconds,
  }),
});

/** @throws DocumentError */
export function parsePolicy(json: string): PolicyDocument {
  return parseDocument('Policy', json, POLICY);
}

const UNSCALED = new Set(['remember_s', 'undo_s', 'take_back_s', 'place_fresh_s']);

/**
 * The same policy on a faster clock (1:30 in the cluster's test). How long ids are remembered and how long a person may take
 * something back stay as they are: fingers do not get faster.
 */
export function scalePolicy(policy: PolicyDocument, factor: number): PolicyDocument {
  return JSON.parse(JSON.stringify(policy), (name, value: unknown) => scaled(name, value, factor)) as PolicyDocument;
}

function scaled(name: string, value: unknown, factor: number): unknown {
  const isDuration = name.endsWith('_s') || name === 'town' || name === 'suburb' || name === 'rural';
  return isDuration && typeof value === 'number' && !UNSCALED.has(name) ? value * factor : value;
}

export function ms(time_s: number): number {
  return Math.round(time_s * 1000);
}

export function msOrNull(time_s: number | null): number | null {
  return time_s === null ? null : ms(time_s);
}
