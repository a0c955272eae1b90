// Written by schemas/generate.mjs from schemas/avro. Do not edit.

/** What is adopted, and what a head points at. */
export const ADOPT_KIND_SYMBOLS = ['behaviour', 'ruleset', 'list', 'policy', 'roster', 'precinct', 'model', 'UNKNOWN'] as const
/** What is adopted, and what a head points at. */
export type AdoptKind = (typeof ADOPT_KIND_SYMBOLS)[number]

/** Age band from the register, never the age. */
export const AGE_BAND_SYMBOLS = ['minor', 'adult', 'senior', 'unknown', 'UNKNOWN'] as const
/** Age band from the register, never the age. */
export type AgeBand = (typeof AGE_BAND_SYMBOLS)[number]

/** Whether the person believed the officer. */
export const BELIEVED_SYMBOLS = ['yes', 'half', 'no', 'UNKNOWN'] as const
/** Whether the person believed the officer. */
export type Believed = (typeof BELIEVED_SYMBOLS)[number]

/** Medium of a call. */
export const CALL_MEDIA_SYMBOLS = ['voice', 'video', 'app_voip', 'UNKNOWN'] as const
/** Medium of a call. */
export type CallMedia = (typeof CALL_MEDIA_SYMBOLS)[number]

/** Phase of a call. */
export const CALL_PHASE_SYMBOLS = ['ringing', 'answered', 'in_progress', 'ended', 'UNKNOWN'] as const
/** Phase of a call. */
export type CallPhase = (typeof CALL_PHASE_SYMBOLS)[number]

/** Why a call ended. */
export const CALL_RELEASE_SYMBOLS = ['normal', 'busy', 'no_answer', 'rejected', 'network', 'UNKNOWN'] as const
/** Why a call ended. */
export type CallRelease = (typeof CALL_RELEASE_SYMBOLS)[number]

/** Way by which a call entered the network. */
export const CALL_ROUTE_SYMBOLS = ['domestic', 'intl_gateway', 'voip', 'trunk', 'unknown', 'UNKNOWN'] as const
/** Way by which a call entered the network. */
export type CallRoute = (typeof CALL_ROUTE_SYMBOLS)[number]

/** Whom help is asked of. */
export const REQUEST_KIND_SYMBOLS = ['bank', 'centre', 'operator', 'family', 'volunteer', 'backup', 'medical', 'UNKNOWN'] as const
/** Whom help is asked of. */
export type RequestKind = (typeof REQUEST_KIND_SYMBOLS)[number]

/** Answer to a request for help. */
export const REQUEST_ANSWER_SYMBOLS = ['done', 'refused', 'too_late', 'partial', 'UNKNOWN'] as const
/** Answer to a request for help. */
export type RequestAnswer = (typeof REQUEST_ANSWER_SYMBOLS)[number]

/** State of a case. */
export const CASE_STATUS_SYMBOLS = ['created', 'in_review', 'rejected', 'merged', 'approved', 'dispatched', 'acked', 'en_route', 'on_site', 'contacted', 'outcome_reported', 'follow_up', 'closed', 'escalated', 'handed_over', 'expired', 'UNKNOWN'] as const
/** State of a case. */
export type CaseStatus = (typeof CASE_STATUS_SYMBOLS)[number]

/** Way by which something is delivered. */
export const CHANNEL_SYMBOLS = ['sse', 'web_push', 'sms', 'voice', 'webhook', 'UNKNOWN'] as const
/** Way by which something is delivered. */
export type Channel = (typeof CHANNEL_SYMBOLS)[number]

/** Way of contact. */
export const CONTACT_METHOD_SYMBOLS = ['sms', 'flash_sms', 'ai_call', 'human_call', 'family_call', 'work_call', 'visit', 'bank_teller', 'volunteer_visit', 'UNKNOWN'] as const
/** Way of contact. */
export type ContactMethod = (typeof CONTACT_METHOD_SYMBOLS)[number]

/** Result of an attempt at contact. */
export const CONTACT_RESULT_SYMBOLS = ['answered', 'busy', 'refused', 'no_answer', 'hung_up', 'wrong_number', 'off', 'not_there', 'met', 'read', 'delivered', 'UNKNOWN'] as const
/** Result of an attempt at contact. */
export type ContactResult = (typeof CONTACT_RESULT_SYMBOLS)[number]

/** What a site or application pretends to be. */
export const CONTENT_CLASS_SYMBOLS = ['bank', 'gov', 'police', 'loan', 'invest', 'task', 'shop', 'game', 'meeting_app', 'remote_app', 'app_download', 'other', 'UNKNOWN'] as const
/** What a site or application pretends to be. */
export type ContentClass = (typeof CONTENT_CLASS_SYMBOLS)[number]

/** Decision of an analyst. */
export const DECISION_KIND_SYMBOLS = ['confirm', 'raise', 'lower', 'reject', 'merge', 'hold', 'dispatch', 'UNKNOWN'] as const
/** Decision of an analyst. */
export type DecisionKind = (typeof DECISION_KIND_SYMBOLS)[number]

/** Reason of a decision. */
export const DECISION_REASON_SYMBOLS = ['known_good_peer', 'business_call', 'own_account', 'duplicate', 'weak_evidence', 'strong_evidence', 'new_info', 'bank_confirmed', 'other', 'UNKNOWN'] as const
/** Reason of a decision. */
export type DecisionReason = (typeof DECISION_REASON_SYMBOLS)[number]

/** When a transfer takes effect. */
export const DELAY_MODE_SYMBOLS = ['realtime', 'h2', 'next_day', 'h24', 'UNKNOWN'] as const
/** When a transfer takes effect. */
export type DelayMode = (typeof DELAY_MODE_SYMBOLS)[number]

/** What became of a delivery; delivered and read only from the device's own report. */
export const DELIVERY_STATUS_SYMBOLS = ['sent', 'delivered', 'read', 'failed', 'not_connected', 'not_configured', 'UNKNOWN'] as const
/** What became of a delivery; delivered and read only from the device's own report. */
export type DeliveryStatus = (typeof DELIVERY_STATUS_SYMBOLS)[number]

/** Seen from the subject. */
export const DIRECTION_SYMBOLS = ['incoming', 'outgoing', 'UNKNOWN'] as const
/** Seen from the subject. */
export type Direction = (typeof DIRECTION_SYMBOLS)[number]

/** Level to which a matter is diverted. */
export const DIVERSION_SYMBOLS = ['none', 'city', 'district', 'street', 'UNKNOWN'] as const
/** Level to which a matter is diverted. */
export type Diversion = (typeof DIVERSION_SYMBOLS)[number]

/** Kind of YAML document in a Rule record. */
export const DOCUMENT_KIND_SYMBOLS = ['rule', 'feature_set', 'filter', 'UNKNOWN'] as const
/** Kind of YAML document in a Rule record. */
export type DocumentKind = (typeof DOCUMENT_KIND_SYMBOLS)[number]

/** Deadline that has passed. */
export const DUE_KIND_SYMBOLS = ['review', 'ack', 'movement', 'contact', 'meet', 'outcome', 'follow_up', 'close', 'group_wait', 'ladder', 'quiet', 'hold', 'UNKNOWN'] as const
/** Deadline that has passed. */
export type DueKind = (typeof DUE_KIND_SYMBOLS)[number]

/** Kind of thing a token or key names. */
export const ENTITY_KIND_SYMBOLS = ['tel', 'account', 'domain', 'device', 'person', 'place', 'UNKNOWN'] as const
/** Kind of thing a token or key names. */
export type EntityKind = (typeof ENTITY_KIND_SYMBOLS)[number]

/** Why an order goes up the ladder. */
export const ESCALATION_REASON_SYMBOLS = ['not_acknowledged', 'not_delivered', 'declined', 'no_movement', 'off_duty', 'outcome_late', 'UNKNOWN'] as const
/** Why an order goes up the ladder. */
export type EscalationReason = (typeof ESCALATION_REASON_SYMBOLS)[number]

/** Kind of a reported event. */
export const EVENT_TYPE_SYMBOLS = ['call', 'sms', 'transaction', 'domain_visit', 'incident', 'UNKNOWN'] as const
/** Kind of a reported event. */
export type EventType = (typeof EVENT_TYPE_SYMBOLS)[number]

/** Kind of evidence; a list hit counts as a feed of its own. */
export const FEED_KIND_SYMBOLS = ['call', 'sms', 'transaction', 'domain_visit', 'incident', 'list', 'UNKNOWN'] as const
/** Kind of evidence; a list hit counts as a feed of its own. */
export type FeedKind = (typeof FEED_KIND_SYMBOLS)[number]

/** Kind of follow-up. */
export const FOLLOW_UP_KIND_SYMBOLS = ['visit_or_call_24h', 'call_72h', 'day_7', 'second_visit_2h', 'UNKNOWN'] as const
/** Kind of follow-up. */
export type FollowUpKind = (typeof FOLLOW_UP_KIND_SYMBOLS)[number]

/** Why an order goes to another precinct. */
export const HAND_OVER_REASON_SYMBOLS = ['wrong_area', 'person_elsewhere', 'off_duty', 'overloaded', 'address_corrected', 'other', 'UNKNOWN'] as const
/** Why an order goes to another precinct. */
export type HandOverReason = (typeof HAND_OVER_REASON_SYMBOLS)[number]

