import type { Case, Level, RecordTypes } from '@yujing/schemas';
import { isCommand, type AnyRecord, type CommandRecord } from '../../live/records.ts';
import type { Row } from '../schema/statements.ts';
import type { TableName } from '../schema/tables.ts';

/** Rows that one record adds, per table. */
export type RowsOf = Partial<Record<TableName, Row>>;

const LEVEL_NUMBER: Readonly<Record<Level, number>> = { BLUE: 0, YELLOW: 1, ORANGE: 2, RED: 3, UNKNOWN: 0 };
export const LEVEL_NAMES = ['BLUE', 'YELLOW', 'ORANGE', 'RED'] as const;

/** Nothing more is asked of anybody but follow-ups. */
const ENDED = new Set<Case['status']>(['closed', 'rejected', 'merged', 'expired', 'follow_up']);

function firstOf(times: readonly (number | null)[]): number | null {
  const running = times.filter((at) => at !== null);
  return running.length === 0 ? null : Math.min(...running);
}

function caseRow(record: Case): Row {
  const level = LEVEL_NUMBER[record.level];
  const isOpen = !ENDED.has(record.status) && record.closed_at === null;
  const { review_due_at, ack_due_at, contact_due_at, meet_due_at, outcome_due_at } = record;
  return {
    case_id: record.case_id,
    subject: record.subject,
    revision: record.revision,
    level,
    top_level: level,
    alerted_at: level > 0 ? record.at : null,
    status: record.status,
    is_open: isOpen,
    ended_at: isOpen ? null : (record.closed_at ?? record.outcome_at ?? record.at),
    review_state: record.review_state,
    precinct: record.precinct,
    officer: record.officer,
    scam_type: record.scam_type,
    order_no: record.order_no,
    opened_at: record.opened_at,
    updated_at: record.at,
    next_due_at: firstOf([review_due_at, ack_due_at, contact_due_at, meet_due_at, outcome_due_at]),
    call_answered_at: record.call_answered_at,
    red_at: record.red_at,
    dispatched_at: record.dispatched_at,
    acked_at: record.acked_at,
    contacted_at: record.contacted_at,
    met_at: record.met_at,
    outcome_code: record.outcome_code,
    retrospective: record.retrospective,
    record: JSON.stringify(record),
  };
}

function warningRow(warning: RecordTypes['Warning'], shadow: boolean): Row {
  return {
    warning_id: warning.warning_id,
    subject: warning.subject,
    rule: warning.rule,
    rule_version: warning.rule_version,
    rule_stage: warning.rule_stage,
    level: LEVEL_NUMBER[warning.level],
    scam_type: warning.scam_type,
    score: warning.score,
    created_at: warning.created_at,
    shadow,
    retrospective: warning.retrospective,
    title_zh: warning.title_zh,
    title_en: warning.title_en,
  };
}

/** Place of a record in the case's story, found again by its content name. */
function timelineRow(record: AnyRecord, partition: number, entry_id: string, case_id: string, at: number): Row {
  return {
    entry_id,
    case_id,
    at,
    log_partition: partition,
    log_offset: record.offset,
    type: record.type,
    record: JSON.stringify(record.value),
  };
}

function commandRows(record: CommandRecord, partition: number): RowsOf {
  const { command_id, case_id, by, at } = record.value;
  const rows: RowsOf = {
    commands: { command_id, case_id, kind: record.type, actor: by, at },
    timeline: timelineRow(record, partition, command_id, case_id, at),
  };
  if (record.type !== 'Opened') return rows;
  const { subject, role, purpose, fields, device } = record.value;
  const opened = { command_id, case_id, subject, actor: by, role, purpose, fields: fields.join(' '), device, at };
  return { ...rows, opened };
}

/** A record of `case` as rows. Pure: the same log gives the same tables. */
export function rowsOf(record: AnyRecord, partition: number): RowsOf {
  if (isCommand(record)) return commandRows(record, partition);
  switch (record.type) {
    case 'Case':
      return { cases: caseRow(record.value) };
    case 'Warning':
      return { warnings: warningRow(record.value, false) };
    case 'ShadowWarning':
      return { warnings: warningRow(record.value, true) };
    case 'Applied': {
      const { command_id, case_id, merged_at, at } = record.value;
      return { verdicts: { command_id, case_id, state: 'applied', reason: null, merged_at, at } };
    }
    case 'Refused': {
      const { command_id, case_id, reason, at } = record.value;
      return { verdicts: { command_id, case_id, state: 'refused', reason, merged_at: null, at } };
    }
    default:
      return storyRows(record, partition);
  }
}

function storyRows(record: AnyRecord, partition: number): RowsOf {
  switch (record.type) {
    case 'Order': {
      const { order_id, case_id, subject, order_no, step, officer, precinct, level, issued_at } = record.value;
      return {
        orders: {
          order_id,
          case_id,
          subject,
          order_no,
          step,
          officer,
          precinct,
          level: LEVEL_NUMBER[level],
          issued_at,
          record: JSON.stringify(record.value),
        },
        timeline: timelineRow(record, partition, order_id, case_id, issued_at),
      };
    }
    case 'Delivery': {
      const { delivery_id, order_id, case_id, officer, channel, status, attempt, error_code, at } = record.value;
      return {
        deliveries: { delivery_id, order_id, case_id, officer, channel, status, attempt, error_code, at },
        timeline: timelineRow(record, partition, delivery_id, case_id, at),
      };
    }
    case 'Label': {
      const { label_id, case_id, subject, label, outcome_code, currency, provisional, takes_back, at } = record.value;
      const { money_stopped_minor, money_out_before_minor } = record.value;
      const money = { money_stopped_minor, money_out_before_minor, currency };
      return { labels: { label_id, case_id, subject, label, outcome_code, ...money, provisional, takes_back, at } };
    }
    case 'FollowUp': {
      const { follow_up_id, case_id, subject, kind, due_at, done_at, cancelled_at, at } = record.value;
      const entry = `${follow_up_id}${done_at !== null ? '.done' : cancelled_at !== null ? '.cancelled' : ''}`;
      return {
        follow_ups: { follow_up_id, case_id, subject, kind, due_at, done_at, cancelled_at, at },
        timeline: timelineRow(record, partition, entry, case_id, at),
      };
    }
    case 'Reanalysis':
      return {
        timeline: timelineRow(record, partition, record.value.reanalysis_id, record.value.case_id, record.value.at),
      };
    case 'Escalation':
      return {
        timeline: timelineRow(record, partition, record.value.escalation_id, record.value.case_id, record.value.at),
      };
    default:
      return {};
  }
}
