import { CASE_STATUS_SYMBOLS, MONEY_STATE_SYMBOLS, REVIEW_STATE_SYMBOLS, SCAM_TYPE_SYMBOLS } from '@yujing/schemas';
import type * as View from '../views.ts';
import { ROLES } from '../viewer.ts';
import {
  count,
  flag,
  list,
  money,
  named,
  number,
  object,
  oneOf,
  orNull,
  ref,
  text,
  time,
  type JsonSchema,
  type Shape,
} from './json-schema.ts';

const level = oneOf(['BLUE', 'YELLOW', 'ORANGE', 'RED']);
const bilingual = ref('Bilingual');
const role = oneOf(ROLES);

const BILINGUAL = object<View.Bilingual>({ zh: text, en: text });

const SESSION = object<View.SessionView>({
  user: text,
  role,
  precinct: orNull(text),
  precinct_name: orNull(bilingual),
  demo: flag,
  roles: list(role),
  clock: oneOf(['wall', 'door']),
  now: time,
});

const summary = {
  case_id: text,
  subject: text,
  revision: count,
  order_id: orNull(text),
  order_no: orNull(count),
  level,
  scam_type: oneOf(SCAM_TYPE_SYMBOLS),
  title: bilingual,
  status: oneOf(CASE_STATUS_SYMBOLS),
  review_state: oneOf(REVIEW_STATE_SYMBOLS),
  name_masked: orNull(text),
  area: orNull(bilingual),
  officer: orNull(text),
  waiting_orders: list(object<View.CaseSummary['waiting_orders'][number]>({ order_id: text, officer: text })),
  precinct: orNull(text),
  live_flags: list(text),
  call_answered_at: orNull(time),
  call_ended_at: orNull(time),
  money_at_risk_minor: orNull(money),
  money_moving_minor: orNull(money),
  money_state: oneOf(MONEY_STATE_SYMBOLS),
  currency: text,
  opened_at: time,
  dispatched_at: orNull(time),
  updated_at: time,
  review_due_at: orNull(time),
  ack_due_at: orNull(time),
  contact_due_at: orNull(time),
  meet_due_at: orNull(time),
  outcome_due_at: orNull(time),
  outcome_code: orNull(text),
  closed_at: orNull(time),
  unreviewed: flag,
  delayed: flag,
};

const masked = {
  name_masked: text,
  sex: orNull(oneOf(['female', 'male'])),
  age_band: orNull(text),
  language: orNull(bilingual),
  hearing: orNull(bilingual),
  area: orNull(bilingual),
};

type Item<T> = T extends ReadonlyArray<infer Inner> ? Inner : never;

const EVIDENCE = object<View.EvidenceView>({ zh: text, en: text, event_id: text, at: time, feed: text });
const HYPOTHESIS = object<Item<View.CaseView['hypotheses']>>({
  scam_type: text,
  level,
  rule: text,
  rule_version: count,
  rule_stage: text,
  score: count,
  at: time,
});

const CASE = object<View.CaseView>({
  ...summary,
  changed: list(text),
  first_warning_at: time,
  red_at: orNull(time),
  delivered_at: orNull(time),
  acked_at: orNull(time),
  en_route_at: orNull(time),
  on_site_at: orNull(time),
  contacted_at: orNull(time),
  met_at: orNull(time),
  outcome_at: orNull(time),
  score: count,
  p_fraud: orNull(number),
  odds: ref('Odds'),
  evidence: list(EVIDENCE),
  score_parts: list(object<Item<View.CaseView['score_parts']>>({ zh: text, en: text, points: { type: 'integer' } })),
  hypotheses: list(HYPOTHESIS),
  timeline: list(
    object<Item<View.CaseView['timeline']>>({ zh: text, en: text, at: time, kind: text, by: orNull(text) }),
  ),
  contact_tries: list(object<Item<View.CaseView['contact_tries']>>({ method: text, result: text, at: time })),
  requests: list(object<Item<View.CaseView['requests']>>({ kind: text, at: time, answer: orNull(text) })),
  follow_ups: list(object<Item<View.CaseView['follow_ups']>>({ kind: text, due_at: time, done_at: orNull(time) })),
  person: orNull(ref('MaskedPerson')),
  advice: object<View.CaseView['advice']>({ say: list(bilingual), check: list(bilingual), never: bilingual }),
});

const contact = { contact_id: text, relation: text };
const MASKED = object<View.MaskedPerson>({ ...masked, contacts: list(object(contact)) });
const OPENED = object<View.OpenedPerson>({
  ...masked,
  contacts: list(object<Item<View.OpenedPerson['contacts']>>({ ...contact, tel: text })),
  name: text,
  address: orNull(text),
  place_certainty: orNull(bilingual),
});