/** Scam type of the vocabulary. */
export const SCAM_TYPE_SYMBOLS = ['fake_police', 'fake_service', 'task_rebate', 'fake_invest', 'romance_invest', 'fake_loan', 'fake_credit', 'impersonate_known', 'game_trade', 'fake_shopping', 'cash_courier', 'screen_share', 'other', 'UNKNOWN'] as const
/** Scam type of the vocabulary. */
export type ScamType = (typeof SCAM_TYPE_SYMBOLS)[number]

/** Warning level, rising. */
export const LEVEL_SYMBOLS = ['BLUE', 'YELLOW', 'ORANGE', 'RED', 'UNKNOWN'] as const
/** Warning level, rising. */
export type Level = (typeof LEVEL_SYMBOLS)[number]

/** Kind of report. */
export const INCIDENT_KIND_SYMBOLS = ['fraud_report', 'fraud_consult', 'fraud_suspicion', 'person_unreachable', 'non_police', 'other', 'UNKNOWN'] as const
/** Kind of report. */
export type IncidentKind = (typeof INCIDENT_KIND_SYMBOLS)[number]

/** Who reported; police_110 and hotline_12345 are the numbers 110 and 12345. */
export const INCIDENT_SOURCE_SYMBOLS = ['police_110', 'hotline_12345', 'walk_in', 'bank', 'courier', 'volunteer', 'ai_contact', 'grid', 'family', 'UNKNOWN'] as const
/** Who reported; police_110 and hotline_12345 are the numbers 110 and 12345. */
export type IncidentSource = (typeof INCIDENT_SOURCE_SYMBOLS)[number]

/** State of the report at its source. */
export const INCIDENT_STATUS_SYMBOLS = ['new', 'diverted', 'dispatched', 'unresolved', 'closed', 'UNKNOWN'] as const
/** State of the report at its source. */
export type IncidentStatus = (typeof INCIDENT_STATUS_SYMBOLS)[number]

/** Label; label_true and label_false are the words true and false, which generated code could not use bare. */
export const LABEL_VALUE_SYMBOLS = ['label_true', 'label_false', 'unknown', 'exclude', 'UNKNOWN'] as const
/** Label; label_true and label_false are the words true and false, which generated code could not use bare. */
export type LabelValue = (typeof LABEL_VALUE_SYMBOLS)[number]

/** Judged once, at the door: on time, within the allowed lateness, or older than its news is worth. */
export const LATENESS_SYMBOLS = ['on_time', 'late', 'retrospective', 'UNKNOWN'] as const
/** Judged once, at the door: on time, within the allowed lateness, or older than its news is worth. */
export type Lateness = (typeof LATENESS_SYMBOLS)[number]

/** What set the level of a case. */
export const LEVEL_SOURCE_SYMBOLS = ['stage', 'score', 'policy', 'analyst', 'withdrawn', 'UNKNOWN'] as const
/** What set the level of a case. */
export type LevelSource = (typeof LEVEL_SOURCE_SYMBOLS)[number]

/** What is going on with the person at this moment. */
export const LIVE_FLAG_SYMBOLS = ['on_call', 'screen_share', 'transfer_pending', 'at_counter', 'cash_prebooked', 'UNKNOWN'] as const
/** What is going on with the person at this moment. */
export type LiveFlag = (typeof LIVE_FLAG_SYMBOLS)[number]

/** Method that can join any story. */
export const MODE_SYMBOLS = ['screen_share', 'cash_courier', 'gold', 'gift_card', 'crypto', 'goip', 'overseas_call', 'number_forged', 'ai_voice', 'call_forward', 'UNKNOWN'] as const
/** Method that can join any story. */
export type Mode = (typeof MODE_SYMBOLS)[number]

/** State of the money that moves. */
export const MONEY_STATE_SYMBOLS = ['none', 'pending', 'held', 'gone', 'UNKNOWN'] as const
/** State of the money that moves. */
export type MoneyState = (typeof MONEY_STATE_SYMBOLS)[number]

/** What is moved to the person. */
export const MOVED_KIND_SYMBOLS = ['windows', 'case', 'UNKNOWN'] as const
/** What is moved to the person. */
export type MovedKind = (typeof MOVED_KIND_SYMBOLS)[number]

/** Class of a number by our prefix table. */
export const NUMBER_CLASS_SYMBOLS = ['mobile_mno', 'mobile_mvno', 'landline', 'svc_95', 'svc_96', 'svc_400_800', 'gov_short', 'intl_00', 'intl_hk_mo_tw', 'iot', 'satellite', 'withheld', 'malformed', 'unknown', 'UNKNOWN'] as const
/** Class of a number by our prefix table. */
export type NumberClass = (typeof NUMBER_CLASS_SYMBOLS)[number]

/** Field opened in clear text. */
export const OPEN_FIELD_SYMBOLS = ['name', 'tel', 'address', 'account', 'contacts', 'sex', 'age_band', 'language', 'hearing_note', 'last_cell', 'UNKNOWN'] as const
/** Field opened in clear text. */
export type OpenField = (typeof OPEN_FIELD_SYMBOLS)[number]

/** Purpose for which clear text is opened. */
export const OPEN_PURPOSE_SYMBOLS = ['contact', 'review', 'search', 'audit', 'appeal', 'UNKNOWN'] as const
/** Purpose for which clear text is opened. */
export type OpenPurpose = (typeof OPEN_PURPOSE_SYMBOLS)[number]

/** Outcome code of the vocabulary, D5. */
export const OUTCOME_CODE_SYMBOLS = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'F1', 'F2', 'F3', 'N1', 'N2', 'N3', 'N4', 'X1', 'X2', 'X3', 'X4', 'UNKNOWN'] as const
/** Outcome code of the vocabulary, D5. */
export type OutcomeCode = (typeof OUTCOME_CODE_SYMBOLS)[number]

/** How it was stopped (T*), or what the business was (F1). */
export const OUTCOME_SUB_CODE_SYMBOLS = ['talk', 'family', 'bank', 'line', 'arrest', 'police_real', 'courier', 'bank_care', 'sales', 'salary', 'rent', 'house', 'loan_real', 'other', 'UNKNOWN'] as const
/** How it was stopped (T*), or what the business was (F1). */
export type OutcomeSubCode = (typeof OUTCOME_SUB_CODE_SYMBOLS)[number]

/** Who is paid. */
export const PAYEE_KIND_SYMBOLS = ['personal', 'corporate', 'merchant', 'wallet', 'otc', 'unknown', 'UNKNOWN'] as const
/** Who is paid. */
export type PayeeKind = (typeof PAYEE_KIND_SYMBOLS)[number]

/** Where a payment was ordered. */
export const PAYMENT_CHANNEL_SYMBOLS = ['mobile', 'web', 'counter', 'atm', 'pos', 'wallet', 'other', 'UNKNOWN'] as const
/** Where a payment was ordered. */
export type PaymentChannel = (typeof PAYMENT_CHANNEL_SYMBOLS)[number]

/** List of the source on which the other party stands. */
export const PEER_LIST_HIT_SYMBOLS = ['case', 'goip', 'mass', 'gov', 'bank', 'whitelist', 'UNKNOWN'] as const
/** List of the source on which the other party stands. */
export type PeerListHit = (typeof PEER_LIST_HIT_SYMBOLS)[number]

/** How a place is tied to the person. */
export const PLACE_KIND_SYMBOLS = ['home', 'last_cell', 'branch', 'reported', 'UNKNOWN'] as const
/** How a place is tied to the person. */
export type PlaceKind = (typeof PLACE_KIND_SYMBOLS)[number]

/** What the second analysis did. */
export const REANALYSIS_ACTION_SYMBOLS = ['opened', 'raised', 'lowered', 'merged', 'held', 'released', 'dismissed', 'quieted', 'confirmed', 'capped', 'withdrawn', 'diverted', 'expired', 'unreviewed', 'UNKNOWN'] as const
/** What the second analysis did. */
export type ReanalysisAction = (typeof REANALYSIS_ACTION_SYMBOLS)[number]

/** How the visitor came. */
export const REFERRER_SYMBOLS = ['sms', 'qr', 'chat', 'search', 'ad', 'direct', 'unknown', 'UNKNOWN'] as const
/** How the visitor came. */
export type Referrer = (typeof REFERRER_SYMBOLS)[number]

/** Why a command is refused. */
export const REFUSED_REASON_SYMBOLS = ['no_case', 'case_closed', 'not_your_order', 'wrong_state', 'already_outcome', 'unknown_order', 'level_top', 'level_bottom', 'reason_missing', 'not_allowed', 'unknown_precinct', 'hold_too_long', 'merge_target', 'undo_too_late', 'takes_back_unknown', 'value_out_of_range', 'other', 'UNKNOWN'] as const
/** Why a command is refused. */
export type RefusedReason = (typeof REFUSED_REASON_SYMBOLS)[number]

/** Relation of the counterparty to the subject as the register has it. */
export const RELATION_SYMBOLS = ['self', 'family', 'work', 'other', 'UNKNOWN'] as const
/** Relation of the counterparty to the subject as the register has it. */
export type Relation = (typeof RELATION_SYMBOLS)[number]

