import type { Case, Order } from '@yujing/schemas';
import type { Stations } from '../api/dependencies.ts';
import type { Bilingual, CaseSummary, Level, MaskedPerson } from '../api/views.ts';

/** What a summary needs besides the snapshot. */
export interface Surroundings {
  readonly masked: MaskedPerson | undefined;
  readonly orders: readonly Pick<Order, 'area_zh' | 'area_en'>[];
  readonly stations: Stations;
  /** of amounts without one */
  readonly currency: string;
}

/** The area an officer drives to: what his order says, else where the person lives, else the precinct's own. */
export function areaOf(precinct: string | null, { masked, orders, stations }: Surroundings): Bilingual | null {
  const named = orders.findLast(({ area_zh }) => area_zh !== null);
  if (named !== undefined) return { zh: named.area_zh as string, en: named.area_en ?? (named.area_zh as string) };
  return masked?.area ?? stations.precincts().find(({ code }) => code === precinct)?.area ?? null;
}

/** One line of a list or of the live stream. Names come masked or not at all. */
export function summaryOf(record: Case, around: Surroundings): CaseSummary {
  return {
    case_id: record.case_id,
    subject: record.subject,
    revision: record.revision,
    order_id: record.order_id,
    order_no: record.order_no,
    level: record.level as Level,
    scam_type: record.scam_type,
    title: { zh: record.title_zh, en: record.title_en },
    status: record.status,
    review_state: record.review_state,
    name_masked: around.masked?.name_masked ?? null,
    area: areaOf(record.precinct, around),
    officer: record.officer,
    waiting_orders: record.waiting_orders,
    precinct: record.precinct,
    live_flags: record.live_flags,
    call_answered_at: record.call_answered_at,
    call_ended_at: record.call_ended_at,
    money_at_risk_minor: record.money_at_risk_minor,
    money_moving_minor: record.money_moving_minor,
    money_state: record.money_state,
    currency: record.currency ?? around.currency,
    opened_at: record.opened_at,
    dispatched_at: record.dispatched_at,
    updated_at: record.at,
    review_due_at: record.review_due_at,
    ack_due_at: record.ack_due_at,
    contact_due_at: record.contact_due_at,
    meet_due_at: record.meet_due_at,
    outcome_due_at: record.outcome_due_at,
    outcome_code: record.outcome_code,
    closed_at: record.closed_at,
    unreviewed: record.unreviewed,
    delayed: record.delayed,
  };
}
