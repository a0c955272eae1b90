import type { Case } from '@yujing/schemas';
import {
  contactedAt,
  currentOrder,
  firstStep,
  isAcknowledged,
  isOpen,
  metAt,
  statusOf,
  waitingOrders,
} from '../feedback/progress.ts';
import {
  call,
  feeds,
  hypotheses,
  isRetrospective,
  leading,
  liveFlags,
  modes,
  money,
  scamStage,
} from '../reanalyse/hypotheses.ts';
import { deliveredOrSent } from './deadlines.ts';
import { orderNumber } from './ids.ts';
import type { CaseState, OrderState } from './state.ts';

/** What the case looks like: everything is read off the state, so a snapshot can be compared with the one before. */
export function snapshotOf(subject: string, c: CaseState, flagsMs: number): Case {
  return {
    case_id: c.case_id,
    subject,
    subject_kind: c.subject_kind,
    revision: c.revision,
    changed: [],
    at: 0,
    status: statusOf(c),
    level: c.level,
    level_source: c.level_source,
    ...grounds(c, flagsMs),
    ...people(c),
    ...times(c),
    ...deadlines(c),
    ...ending(c),
    contact_tries: [...c.contact_tries],
    requests: c.requests.map((request) => ({ ...request })),
    unreviewed: c.unreviewed,
    retrospective: isRetrospective(c),
    delayed: c.warnings.some((warning) => warning.delayed),
  };
}

function grounds(c: CaseState, flagsMs: number) {
  const { scam_type, score, p_fraud, title_zh, title_en, score_parts, suspect, suspect_kind, advice_key } = leading(c);
  return {
    scam_type,
    scam_stage: scamStage(c),
    hypotheses: hypotheses(c),
    modes: modes(c),
    score,
    p_fraud,
    title_zh,
    title_en,
    evidence: c.evidence.map(({ event_id, at, feed, text_zh, text_en }) => ({ event_id, at, feed, text_zh, text_en })),
    score_parts: [...score_parts],
    live_flags: liveFlags(c, flagsMs),
    feeds: feeds(c),
    suspect,
    suspect_kind,
    ...call(c),
    ...money(c),
    places: c.places.map((place) => ({ ...place })),
    advice_key,
  };
}

function people(c: CaseState) {
  const order = currentOrder(c);
  return {
    diversion: c.diversion,
    precinct: c.precinct,
    officer: order?.officer ?? null,
    order_id: order?.order_id ?? null,
    order_no: order === null ? null : orderNumber(c.case_id),
    step: order?.step ?? 0,
    waiting_orders: waitingOrders(c).map(({ order_id, officer }) => ({ order_id, officer })),
  };
}

function firstOf(orders: readonly OrderState[], time: (order: OrderState) => number | null): number | null {
  const times = orders.map(time).filter((at) => at !== null);
  return times.length === 0 ? null : Math.min(...times);
}

function times(c: CaseState) {
  return {
    opened_at: c.opened_at,
    first_warning_at: c.warned_at ?? c.opened_at,
    red_at: c.red_at,
    dispatched_at: c.dispatched_at,
    delivered_at: firstOf(c.orders, (order) => order.delivered_at),
    acked_at: firstStep(c, 'accept'),
    en_route_at: firstStep(c, 'en_route'),
    on_site_at: firstStep(c, 'on_site'),
    contacted_at: contactedAt(c),
    met_at: metAt(c),
    outcome_at: c.outcome?.at ?? null,
    closed_at: c.ended === null || c.ended.status === 'follow_up' ? null : c.ended.at,
  };
}

function ackDueAt(c: CaseState): number | null {
  if (c.ended !== null || isAcknowledged(c)) return null;
  const newest = c.orders.findLast(isOpen);
  return newest === undefined || newest.ack_ms === null ? null : deliveredOrSent(newest) + newest.ack_ms;
}

function deadlines(c: CaseState) {
  const running = c.ended === null;
  const open = c.follow_ups.filter(({ done_at }) => done_at === null).map(({ due_at }) => due_at);
  return {
    review_state: c.review.state,
    review_due_at: running ? c.review.due_at : null,
    ack_due_at: ackDueAt(c),
    contact_due_at: running && contactedAt(c) === null ? c.contact_due_at : null,
    meet_due_at: running && metAt(c) === null ? c.meet_due_at : null,
    outcome_due_at: running ? c.outcome_due_at : null,
    follow_up_due_at: open.length === 0 ? null : Math.min(...open),
  };
}

function ending(c: CaseState) {
  return {
    outcome_code: c.outcome?.code ?? null,
    outcome_sub_code: c.outcome?.sub_code ?? null,
    label: c.outcome?.label ?? null,
    merged_into: c.merged_into,
    quiet_until: c.quiet_until,
  };
}