/** Who reports a delivery. */
export const REPORTED_BY_SYMBOLS = ['server', 'device', 'UNKNOWN'] as const
/** Who reports a delivery. */
export type ReportedBy = (typeof REPORTED_BY_SYMBOLS)[number]

/** What an officer answers to an order. */
export const RESPONSE_ACTION_SYMBOLS = ['accept', 'decline', 'en_route', 'on_site', 'with_person', 'undo', 'request_bank', 'request_centre', 'request_operator', 'request_family', 'request_volunteer', 'request_backup', 'request_medical', 'request_answered', 'note_not_found', 'UNKNOWN'] as const
/** What an officer answers to an order. */
export type ResponseAction = (typeof RESPONSE_ACTION_SYMBOLS)[number]

/** Why an order is declined or a step undone. */
export const RESPONSE_REASON_SYMBOLS = ['busy', 'off_duty', 'wrong_area', 'safety', 'other', 'UNKNOWN'] as const
/** Why an order is declined or a step undone. */
export type ResponseReason = (typeof RESPONSE_REASON_SYMBOLS)[number]

/** State of the second analysis by a person. */
export const REVIEW_STATE_SYMBOLS = ['none', 'waiting', 'unreviewed', 'confirmed', 'raised', 'lowered', 'rejected', 'held', 'UNKNOWN'] as const
/** State of the second analysis by a person. */
export type ReviewState = (typeof REVIEW_STATE_SYMBOLS)[number]

/** Role of a person or unit. */
export const ROLE_SYMBOLS = ['station', 'community', 'grid', 'volunteer', 'centre_96110', 'bank', 'operator', 'analyst', 'commander', 'author', 'auditor', 'system', 'UNKNOWN'] as const
/** Role of a person or unit. */
export type Role = (typeof ROLE_SYMBOLS)[number]

/** Life of a rule. */
export const RULE_STATUS_SYMBOLS = ['draft', 'shadow', 'live', 'retired', 'UNKNOWN'] as const
/** Life of a rule. */
export type RuleStatus = (typeof RULE_STATUS_SYMBOLS)[number]

/** How far the story has gone. */
export const SCAM_STAGE_SYMBOLS = ['s0_exposed', 's1_hooked', 's2_test_paid', 's3_squeeze', 's4_paid', 's5_again', 'UNKNOWN'] as const
/** How far the story has gone. */
export type ScamStage = (typeof SCAM_STAGE_SYMBOLS)[number]

/** What a message is about, as its source classes it. */
export const SMS_CATEGORY_SYMBOLS = ['verify_code', 'bank_notice', 'loan', 'prize', 'delivery', 'police_notice', 'other', 'UNKNOWN'] as const
/** What a message is about, as its source classes it. */
export type SmsCategory = (typeof SMS_CATEGORY_SYMBOLS)[number]

/** What the subject token stands for; tel and account while the person is not known (unlinked). */
export const SUBJECT_KIND_SYMBOLS = ['person', 'tel', 'account', 'UNKNOWN'] as const
/** What the subject token stands for; tel and account while the person is not known (unlinked). */
export type SubjectKind = (typeof SUBJECT_KIND_SYMBOLS)[number]

/** Phases of calls and payments in one enumeration. */
export const TOUCH_PHASE_SYMBOLS = ['ringing', 'answered', 'in_progress', 'ended', 'initiated', 'held', 'authorised', 'settled', 'rejected', 'reversed', 'recalled', 'UNKNOWN'] as const
/** Phases of calls and payments in one enumeration. */
export type TouchPhase = (typeof TOUCH_PHASE_SYMBOLS)[number]

/** Kind of a payment, from the subject's side. */
export const TRANSACTION_KIND_SYMBOLS = ['transfer_out', 'transfer_in', 'loan_in', 'cash_withdraw', 'cash_prebook', 'deposit_break', 'card_pay', 'qr_pay', 'gift_card', 'gold', 'crypto_buy', 'refund_in', 'self_move', 'UNKNOWN'] as const
/** Kind of a payment, from the subject's side. */
export type TransactionKind = (typeof TRANSACTION_KIND_SYMBOLS)[number]

/** Phase of a payment. */
export const TRANSACTION_PHASE_SYMBOLS = ['initiated', 'held', 'authorised', 'settled', 'rejected', 'reversed', 'recalled', 'UNKNOWN'] as const
/** Phase of a payment. */
export type TransactionPhase = (typeof TRANSACTION_PHASE_SYMBOLS)[number]

/** Verdict on a domain. */
export const VERDICT_SYMBOLS = ['benign', 'suspicious', 'malicious', 'unknown', 'UNKNOWN'] as const
/** Verdict on a domain. */
export type Verdict = (typeof VERDICT_SYMBOLS)[number]

/** What the operator did with the visit. */
export const VISIT_ACTION_SYMBOLS = ['none', 'warned', 'blocked', 'UNKNOWN'] as const
/** What the operator did with the visit. */
export type VisitAction = (typeof VISIT_ACTION_SYMBOLS)[number]

/** Why a warning is withdrawn. */
export const WITHDRAW_REASON_SYMBOLS = ['late_cancel', 'link_corrected', 'duplicate', 'UNKNOWN'] as const
/** Why a warning is withdrawn. */
export type WithdrawReason = (typeof WITHDRAW_REASON_SYMBOLS)[number]

/** One request for help within a case. */
export interface CaseRequest {
  /** who is asked */
  kind: RequestKind
  /** ms since 1970 UTC; when it was asked */
  at: number
  /** null = no answer yet */
  answer: RequestAnswer | null
  /** ms since 1970 UTC */
  answered_at: number | null
}

/** One attempt to reach the person. */
export interface ContactTry {
  /** way of contact */
  method: ContactMethod
  /** what came of it */
  result: ContactResult
  /** ms since 1970 UTC */
  at: number
}

/** Wish of a rule; the dispatcher decides. */
export interface DispatchHint {
  /** action wished, e.g. visit */
  action: string | null
  /** route wished */
  route: string | null
  /** channels wished */
  channels: readonly Channel[]
  /** s; wished time to acknowledgement */
  ack_within_s: number | null
  /** role or unit wished */
  escalate_to: string | null
}

/** One thing that was seen, in words an officer can read. */
export interface Evidence {
  /** id of the event, listing or exposure */
  event_id: string
  /** ms since 1970 UTC; occurred_at of the event */
  at: number
  /** kind of the event */
  feed: FeedKind
  /** Chinese line, made from the rule's because */
  text_zh: string
  /** English line */
  text_en: string
}

/** Value of a counterparty feature at the event. */
export interface FeatureValue {
  /** first 12 hex of the hash of the feature definition */
  id: string
  /** in the unit of the feature */
  value: number
}

/** What a counterparty rule found; never opens a case. */
export interface Finding {
  /** id of the counterparty rule */
  rule: string
  /** version of the rule */
  version: number
  /** first 16 hex of sha256 of the canonical rule */
  rule_hash: string
  /** Chinese reason */
  because_zh: string
  /** English reason */
  because_en: string
  /** ms since 1970 UTC; end of validity */
  until: number
}

/** One scam type that the warnings of a case speak for. */
export interface Hypothesis {
  /** scam type */
  scam_type: ScamType
  /** highest level of its warnings */
  level: Level
  /** 0..100 */
  score: number
  /** 0..1 measured share, null under 20 labels */
  p_fraud: number | null
  /** id of the rule that speaks loudest */
  rule: string
  /** its version */
  rule_version: number
  /** its hash, 16 hex */
  rule_hash: string
  /** its stage, empty for single-event rules */
  rule_stage: string
  /** its warning */
  warning_id: string
  /** ms since 1970 UTC; created_at of that warning */
  at: number
}

/** A rule version that a label speaks about. */
export interface LabelledRule {
  /** id of the rule */
  rule: string
  /** version */
  rule_version: number
  /** hash, 16 hex */
  rule_hash: string
  /** stage, empty for single-event rules */
  rule_stage: string
  /** level of its warning */
  level: Level
  /** its warning */
  warning_id: string
}

/** A value that the rule read. */
export interface NamedValue {
  /** name of the feature or field */
  name: string
  /** the value in canonical text, numbers in shortest form */
  value: string
}

/** A place with its age and certainty; all that routing needs. */
export interface Place {
  /** how the place is tied to the person */
  kind: PlaceKind
  /** administrative division code, 6 to 12 digits */
  adcode: string | null
  /** code of the police station that covers it */
  station_code: string | null
  /** ms since 1970 UTC; when the person was known to be there */
  at: number | null
  /** 0..1 */
  certainty: number
}

/** What the counterparty looked like at the event. */
export interface Profile {
  /** token or key of the counterparty */
  counterparty: string
  /** ms since 1970 UTC; first event with this counterparty, null = not known */
  first_seen_at: number | null
  /** values of the features this counterparty has */
  features: readonly FeatureValue[]
  /** ids of the lists on which it stands */
  list_hits: readonly string[]
  /** valid findings, event.peer_findings of the rule language */
  findings: readonly Finding[]
}

/** Reason in both languages with a stable code. */
export interface Reason {
  /** stable code */
  code: string
  /** Chinese text */
  text_zh: string
  /** English text */
  text_en: string
}

