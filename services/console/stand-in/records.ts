import { createHash } from 'node:crypto';
import { complete, type Case, type Label, type Order, type Warning } from '@yujing/schemas';

/** Invented people only. */
export const START = Date.UTC(2026, 10, 22, 6, 0, 0);

export function hex(name: string, length = 32): string {
  return createHash('sha256').update(name).digest('hex').slice(0, length);
}

export function subjectOf(name: string): string {
  return `t1_${createHash('sha256').update(name).digest('base64url').slice(0, 22)}`;
}

/** A case of this person in this precinct, RED and dispatched unless told otherwise. */
export function caseOf(name: string, changes: Partial<Case> = {}): Case {
  return complete('Case', {
    case_id: hex(`case ${name}`),
    subject: subjectOf(name),
    subject_kind: 'person',
    revision: 1,
    changed: ['level'],
    at: START,
    status: 'dispatched',
    level: 'RED',
    level_source: 'stage',
    scam_type: 'fake_police',
    scam_stage: 's3_squeeze',
    hypotheses: [
      {
        scam_type: 'fake_police',
        level: 'RED',
        score: 90,
        p_fraud: null,
        rule: 'overseas-call-then-gathering',
        rule_version: 4,
        rule_hash: hex('rule', 16),
        rule_stage: 'gathering',
        warning_id: hex(`warning ${name}`),
        at: START,
      },
    ],
    score: 90,
    title_zh: '境外通话后资金归集',
    title_en: 'Money gathered during an overseas call',
    evidence: [
      {
        event_id: hex(`event ${name}`),
        at: START,
        feed: 'call',
        text_zh: '境外号码首次来电，至今没挂',
        text_en: 'First international call, still on',
      },
    ],
    score_parts: [
      { points: 50, because_zh: '境外首次来电，超过 5 分钟', because_en: 'First overseas call, over 5 min' },
    ],
    live_flags: ['on_call'],
    feeds: ['call', 'transaction'],
    call_answered_at: START - 300_000,
    money_at_risk_minor: 49_000_000,
    money_state: 'pending',
    currency: 'CNY',
    advice_key: 'fake_police',
    precinct: 'qinghe',
    step: 1,
    opened_at: START,
    first_warning_at: START,
    red_at: START,
    dispatched_at: START,
    review_state: 'waiting',
    review_due_at: START + 60_000,
    ack_due_at: START + 60_000,
    unreviewed: false,
    retrospective: false,
    delayed: false,
    ...changes,
  });
}

export function orderOf(name: string, officer: string, changes: Partial<Order> = {}): Order {
  return complete('Order', {
    order_id: hex(`order ${name} ${officer}`),
    order_no: 713,
    case_id: hex(`case ${name}`),
    subject: subjectOf(name),
    step: 1,
    officer,
    precinct: 'qinghe',
    role: 'station',
    level: 'RED',
    scam_type: 'fake_police',
    area_zh: '青禾街道',
    area_en: 'Qinghe',
    live_flags: ['on_call'],
    issued_at: START,
    channels: ['sse'],
    unreviewed: false,
    ...changes,
  });
}

export function warningOf(name: string, changes: Partial<Warning> = {}): Warning {
  return complete('Warning', {
    warning_id: hex(`warning ${name}`),
    subject: subjectOf(name),
    subject_kind: 'person',
    rule: 'overseas-call-then-gathering',
    rule_version: 4,
    rule_hash: hex('rule', 16),
    rule_stage: 'gathering',
    scam_type: 'fake_police',
    scam_stage: 's3_squeeze',
    level: 'RED',
    score: 90,
    occurred_at: START,
    created_at: START,
    accepted_at: START,
    trigger_event_id: hex(`event ${name}`),
    title_zh: '境外通话后资金归集',
    title_en: 'Money gathered during an overseas call',
    money_state: 'pending',
    advice_key: 'fake_police',
    retrospective: false,
    delayed: false,
    ...changes,
  });
}

export function labelOf(name: string, changes: Partial<Label> = {}): Label {
  return complete('Label', {
    label_id: hex(`label ${name}`),
    case_id: hex(`case ${name}`),
    subject: subjectOf(name),
    label: 'label_true',
    outcome_code: 'T1',
    outcome_command_id: `outcome-${hex(name, 8)}`,
    scam_type: 'fake_police',
    first_warning_at: START,
    money_stopped_minor: 48_000_000,
    money_out_before_minor: 0,
    currency: 'CNY',
    at: START + 840_000,
    provisional: false,
    ...changes,
  });
}
