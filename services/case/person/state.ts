import type {
  CaseRequest,
  CaseStatus,
  ContactTry,
  Diversion,
  Evidence,
  FeedKind,
  FollowUpKind,
  LabelledRule,
  LabelValue,
  LevelSource,
  OutcomeCode,
  OutcomeSubCode,
  Place,
  RequestKind,
  ReviewState,
  Role,
  ScamStage,
  ScamType,
  SubjectKind,
  Warning,
} from '@yujing/schemas';
import type { Grade } from './grades.ts';

/** What a case keeps of a warning: everything but the long lists, which the case keeps once. */
export type HeldWarning = Pick<
  Warning,
  | 'warning_id'
  | 'rule'
  | 'rule_version'
  | 'rule_hash'
  | 'rule_stage'
  | 'scam_type'
  | 'scam_stage'
  | 'modes'
  | 'level'
  | 'score'
  | 'p_fraud'
  | 'created_at'
  | 'trigger_event_id'
  | 'title_zh'
  | 'title_en'
  | 'score_parts'
  | 'feeds'
  | 'live_flags'
  | 'suspect'
  | 'suspect_kind'
  | 'call_answered_at'
  | 'call_ended_at'
  | 'money_at_risk_minor'
  | 'money_moving_minor'
  | 'money_state'
  | 'currency'
  | 'advice_key'
  | 'retrospective'
  | 'delayed'
> & { withdrawn: boolean };

/** `by` = warnings that show it, by short id: when the last of them is withdrawn, it goes too. */
export type HeldEvidence = Evidence & { by: string[] };

/** The officer's four steps, in order. */
export const STEPS = ['accept', 'en_route', 'on_site', 'with_person'] as const;
export type Step = (typeof STEPS)[number];

export interface StepTime {
  at: number;
  /** true: nobody pressed it, a later step says it must have been */
  implied: boolean;
}

export type OrderCondition = 'open' | 'declined' | 'replaced' | 'handed_over';
/** Why an order was given; the status of a case that nobody has accepted follows from the newest. */
export type OrderCause = 'first' | 'level' | 'escalation' | 'hand_over';

/** The last thing an officer did on an order, so that it can be taken back. */
export interface Undo {
  command_id: string;
  /** server time of appending, and the merged time */
  received_at: number;
  at: number;
  condition: OrderCondition;
  steps: Record<Step, StepTime | null>;
  lapsed: boolean;
  moves_by: number | null;
  request: RequestKind | null;
}

export interface OrderState {
  order_id: string;
  step: number;
  officer: string;
  precinct: string;
  role: Role;
  level: Grade;
  cause: OrderCause;
  issued_at: number;
  ack_ms: number | null;
  sent_at: number | null;
  delivered_at: number | null;
  /** after its delivery the next rung is called; null = there is none */
  next_after_ms: number | null;
  condition: OrderCondition;
  steps: Record<Step, StepTime | null>;
  /** when its first answer came in, by the server's clock */
  taken_at: number | null;
  moves_by: number | null;
  /** acknowledged without movement in time: the next one was called */
  lapsed: boolean;
  undo: Undo | null;
}

export interface Review {
  state: ReviewState;
  due_at: number | null;
  hold_until: number | null;
}

export interface OutcomeState {
  command_id: string;
  label_id: string;
  code: OutcomeCode;
  sub_code: OutcomeSubCode | null;
  label: LabelValue;
  at: number;
  received_at: number;
}

export interface FollowUpState {
  follow_up_id: string;
  kind: FollowUpKind;
  due_at: number;
  done_at: number | null;
}

export interface CaseState {
  case_id: string;
  subject_kind: SubjectKind;
  revision: number;
  opened_at: number;
  /** created_at of the first warning above BLUE */
  warned_at: number | null;
  red_at: number | null;
  level: Grade;
  level_source: LevelSource;
  /** an analyst's word on the level */
  override: { kind: 'raise' | 'lower'; level: Grade; by: string } | null;
  /** raised by what happened in the case itself (second hit, unanswered calls ...) */
  floor: Grade;
  warnings: HeldWarning[];
  /** warnings beyond the cap, of which only this is kept */
  folded_rules: LabelledRule[];
  folded_feeds: FeedKind[];
  evidence: HeldEvidence[];
  places: Place[];
  review: Review;
  unreviewed: boolean;
  diversion: Diversion | null;
  precinct: string | null;
  dispatched_at: number | null;
  orders: OrderState[];
  step: number;
  /** next rung of the ladder */
  rung: number;
  repeats: number;
  /** nobody could be found: tried again then */
  retry_at: number | null;
  contact_due_at: number | null;
  meet_due_at: number | null;
  outcome_due_at: number | null;
  /** true: set by hand of an outcome (retry, second visit), not by the contact */
  outcome_due_kept: boolean;
  /** its lateness was already told to the leader */
  outcome_late_told: boolean;
  contact_tries: ContactTry[];
  unanswered: number;
  answered_at: number | null;
  met_at: number | null;
  requests: CaseRequest[];
  outcome: OutcomeState | null;
  follow_ups: FollowUpState[];
  merged_into: string | null;
  quiet_until: number | null;
  close_at: number;
  ended: { status: CaseStatus; at: number } | null;
}

/** All that is kept of a case that is long over. */
export interface ClosedCase {
  case_id: string;
  status: CaseStatus;
  level: Grade;
  scam_type: ScamType;
  outcome_code: OutcomeCode | null;
  ended_at: number;
}

/** What is not worth a card for a while, and why. */
export interface Quiet {
  kind: 'type' | 'pair';
  case_id: string;
  scam_type: ScamType;
  scam_stage: ScamStage;
  level: Grade;
  suspects: string[];
  until: number;
}

/** id (short) and the hour since 1970 in which it came */
export type Remembered = [id: string, hour: number];

/** One person: the entity of this stage. */
export interface Person {
  /** largest time of the person's records: the only clock here */
  now: number;
  open: CaseState | null;
  /** ended cases that may still change: follow-ups, outcome taken back; newest first */
  recent: CaseState[];
  /** newest first */
  closed: ClosedCase[];
  commands: Remembered[];
  warnings: Remembered[];
  quiet: Quiet[];
  /** raised watch after a true matter */
  watch_until: number | null;
  /** key of the deadline that is set */
  timer: string | null;
  /** the person this number or account turned out to belong to */
  moved_to: string | null;
}

export function newPerson(): Person {
  return {
    now: 0,
    open: null,
    recent: [],
    closed: [],
    commands: [],
    warnings: [],
    quiet: [],
    watch_until: null,
    timer: null,
    moved_to: null,
  };
}