/** One summand of the score. */
export interface ScorePart {
  /** points, may be negative */
  points: number
  /** Chinese reason */
  because_zh: string
  /** English reason */
  because_en: string
}

/** An order that its officer may still take. */
export interface WaitingOrder {
  /** the order */
  order_id: string
  /** user id of whom it is addressed to */
  officer: string
}

/** From here on this partition uses what the reference names. */
export interface Adopt {
  /** what is adopted */
  kind: AdoptKind
  /** id@version#hash; empty for behaviour */
  ref: string
  /** offset of that head in the change log; only a larger one counts */
  at: number
  /** number of the behaviour, of kind behaviour only */
  behaviour: number | null
}

/** A command of a person took effect. */
export interface Applied {
  /** the command */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string | null
  /** ms since 1970 UTC */
  at: number
  /** ms since 1970 UTC; time on the device by which it was merged, null = the server's time counts */
  merged_at: number | null
  /** true: the time on the device could not be, so the server's time counts */
  skewed: boolean
}

/** One phase of one call, seen from the subscriber. */
export interface Call {
  /** 32 hex; hash(source, source's id) */
  event_id: string
  /** id of the reporting source */
  source: string
  /** token of the person who may be the victim, or of the number or account while unlinked */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** token of the other number; the key in the feed */
  counterparty: string
  /** ms since 1970 UTC; time at the source */
  occurred_at: number
  /** ms since 1970 UTC; when it passed the door */
  accepted_at: number
  /** judged at the door */
  lateness: Lateness
  /** id of the ingest instance */
  door: string
  /** places attached at the door from the directory and the source */
  places: readonly Place[]
  /** version of the door's JSON form, 1 */
  schema_version: number
  /** from the directory, null = not known */
  subject_age_band: AgeBand | null
  /** the source's id of the call, the same in all phases */
  call_id: string
  /** phase reported */
  phase: CallPhase
  /** of the subscriber */
  direction: Direction
  /** token of the subscriber's number */
  subscriber_tel: string
  /** token of the other number, null when withheld */
  peer_tel: string | null
  /** class of the other number */
  peer_number_class: NumberClass
  /** ISO 3166 country of the other number */
  peer_country: string | null
  /** administrative division of the other number's prefix */
  peer_area: string | null
  /** token of the number shown to the subscriber */
  displayed_number: string | null
  /** true if the number shown is not the number calling */
  display_mismatch: boolean | null
  /** way into the network */
  route: CallRoute | null
  /** medium */
  media: CallMedia | null
  /** s of ringing */
  ring_s: number | null
  /** s of talk so far */
  duration_s: number | null
  /** why it ended, null while running */
  release: CallRelease | null
  /** days since the other SIM was activated */
  peer_sim_age_d: number | null
  /** outgoing calls of the peer in 24 h */
  peer_out_calls_24h: number | null
  /** distinct numbers it called in 24 h */
  peer_distinct_callees_24h: number | null
  /** 0..1 share of outgoing calls */
  peer_out_ratio: number | null
  /** SIMs seen in its device in 7 days */
  peer_imei_sims_7d: number | null
  /** area of the peer's cell */
  peer_cell: string | null
  /** area of the subscriber's cell */
  subscriber_cell: string | null
  /** true if these two never spoke before */
  first_contact: boolean | null
  /** true if the subscriber forwards calls */
  call_forward_on: boolean | null
  /** lists of the source on which the peer stands */
  peer_list_hits: readonly PeerListHit[]
  /** relation as the register has it */
  peer_relation: Relation | null
}

/** Snapshot of a case after a change; read model and cards are made from it. */
export interface Case {
  /** 32 hex; hash of subject and opening warning */
  case_id: string
  /** token of the person; the key */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** rises by 1 with each snapshot */
  revision: number
  /** names of the fields that changed */
  changed: readonly string[]
  /** ms since 1970 UTC; time of the record that changed it */
  at: number
  /** state */
  status: CaseStatus
  /** level */
  level: Level
  /** what set the level */
  level_source: LevelSource
  /** leading hypothesis */
  scam_type: ScamType
  /** how far the story has gone */
  scam_stage: ScamStage
  /** scam types the warnings speak for, strongest first */
  hypotheses: readonly Hypothesis[]
  /** methods seen */
  modes: readonly Mode[]
  /** 0..100 */
  score: number
  /** 0..1 measured share, null under 20 labels */
  p_fraud: number | null
  /** Chinese title */
  title_zh: string
  /** English title */
  title_en: string
  /** what was seen, oldest first */
  evidence: readonly Evidence[]
  /** summands of the score */
  score_parts: readonly ScorePart[]
  /** what is going on now */
  live_flags: readonly LiveFlag[]
  /** kinds of evidence used */
  feeds: readonly FeedKind[]
  /** token or key of the party behind */
  suspect: string | null
  /** what it names */
  suspect_kind: EntityKind | null
  /** ms since 1970 UTC; of the running or last call */
  call_answered_at: number | null
  /** ms since 1970 UTC; null while running */
  call_ended_at: number | null
  /** minor units; balance or pending sum */
  money_at_risk_minor: number | null
  /** minor units; sum in the telling payment */
  money_moving_minor: number | null
  /** state of that payment */
  money_state: MoneyState
  /** ISO 4217, null without money */
  currency: string | null
  /** places, newest first */
  places: readonly Place[]
  /** key of the talking points */
  advice_key: string
  /** level it is diverted to */
  diversion: Diversion | null
  /** code of the precinct */
  precinct: string | null
  /** user id of the officer in charge */
  officer: string | null
  /** current order */
  order_id: string | null
  /** number of the order as officers speak of it */
  order_no: number | null
  /** ladder step, 0 before the first order */
  step: number
  /** orders that may still be taken, oldest first: each of those who were called may take it */
  waiting_orders: readonly WaitingOrder[]
  /** ms since 1970 UTC */
  opened_at: number
  /** ms since 1970 UTC; created_at of its first warning above BLUE, else of its first */
  first_warning_at: number
  /** ms since 1970 UTC; when it became RED */
  red_at: number | null
  /** ms since 1970 UTC; first order */
  dispatched_at: number | null
  /** ms since 1970 UTC; first report of a device */
  delivered_at: number | null
  /** ms since 1970 UTC; first acceptance */
  acked_at: number | null
  /** ms since 1970 UTC */
  en_route_at: number | null
  /** ms since 1970 UTC */
  on_site_at: number | null
  /** ms since 1970 UTC; first answered or met */
  contacted_at: number | null
  /** ms since 1970 UTC; first met */
  met_at: number | null
  /** ms since 1970 UTC */
  outcome_at: number | null
  /** ms since 1970 UTC */
  closed_at: number | null
  /** state of the review */
  review_state: ReviewState
  /** ms since 1970 UTC; deadline, null = none running */
  review_due_at: number | null
  /** ms since 1970 UTC; deadline, null = none running */
  ack_due_at: number | null
  /** ms since 1970 UTC; deadline, null = none running */
  contact_due_at: number | null
  /** ms since 1970 UTC; deadline, null = none running */
  meet_due_at: number | null
  /** ms since 1970 UTC; deadline, null = none running */
  outcome_due_at: number | null
  /** ms since 1970 UTC; next follow-up */
  follow_up_due_at: number | null
  /** valid outcome */
  outcome_code: OutcomeCode | null
  /** its sub-code */
  outcome_sub_code: OutcomeSubCode | null
  /** label of the valid outcome */
  label: LabelValue | null
  /** case that took this one in */
  merged_into: string | null
  /** attempts, oldest first */
  contact_tries: readonly ContactTry[]
  /** requests for help, oldest first */
  requests: readonly CaseRequest[]
  /** ms since 1970 UTC; same type is quiet until then */
  quiet_until: number | null
  /** true: dispatched at its time limit without a review */
  unreviewed: boolean
  /** true: from old data, never dispatched */
  retrospective: boolean
  /** true: late by delay inside Yujing */
  delayed: boolean
}

/** An attempt to reach the person. */
export interface Contact {
  /** id made by the client, remembered for ever */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** id of the user */
  by: string
  /** role in which the user acts */
  role: Role
  /** ms since 1970 UTC; server time of appending */
  at: number
  /** ms since 1970 UTC; time on the device */
  client_at: number | null
  /** running number on the device */
  client_seq: number | null
  /** the order, null from the centre */
  order_id: string | null
  /** way of contact */
  method: ContactMethod
  /** what came of it */
  result: ContactResult
  /** s of talk */
  duration_s: number | null
}

/** An analyst decides on a case. */
export interface Decision {
  /** id made by the client, remembered for ever */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** id of the user */
  by: string
  /** role in which the user acts */
  role: Role
  /** ms since 1970 UTC; server time of appending */
  at: number
  /** ms since 1970 UTC; time on the device */
  client_at: number | null
  /** running number on the device */
  client_seq: number | null
  /** what is decided */
  decision: DecisionKind
  /** new level of raise and lower */
  level_to: Level | null
  /** why */
  reason: DecisionReason | null
  /** s; length of a hold */
  hold_s: number | null
  /** case id that takes this one in */
  merge_into: string | null
  /** warning decided on, null = the case */
  warning_id: string | null
  /** ms the case was open on the desk */
  handling_ms: number | null
  /** reference of a comment in the vault */
  comment_ref: string | null
}