const CARDS = object<View.CardsView>({ cards: list(ref('CaseSummary')), follow_ups: list(ref('FollowUp')) });
const FOLLOW_UP = object<View.FollowUpView>({
  follow_up_id: text,
  case_id: text,
  kind: text,
  due_at: time,
  done_at: orNull(time),
  level,
  scam_type: text,
  outcome_code: orNull(text),
  name_masked: orNull(text),
  area: orNull(bilingual),
});
const QUEUE = object<View.QueueView>({
  groups: list(object<Item<View.QueueView['groups']>>({ level, count, cases: list(ref('CaseSummary')) })),
});

const reason = object<Item<View.FunnelStep['lost_reasons']>>({ zh: text, en: text, count });
const FUNNEL_STEP = object<View.FunnelStep>({
  step: oneOf(['warned', 'reviewed', 'dispatched', 'acknowledged', 'contacted', 'met', 'saved']),
  count,
  lost: count,
  lost_reasons: list(reason),
  ended: count,
  ended_reasons: list(reason),
});
const CLOCK = object<View.ClockView>({
  from: oneOf(['red', 'first', 'call']),
  count,
  p50_ms: orNull(count),
  p90_ms: orNull(count),
  p99_ms: orNull(count),
});
const PRECISION_ROW = object<View.PrecisionRow>({
  rule: text,
  rule_version: count,
  title: bilingual,
  level,
  warnings: count,
  label_true: count,
  label_false: count,
  label_unknown: count,
  precision: orNull(number),
  low: orNull(number),
  high: orNull(number),
});
const BOARD = object<View.BoardView>({
  from: time,
  until: time,
  funnel: list(FUNNEL_STEP),
  clocks: list(CLOCK),
  saved_minor: money,
  lost_minor: money,
  currency: text,
  precision: list(ref('PrecisionRow')),
});

type EventOf<Kind extends View.LiveEvent['kind']> = Extract<View.LiveEvent, { kind: Kind }>;

function event<Kind extends View.LiveEvent['kind']>(kind: Kind, rest: Omit<Shape<EventOf<Kind>>, 'kind'>): JsonSchema {
  return object({ kind: { type: 'string', const: kind }, ...rest } as unknown as Shape<EventOf<Kind>>);
}

const LIVE_EVENTS: { readonly [Kind in View.LiveEvent['kind']]: JsonSchema } = {
  case: event('case', { case: ref('CaseSummary'), changed: list(text) }),
  order: event('order', {
    order_id: text,
    case_id: text,
    officer: text,
    level,
    scam_type: text,
    area: orNull(bilingual),
    issued_at: time,
  }),
  applied: event('applied', { command_id: text, case_id: orNull(text) }),
  refused: event('refused', { command_id: text, case_id: orNull(text), reason: text }),
  gone: event('gone', { case_id: text }),
  label: event('label', { case_id: text, label: text, outcome_code: text }),
  reset: event('reset', {}),
  time: event('time', { now: time }),
};

/** Every shape of api/views.ts that a route answers with; they become the components of the OpenAPI document. */
export const VIEW_SCHEMAS: readonly JsonSchema[] = [
  named('Bilingual', BILINGUAL),
  named('Session', SESSION),
  named('SignIn', object<View.SignInView>({ demo: flag, any_user: flag })),
  named('CaseSummary', object<View.CaseSummary>(summary)),
  named('Odds', object<View.OddsView>({ of: text, real: count, labelled: count, enough: flag })),
  named('MaskedPerson', MASKED),
  named('OpenedPerson', OPENED),
  named('Case', CASE),
  named('FollowUp', FOLLOW_UP),
  named('Cards', CARDS),
  named('Queue', QUEUE),
  named('PrecisionRow', PRECISION_ROW),
  named('Board', BOARD),
  named('CommandAnswer', object<View.CommandAnswer>({ command_id: text, appended_at: time })),
  named(
    'CommandState',
    object<View.CommandStateView>({
      command_id: text,
      state: oneOf(['appended', 'applied', 'refused']),
      reason: orNull(text),
    }),
  ),
  named(
    'Shift',
    object<View.ShiftView>({
      user: text,
      precinct: orNull(text),
      precinct_name: orNull(bilingual),
      on_duty: flag,
      until: orNull(time),
    }),
  ),
  named(
    'Precincts',
    object<View.PrecinctsView>({
      precincts: list(object<Item<View.PrecinctsView['precincts']>>({ code: text, name: bilingual })),
    }),
  ),
  named('LiveEvent', { oneOf: Object.values(LIVE_EVENTS) }),
  named(
    'Problem',
    object<View.ProblemView>(
      {
        type: text,
        title: text,
        status: count,
        code: text,
        detail: text,
        detail_zh: text,
        errors: list(object<Item<NonNullable<View.ProblemView['errors']>>>({ field: text, message: text })),
      },
      ['errors'],
    ),
  ),
];