/** What became of one push. */
export interface Delivery {
  /** 32 hex; hash(order, channel, attempt, status) */
  delivery_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** the order */
  order_id: string
  /** ladder step of the order */
  step: number
  /** id of the user it goes to */
  officer: string
  /** way */
  channel: Channel
  /** what became of it */
  status: DeliveryStatus
  /** device id */
  device: string | null
  /** 1 is the first */
  attempt: number
  /** stable code of a failure */
  error_code: string | null
  /** ms since 1970 UTC */
  at: number
  /** who says so */
  reported_by: ReportedBy
}

/** One visit to a domain or use of an application. */
export interface DomainVisit {
  /** 32 hex; hash(source, source's id) */
  event_id: string
  /** id of the reporting source */
  source: string
  /** token of the person who may be the victim, or of the number or account while unlinked */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** the registered domain, or the address; the key in the feed */
  counterparty: string
  /** ms since 1970 UTC; time at the source */
  occurred_at: number
  /** ms since 1970 UTC; when it passed the door */
  accepted_at: number
  /** judged at the door */
  lateness: Lateness
  /** id of the ingest instance */
  door: string
  /** places attached at the door from the directory and the source */
  places: readonly Place[]
  /** version of the door's JSON form, 1 */
  schema_version: number
  /** from the directory, null = not known */
  subject_age_band: AgeBand | null
  /** the source's id of the visit */
  visit_id: string
  /** token of the subscriber's number */
  subscriber_tel: string | null
  /** host visited */
  domain: string
  /** registrable part */
  registered_domain: string | null
  /** true if the host is an address */
  is_ip_literal: boolean | null
  /** days since registration */
  domain_age_d: number | null
  /** class of the certificate's issuer */
  tls_issuer_class: string | null
  /** what it pretends to be */
  content_class: ContentClass | null
  /** verdict */
  verdict: Verdict | null
  /** who gave the verdict */
  verdict_source: string | null
  /** package name of the application */
  app_pkg: string | null
  /** hash of its signature */
  app_sig_hash: string | null
  /** true if installed from outside a store */
  app_sideload: boolean | null
  /** how the visitor came */
  referrer: Referrer | null
  /** distinct visitors in 24 h */
  visitors_24h: number | null
  /** what the operator did */
  action: VisitAction | null
  /** s on the site */
  dwell_s: number | null
}

/** A door has ended; nothing more comes through it. */
export interface DoorClosed {
  /** id of the ingest instance */
  door: string
  /** ms since 1970 UTC; door time */
  at: number
}

/** A door begins to write into this partition. */
export interface DoorOpen {
  /** id of the ingest instance */
  door: string
  /** ms since 1970 UTC; door time */
  at: number
}

/** A deadline of people has passed. */
export interface Due {
  /** 32 hex; hash(case, kind, ref, due_at) */
  due_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** which deadline */
  kind: DueKind
  /** order, warning or follow-up it is about; else empty */
  ref: string
  /** ms since 1970 UTC; deadline */
  due_at: number
  /** ms since 1970 UTC; when it was appended */
  at: number
}

/** One message, its content never stored. */
export interface Sms {
  /** 32 hex; hash(source, source's id) */
  event_id: string
  /** id of the reporting source */
  source: string
  /** token of the person who may be the victim, or of the number or account while unlinked */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** token of the other number; the key in the feed */
  counterparty: string
  /** ms since 1970 UTC; time at the source */
  occurred_at: number
  /** ms since 1970 UTC; when it passed the door */
  accepted_at: number
  /** judged at the door */
  lateness: Lateness
  /** id of the ingest instance */
  door: string
  /** places attached at the door from the directory and the source */
  places: readonly Place[]
  /** version of the door's JSON form, 1 */
  schema_version: number
  /** from the directory, null = not known */
  subject_age_band: AgeBand | null
  /** the source's id of the message */
  sms_id: string
  /** of the subscriber */
  direction: Direction
  /** token of the subscriber's number */
  subscriber_tel: string
  /** token of the other number, null when withheld */
  peer_tel: string | null
  /** class of the other number */
  peer_number_class: NumberClass
  /** alphanumeric sender of a service */
  sender_name: string | null
  /** true if there is a link */
  has_link: boolean | null
  /** registered domain of the link */
  link_domain: string | null
  /** true if there is a one-time code */
  has_code: boolean | null
  /** hash of the text with its variables taken out */
  template_hash: string | null
  /** what it is about */
  category: SmsCategory | null
  /** messages of this sender to this subscriber in 1 h */
  burst_1h: number | null
  /** lists of the source on which the peer stands */
  peer_list_hits: readonly PeerListHit[]
  /** relation as the register has it */
  peer_relation: Relation | null
}

/** One phase of one payment, seen from the customer of the reporting institution. */
export interface Transaction {
  /** 32 hex; hash(source, source's id) */
  event_id: string
  /** id of the reporting source */
  source: string
  /** token of the person who may be the victim, or of the number or account while unlinked */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** token of the other account; the key in the feed */
  counterparty: string
  /** ms since 1970 UTC; time at the source */
  occurred_at: number
  /** ms since 1970 UTC; when it passed the door */
  accepted_at: number
  /** judged at the door */
  lateness: Lateness
  /** id of the ingest instance */
  door: string
  /** places attached at the door from the directory and the source */
  places: readonly Place[]
  /** version of the door's JSON form, 1 */
  schema_version: number
  /** from the directory, null = not known */
  subject_age_band: AgeBand | null
  /** the source's id of the payment, the same in all phases */
  txn_id: string
  /** phase reported */
  phase: TransactionPhase
  /** kind from the subject's side */
  kind: TransactionKind
  /** outgoing: the subject pays; incoming: the subject is paid */
  direction: Direction
  /** token of the paying account */
  payer_acct: string | null
  /** code of the paying institution */
  payer_inst: string | null
  /** token of the account paid */
  payee_acct: string | null
  /** code of the institution paid */
  payee_inst: string | null
  /** who is paid */
  payee_kind: PayeeKind | null
  /** minor units of currency, never negative */
  amount_minor: number
  /** ISO 4217 */
  currency: string
  /** where it was ordered */
  channel: PaymentChannel | null
  /** when it takes effect */
  delay_mode: DelayMode | null
  /** true if this payer never paid this payee */
  first_payee: boolean | null
  /** days since the payee's account was opened */
  payee_acct_age_d: number | null
  /** payments into the payee's account in 1 h */
  payee_in_count_1h: number | null
  /** s between money in and money out at the payee */
  payee_out_lag_s: number | null
  /** lists of the source on which the payee stands */
  payee_list_hits: readonly PeerListHit[]
  /** amount / balance before, 0..1 */
  balance_ratio: number | null
  /** minor units; balance before the payment, if the bank tells it */
  balance_before_minor: number | null
  /** true if the device is new to the account */
  device_new: boolean | null
  /** true if the screen is shared */
  device_screen_share: boolean | null
  /** true if remotely controlled */
  device_remote: boolean | null
  /** true if a call is on */
  device_call_active: boolean | null
  /** true if from abroad */
  ip_foreign: boolean | null
  /** true if a limit was raised in 24 h */
  limit_raised_24h: boolean | null
  /** hash of the memo */
  memo_hash: string | null
  /** relation as the register has it */
  peer_relation: Relation | null
}

/** One report of a person to an office. */
export interface Incident {
  /** 32 hex; hash(source, source's id) */
  event_id: string
  /** id of the reporting source */
  source: string
  /** token of the person who may be the victim, or of the number or account while unlinked */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** key of the place, place:<code>; the key in the feed */
  counterparty: string
  /** ms since 1970 UTC; time at the source */
  occurred_at: number
  /** ms since 1970 UTC; when it passed the door */
  accepted_at: number
  /** judged at the door */
  lateness: Lateness
  /** id of the ingest instance */
  door: string
  /** places attached at the door from the directory and the source */
  places: readonly Place[]
  /** version of the door's JSON form, 1 */
  schema_version: number
  /** from the directory, null = not known */
  subject_age_band: AgeBand | null
  /** the source's id of the report */
  incident_id: string
  /** who reported (source of D1) */
  incident_source: IncidentSource
  /** ms since 1970 UTC; when the office received it */
  received_at: number
  /** kind of report */
  kind: IncidentKind
  /** token of the reporter */
  reporter_token: string | null
  /** token of the person it is about */
  subject_token: string | null
  /** where */
  place: Place | null
  /** hash of the normalised matter */
  matter_hash: string | null
  /** scam type as the office sees it */
  scam_type: ScamType | null
  /** minor units of currency lost */
  loss_minor: number | null
  /** ISO 4217, null without loss */
  currency: string | null
  /** tokens of accounts named */
  payee_accts: readonly string[]
  /** tokens of numbers named */
  peer_tels: readonly string[]
  /** state at the office */
  status: IncidentStatus
  /** level it was diverted to */
  diversion: Diversion | null
  /** unit it was diverted to */
  diverted_unit: string | null
  /** reports about the person in 30 days */
  repeat_person_30d: number | null
  /** reports about the place in 30 days */
  repeat_place_30d: number | null
  /** reports of the matter in 30 days */
  repeat_matter_30d: number | null
  /** rank by the office, 1 is highest */
  risk_rank: number | null
}

/** What happened to a person, with the counterparty's profile; exactly one event is set. */
export interface Encounter {
  /** id of the event */
  event_id: string
  /** which of the event fields is set */
  event_type: EventType
  /** token of the person, number or account warned about; the key */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** feed partition it came from */
  origin: number
  /** ms since 1970 UTC; time at the source */
  occurred_at: number
  /** ms since 1970 UTC; when it passed the door */
  accepted_at: number
  /** judged at the door */
  lateness: Lateness
  /** the event, if a call */
  call: Call | null
  /** the event, if a message */
  sms: Sms | null
  /** the event, if a payment */
  transaction: Transaction | null
  /** the event, if a visit */
  domain_visit: DomainVisit | null
  /** the event, if a report */
  incident: Incident | null
  /** the counterparty at this event */
  profile: Profile
}

/** An order goes one step up the ladder. */
export interface Escalation {
  /** 32 hex; hash(case, step) */
  escalation_id: string
  /** the case */
  case_id: string
  /** token of the person; the key */
  subject: string
  /** order that was not answered */
  order_id: string
  /** step reached */
  step: number
  /** user id */
  from_officer: string | null
  /** user id, null = nobody on duty */
  to_officer: string | null
  /** role addressed */
  to_role: Role
  /** why */
  reason: EscalationReason
  /** ms since 1970 UTC */
  at: number
}

/** This person was touched by a counterparty that has now been listed. */
export interface Exposure {
  /** 32 hex; hash(listed, subject) */
  exposure_id: string
  /** token of the person; the key */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** token or key of the listed party */
  counterparty: string
  /** what it names */
  counterparty_kind: EntityKind
  /** the listing */
  listed_id: string
  /** case whose outcome listed it */
  case_id: string
  /** scam type of the listing */
  scam_type: ScamType
  /** feed partition it came from */
  origin: number
  /** ms since 1970 UTC; time of the listing */
  at: number
  /** ms since 1970 UTC; last touch of this person */
  touched_at: number
}

/** A follow-up that is due, or done. */
export interface FollowUp {
  /** 32 hex; hash(case, kind, outcome) */
  follow_up_id: string
  /** the case */
  case_id: string
  /** token of the person; the key */
  subject: string
  /** ms since 1970 UTC; deadline */
  due_at: number
  /** kind */
  kind: FollowUpKind
  /** ms since 1970 UTC; null = open */
  done_at: number | null
  /** ms since 1970 UTC; its outcome was taken back */
  cancelled_at: number | null
  /** ms since 1970 UTC */
  at: number
}

/** An order goes to another precinct. */
export interface HandOver {
  /** id made by the client, remembered for ever */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** id of the user */
  by: string
  /** role in which the user acts */
  role: Role
  /** ms since 1970 UTC; server time of appending */
  at: number
  /** ms since 1970 UTC; time on the device */
  client_at: number | null
  /** running number on the device */
  client_seq: number | null
  /** the order */
  order_id: string
  /** code of the receiving precinct */
  to_precinct: string
  /** why */
  reason: HandOverReason
}

/** The version that is valid from here on; a rollback is a new head. */
export interface Head {
  /** what it points at */
  kind: AdoptKind
  /** id@version#hash */
  ref: string
  /** ref of the head it replaces */
  previous: string | null
  /** user id */
  by: string
  /** user id of the second person */
  approved_by: string | null
  /** why */
  reason: string | null
  /** ms since 1970 UTC */
  at: number
}

/** What an outcome says about the rules that warned. */
export interface Label {
  /** 32 hex; hash(case, outcome command) */
  label_id: string
  /** the case */
  case_id: string
  /** token of the person; the key */
  subject: string
  /** label */
  label: LabelValue
  /** outcome */
  outcome_code: OutcomeCode
  /** command that reported it */
  outcome_command_id: string
  /** leading hypothesis of the case */
  scam_type: ScamType
  /** scam type found */
  scam_type_actual: ScamType | null
  /** rule versions that warned */
  rules: readonly LabelledRule[]
  /** ms since 1970 UTC; for lead time */
  first_warning_at: number
  /** ms since 1970 UTC; first answered or met */
  contacted_at: number | null
  /** minor units saved */
  money_stopped_minor: number | null
  /** minor units lost before */
  money_out_before_minor: number | null
  /** ISO 4217 */
  currency: string | null
  /** ms since 1970 UTC */
  at: number
  /** true: may still change (T7) */
  provisional: boolean
  /** label_id that this one replaces */
  takes_back: string | null
}

/** From now on, the first token is known to belong to the second. */
export interface Linked {
  /** 32 hex; hash of the link */
  link_id: string
  /** token of the number or account; the key */
  from: string
  /** tel or account */
  from_kind: SubjectKind
  /** token of the person */
  to: string
  /** person */
  to_kind: SubjectKind
  /** ms since 1970 UTC; a number may change hands */
  valid_from: number
  /** register that says so */
  source: string
  /** 0..1 */
  certainty: number
  /** ms since 1970 UTC; door time of writing */
  at: number
}

/** One part of a list; large lists come in several parts. */
export interface List {
  /** stable id */
  id: string
  /** rises with the content */
  version: number
  /** first 16 hex of sha256 of the canonical content */
  hash: string
  /** user id of the author or loader */
  by: string
  /** ms since 1970 UTC; when it was written */
  at: number
  /** what the entries name */
  entity: EntityKind
  /** number of this part, from 1 */
  part: number
  /** number of parts */
  parts: number
  /** tokens, or domain names */
  entries: readonly string[]
  /** ms since 1970 UTC; end of validity */
  until: number | null
}

/** A counterparty confirmed by one outcome; one entry per counterparty and case. */
export interface Listed {
  /** 32 hex; hash(counterparty, case, outcome) */
  listed_id: string
  /** token or key; the key in the feed */
  counterparty: string
  /** what it names */
  counterparty_kind: EntityKind
  /** case whose outcome says so */
  case_id: string
  /** the outcome */
  outcome_command_id: string
  /** actual scam type */
  scam_type: ScamType
  /** ms since 1970 UTC; 30 days by default */
  until: number
  /** listed_id of the entry that this one ends */
  takes_back: string | null
  /** ms since 1970 UTC */
  at: number
}

/** A listed counterparty reached more people than are remembered. */
export interface Mass {
  /** 32 hex; hash(listed, counterparty) */
  mass_id: string
  /** token or key of the listed party; the key */
  counterparty: string
  /** what it names */
  counterparty_kind: EntityKind
  /** the listing */
  listed_id: string
  /** scam type of the listing */
  scam_type: ScamType
  /** number of subjects reached, as counted */
  reached: number
  /** ms since 1970 UTC; time of the listing */
  at: number
}

/** The card of a model; its trees are addressed by hash. */
export interface Model {
  /** stable id */
  id: string
  /** rises with the content */
  version: number
  /** first 16 hex of sha256 of the canonical content */
  hash: string
  /** user id of the author or loader */
  by: string
  /** ms since 1970 UTC; when it was written */
  at: number
  /** status in the card */
  status: RuleStatus
  /** JSON of the card */
  card: string
  /** sha256 of the trees file, 64 hex */
  trees_hash: string | null
}

/** State of an unlinked number or account goes to its person. */
export interface Moved {
  /** token of the number or account */
  from: string
  /** token of the person; the key */
  to: string
  /** what is moved */
  kind: MovedKind
  /** JSON of the state */
  state: string
  /** orders that keep their id */
  order_ids: readonly string[]
  /** ms since 1970 UTC */
  at: number
}

/** Clear text was opened, written before it is shown. */
export interface Opened {
  /** id made by the client, remembered for ever */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** id of the user */
  by: string
  /** role in which the user acts */
  role: Role
  /** ms since 1970 UTC; server time of appending */
  at: number
  /** ms since 1970 UTC; time on the device */
  client_at: number | null
  /** running number on the device */
  client_seq: number | null
  /** purpose */
  purpose: OpenPurpose
  /** fields opened */
  fields: readonly OpenField[]
  /** device id */
  device: string | null
}

/** One instruction to one officer. */
export interface Order {
  /** 32 hex; hash(case, step, officer) */
  order_id: string
  /** number as officers speak of it */
  order_no: number
  /** the case */
  case_id: string
  /** token of the person; the key */
  subject: string
  /** ladder step, 1 is the first */
  step: number
  /** user id */
  officer: string
  /** code of the precinct */
  precinct: string
  /** role addressed */
  role: Role
  /** level when issued */
  level: Level
  /** scam type when issued */
  scam_type: ScamType
  /** Chinese name of the area, what a lock screen may show */
  area_zh: string | null
  /** English name of the area */
  area_en: string | null
  /** what is going on */
  live_flags: readonly LiveFlag[]
  /** ms since 1970 UTC */
  issued_at: number
  /** ms since 1970 UTC; deadline */
  ack_due_at: number | null
  /** ms since 1970 UTC; deadline */
  contact_due_at: number | null
  /** ms since 1970 UTC; deadline */
  meet_due_at: number | null
  /** ways to try, in order */
  channels: readonly Channel[]
  /** true: no analyst has seen it */
  unreviewed: boolean
}

/** What a human found out; the only source of labels. */
export interface Outcome {
  /** id made by the client, remembered for ever */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** id of the user */
  by: string
  /** role in which the user acts */
  role: Role
  /** ms since 1970 UTC; server time of appending */
  at: number
  /** ms since 1970 UTC; time on the device */
  client_at: number | null
  /** running number on the device */
  client_seq: number | null
  /** the order, null from the desk */
  order_id: string | null
  /** outcome */
  outcome_code: OutcomeCode
  /** how, or what */
  sub_code: OutcomeSubCode | null
  /** scam type found */
  scam_type_actual: ScamType | null
  /** how far the story had gone */
  scam_stage_at_contact: ScamStage | null
  /** methods found */
  modes_actual: readonly Mode[]
  /** whether the person believed */
  believed: Believed | null
  /** true if the application was removed */
  app_removed: boolean | null
  /** true if card or password was changed */
  card_changed: boolean | null
  /** minor units saved */
  money_stopped_minor: number | null
  /** minor units lost before */
  money_out_before_minor: number | null
  /** ISO 4217 */
  currency: string | null
  /** ms since 1970 UTC; wished follow-up */
  follow_up_at: number | null
  /** reference of a comment in the vault */
  comment_ref: string | null
  /** command_id of the outcome taken back */
  takes_back: string | null
}

/** Level policy, noise limits and dispatch defaults. */
export interface Policy {
  /** stable id */
  id: string
  /** rises with the content */
  version: number
  /** first 16 hex of sha256 of the canonical content */
  hash: string
  /** user id of the author or loader */
  by: string
  /** ms since 1970 UTC; when it was written */
  at: number
  /** the document */
  json: string
}

/** Areas of the precincts and their ladder. */
export interface Precinct {
  /** stable id */
  id: string
  /** rises with the content */
  version: number
  /** first 16 hex of sha256 of the canonical content */
  hash: string
  /** user id of the author or loader */
  by: string
  /** ms since 1970 UTC; when it was written */
  at: number
  /** the document */
  json: string
}

/** One act of the second analysis, with its reasons. */
export interface Reanalysis {
  /** 32 hex; hash of case, action and cause */
  reanalysis_id: string
  /** the case */
  case_id: string
  /** token of the person; the key */
  subject: string
  /** ms since 1970 UTC */
  at: number
  /** what was done */
  action: ReanalysisAction
  /** level before */
  level_from: Level | null
  /** level after */
  level_to: Level | null
  /** scam type it is about */
  scam_type: ScamType | null
  /** level diverted to */
  diversion: Diversion | null
  /** case that takes this one in */
  merged_into: string | null
  /** why */
  reasons: readonly Reason[]
  /** warning that caused it */
  warning_id: string | null
  /** user id, null = the rules of the case */
  by: string | null
}

/** A command of a person took no effect. */
export interface Refused {
  /** the command */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string | null
  /** why */
  reason: RefusedReason
  /** ms since 1970 UTC */
  at: number
}

/** An officer answers an order. */
export interface Response {
  /** id made by the client, remembered for ever */
  command_id: string
  /** token of the person; the key */
  subject: string
  /** the case */
  case_id: string
  /** id of the user */
  by: string
  /** role in which the user acts */
  role: Role
  /** ms since 1970 UTC; server time of appending */
  at: number
  /** ms since 1970 UTC; time on the device */
  client_at: number | null
  /** running number on the device */
  client_seq: number | null
  /** the order */
  order_id: string
  /** what the officer does */
  action: ResponseAction
  /** why declined or undone */
  reason: ResponseReason | null
  /** command_id of the response taken back */
  undo_of: string | null
  /** request that is answered (request_answered) */
  request: RequestKind | null
  /** its answer */
  answer: RequestAnswer | null
  /** minor units held or stopped by the answer */
  amount_minor: number | null
  /** ISO 4217 */
  currency: string | null
  /** basis of a request to an institution */
  legal_basis: string | null
}

/** Who is on duty when. */
export interface Roster {
  /** stable id */
  id: string
  /** rises with the content */
  version: number
  /** first 16 hex of sha256 of the canonical content */
  hash: string
  /** user id of the author or loader */
  by: string
  /** ms since 1970 UTC; when it was written */
  at: number
  /** the document */
  json: string
}

/** The documents that work together. */
export interface RuleSet {
  /** stable id */
  id: string
  /** rises with the content */
  version: number
  /** first 16 hex of sha256 of the canonical content */
  hash: string
  /** user id of the author or loader */
  by: string
  /** ms since 1970 UTC; when it was written */
  at: number
  /** refs id@version#hash of rules */
  rules: readonly string[]
  /** refs of feature sets */
  features: readonly string[]
  /** refs of filters */
  filters: readonly string[]
}

/** One YAML document of the rule language. */
export interface Rule {
  /** stable id */
  id: string
  /** rises with the content */
  version: number
  /** first 16 hex of sha256 of the canonical content */
  hash: string
  /** user id of the author or loader */
  by: string
  /** ms since 1970 UTC; when it was written */
  at: number
  /** rule, feature_set or filter */
  document_kind: DocumentKind
  /** status in the document */
  status: RuleStatus
  /** the document */
  yaml: string
  /** case it was drafted from */
  from_case: string | null
}

/** What a shadow rule would have said; its id also hashes the version; never dispatched. */
export interface ShadowWarning {
  /** 32 hex; hash(rule, stage, subject, trigger event) */
  warning_id: string
  /** token of the person to protect; the key */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** id of the rule */
  rule: string
  /** version of the rule */
  rule_version: number
  /** first 16 hex of sha256 of the canonical rule */
  rule_hash: string
  /** stage of the rule, empty for single-event rules */
  rule_stage: string
  /** scam type the rule speaks for */
  scam_type: ScamType
  /** how far the story has gone */
  scam_stage: ScamStage
  /** methods seen */
  modes: readonly Mode[]
  /** of the rule's stage, else of its score band */
  level: Level
  /** 0..100 */
  score: number
  /** 0..1 measured share, null under 20 labels */
  p_fraud: number | null
  /** ms since 1970 UTC; event time of the trigger, or the timer's deadline */
  occurred_at: number
  /** ms since 1970 UTC; door time of the record that made it */
  created_at: number
  /** ms since 1970 UTC; when the trigger passed the door */
  accepted_at: number
  /** ms since 1970 UTC; end of usefulness */
  expires_at: number | null
  /** event that completed it */
  trigger_event_id: string
  /** Chinese title of the rule */
  title_zh: string
  /** English title of the rule */
  title_en: string
  /** what was seen, oldest first */
  evidence: readonly Evidence[]
  /** summands of the score */
  score_parts: readonly ScorePart[]
  /** values the rule read */
  values: readonly NamedValue[]
  /** kinds of evidence used */
  feeds: readonly FeedKind[]
  /** what is going on now */
  live_flags: readonly LiveFlag[]
  /** token or key of the party behind */
  suspect: string | null
  /** what it names */
  suspect_kind: EntityKind | null
  /** ms since 1970 UTC; of the running or last call in it */
  call_answered_at: number | null
  /** ms since 1970 UTC; null while running */
  call_ended_at: number | null
  /** minor units; balance or pending sum */
  money_at_risk_minor: number | null
  /** minor units; sum in the telling payment */
  money_moving_minor: number | null
  /** state of that payment */
  money_state: MoneyState
  /** ISO 4217, null without money */
  currency: string | null
  /** places of the events, newest first */
  places: readonly Place[]
  /** key of the talking points, a scam type */
  advice_key: string
  /** wish of the rule */
  dispatch_hint: DispatchHint | null
  /** true: written down, never dispatched */
  retrospective: boolean
  /** true: late by delay inside Yujing */
  delayed: boolean
}

/** Nothing older than this time will pass. */
export interface Tick {
  /** id of the ingest instance; empty on the encounter log */
  door: string
  /** ms since 1970 UTC; door time */
  time: number
  /** feed partition it was relayed from; -1 on the feed itself */
  origin: number
}

/** A call or payment, told to the profile of the subject's own number or account. */
export interface Touch {
  /** id of the event */
  event_id: string
  /** id of the reporting source */
  source: string
  /** token of the subject's own number or account; the key */
  party: string
  /** tel or account */
  party_kind: EntityKind
  /** token or key of the other party */
  counterparty: string
  /** token of the subject */
  subject: string
  /** call or transaction */
  event_type: EventType
  /** from the party's side */
  direction: Direction | null
  /** ms since 1970 UTC; time at the source */
  occurred_at: number
  /** ms since 1970 UTC; when it passed the door */
  accepted_at: number
  /** judged at the door */
  lateness: Lateness
  /** id of the ingest instance */
  door: string
  /** phase of the call or payment */
  phase: TouchPhase | null
  /** kind of the payment */
  kind: TransactionKind | null
  /** minor units of currency */
  amount_minor: number | null
  /** ISO 4217 */
  currency: string | null
  /** s of talk so far */
  duration_s: number | null
}

/** What a live rule says about a person, with everything needed to explain it. */
export interface Warning {
  /** 32 hex; hash(rule, stage, subject, trigger event) */
  warning_id: string
  /** token of the person to protect; the key */
  subject: string
  /** what the subject token stands for */
  subject_kind: SubjectKind
  /** id of the rule */
  rule: string
  /** version of the rule */
  rule_version: number
  /** first 16 hex of sha256 of the canonical rule */
  rule_hash: string
  /** stage of the rule, empty for single-event rules */
  rule_stage: string
  /** scam type the rule speaks for */
  scam_type: ScamType
  /** how far the story has gone */
  scam_stage: ScamStage
  /** methods seen */
  modes: readonly Mode[]
  /** of the rule's stage, else of its score band */
  level: Level
  /** 0..100 */
  score: number
  /** 0..1 measured share, null under 20 labels */
  p_fraud: number | null
  /** ms since 1970 UTC; event time of the trigger, or the timer's deadline */
  occurred_at: number
  /** ms since 1970 UTC; door time of the record that made it */
  created_at: number
  /** ms since 1970 UTC; when the trigger passed the door */
  accepted_at: number
  /** ms since 1970 UTC; end of usefulness */
  expires_at: number | null
  /** event that completed it */
  trigger_event_id: string
  /** Chinese title of the rule */
  title_zh: string
  /** English title of the rule */
  title_en: string
  /** what was seen, oldest first */
  evidence: readonly Evidence[]
  /** summands of the score */
  score_parts: readonly ScorePart[]
  /** values the rule read */
  values: readonly NamedValue[]
  /** kinds of evidence used */
  feeds: readonly FeedKind[]
  /** what is going on now */
  live_flags: readonly LiveFlag[]
  /** token or key of the party behind */
  suspect: string | null
  /** what it names */
  suspect_kind: EntityKind | null
  /** ms since 1970 UTC; of the running or last call in it */
  call_answered_at: number | null
  /** ms since 1970 UTC; null while running */
  call_ended_at: number | null
  /** minor units; balance or pending sum */
  money_at_risk_minor: number | null
  /** minor units; sum in the telling payment */
  money_moving_minor: number | null
  /** state of that payment */
  money_state: MoneyState
  /** ISO 4217, null without money */
  currency: string | null
  /** places of the events, newest first */
  places: readonly Place[]
  /** key of the talking points, a scam type */
  advice_key: string
  /** wish of the rule */
  dispatch_hint: DispatchHint | null
  /** true: written down, never dispatched */
  retrospective: boolean
  /** true: late by delay inside Yujing */
  delayed: boolean
}

/** A late event took the ground from a warning. */
export interface Withdrawn {
  /** the warning */
  warning_id: string
  /** token of the person; the key */
  subject: string
  /** id of the rule */
  rule: string
  /** its version */
  rule_version: number
  /** its stage */
  rule_stage: string
  /** why */
  reason: WithdrawReason
  /** event that cancels it */
  event_id: string
  /** ms since 1970 UTC; door time of that event */
  at: number
}

/** Every record type of the contract, by name. */
export interface RecordTypes {
  Adopt: Adopt
  Applied: Applied
  Call: Call
  Case: Case
  Contact: Contact
  Decision: Decision
  Delivery: Delivery
  DomainVisit: DomainVisit
  DoorClosed: DoorClosed
  DoorOpen: DoorOpen
  Due: Due
  Encounter: Encounter
  Escalation: Escalation
  Exposure: Exposure
  FollowUp: FollowUp
  HandOver: HandOver
  Head: Head
  Incident: Incident
  Label: Label
  Linked: Linked
  List: List
  Listed: Listed
  Mass: Mass
  Model: Model
  Moved: Moved
  Opened: Opened
  Order: Order
  Outcome: Outcome
  Policy: Policy
  Precinct: Precinct
  Reanalysis: Reanalysis
  Refused: Refused
  Response: Response
  Roster: Roster
  RuleSet: RuleSet
  Rule: Rule
  ShadowWarning: ShadowWarning
  Sms: Sms
  Tick: Tick
  Touch: Touch
  Transaction: Transaction
  Warning: Warning
  Withdrawn: Withdrawn
}

export const RECORD_TYPES = ['Adopt', 'Applied', 'Call', 'Case', 'Contact', 'Decision', 'Delivery', 'DomainVisit', 'DoorClosed', 'DoorOpen', 'Due', 'Encounter', 'Escalation', 'Exposure', 'FollowUp', 'HandOver', 'Head', 'Incident', 'Label', 'Linked', 'List', 'Listed', 'Mass', 'Model', 'Moved', 'Opened', 'Order', 'Outcome', 'Policy', 'Precinct', 'Reanalysis', 'Refused', 'Response', 'Roster', 'RuleSet', 'Rule', 'ShadowWarning', 'Sms', 'Tick', 'Touch', 'Transaction', 'Warning', 'Withdrawn'] as const

export type RecordType = keyof RecordTypes

/** Symbols of every enumeration, UNKNOWN included. */
export const ENUM_SYMBOLS = {
  AdoptKind: ADOPT_KIND_SYMBOLS,
  AgeBand: AGE_BAND_SYMBOLS,
  Believed: BELIEVED_SYMBOLS,
  CallMedia: CALL_MEDIA_SYMBOLS,
  CallPhase: CALL_PHASE_SYMBOLS,
  CallRelease: CALL_RELEASE_SYMBOLS,
  CallRoute: CALL_ROUTE_SYMBOLS,
  RequestKind: REQUEST_KIND_SYMBOLS,
  RequestAnswer: REQUEST_ANSWER_SYMBOLS,
  CaseStatus: CASE_STATUS_SYMBOLS,
  Channel: CHANNEL_SYMBOLS,
  ContactMethod: CONTACT_METHOD_SYMBOLS,
  ContactResult: CONTACT_RESULT_SYMBOLS,
  ContentClass: CONTENT_CLASS_SYMBOLS,
  DecisionKind: DECISION_KIND_SYMBOLS,
  DecisionReason: DECISION_REASON_SYMBOLS,
  DelayMode: DELAY_MODE_SYMBOLS,
  DeliveryStatus: DELIVERY_STATUS_SYMBOLS,
  Direction: DIRECTION_SYMBOLS,
  Diversion: DIVERSION_SYMBOLS,
  DocumentKind: DOCUMENT_KIND_SYMBOLS,
  DueKind: DUE_KIND_SYMBOLS,
  EntityKind: ENTITY_KIND_SYMBOLS,
  EscalationReason: ESCALATION_REASON_SYMBOLS,
  EventType: EVENT_TYPE_SYMBOLS,
  FeedKind: FEED_KIND_SYMBOLS,
  FollowUpKind: FOLLOW_UP_KIND_SYMBOLS,
  HandOverReason: HAND_OVER_REASON_SYMBOLS,
  ScamType: SCAM_TYPE_SYMBOLS,
  Level: LEVEL_SYMBOLS,
  IncidentKind: INCIDENT_KIND_SYMBOLS,
  IncidentSource: INCIDENT_SOURCE_SYMBOLS,
  IncidentStatus: INCIDENT_STATUS_SYMBOLS,
  LabelValue: LABEL_VALUE_SYMBOLS,
  Lateness: LATENESS_SYMBOLS,
  LevelSource: LEVEL_SOURCE_SYMBOLS,
  LiveFlag: LIVE_FLAG_SYMBOLS,
  Mode: MODE_SYMBOLS,
  MoneyState: MONEY_STATE_SYMBOLS,
  MovedKind: MOVED_KIND_SYMBOLS,
  NumberClass: NUMBER_CLASS_SYMBOLS,
  OpenField: OPEN_FIELD_SYMBOLS,
  OpenPurpose: OPEN_PURPOSE_SYMBOLS,
  OutcomeCode: OUTCOME_CODE_SYMBOLS,
  OutcomeSubCode: OUTCOME_SUB_CODE_SYMBOLS,
  PayeeKind: PAYEE_KIND_SYMBOLS,
  PaymentChannel: PAYMENT_CHANNEL_SYMBOLS,
  PeerListHit: PEER_LIST_HIT_SYMBOLS,
  PlaceKind: PLACE_KIND_SYMBOLS,
  ReanalysisAction: REANALYSIS_ACTION_SYMBOLS,
  Referrer: REFERRER_SYMBOLS,
  RefusedReason: REFUSED_REASON_SYMBOLS,
  Relation: RELATION_SYMBOLS,
  ReportedBy: REPORTED_BY_SYMBOLS,
  ResponseAction: RESPONSE_ACTION_SYMBOLS,
  ResponseReason: RESPONSE_REASON_SYMBOLS,
  ReviewState: REVIEW_STATE_SYMBOLS,
  Role: ROLE_SYMBOLS,
  RuleStatus: RULE_STATUS_SYMBOLS,
  ScamStage: SCAM_STAGE_SYMBOLS,
  SmsCategory: SMS_CATEGORY_SYMBOLS,
  SubjectKind: SUBJECT_KIND_SYMBOLS,
  TouchPhase: TOUCH_PHASE_SYMBOLS,
  TransactionKind: TRANSACTION_KIND_SYMBOLS,
  TransactionPhase: TRANSACTION_PHASE_SYMBOLS,
  Verdict: VERDICT_SYMBOLS,
  VisitAction: VISIT_ACTION_SYMBOLS,
  WithdrawReason: WITHDRAW_REASON_SYMBOLS,
} as const
