import type { Case } from '@yujing/schemas';
import { DEFAULT_CURRENCY, type ConsoleContext } from './context.ts';
import type { CaseSummary, CaseView, Level, OddsView } from './views.ts';
import type { KnownCase } from '../live/memory.ts';
import { summaryOf } from '../views/summary.ts';

/** Lines of a list; the names of all in one go. */
export async function summariesOf(context: ConsoleContext, cases: readonly KnownCase[]): Promise<CaseSummary[]> {
  const { masks, stations, settings } = context;
  const named = await masks.of(cases.map(({ record }) => record.subject));
  const currency = settings.currency ?? DEFAULT_CURRENCY;
  return cases.map(({ record, orders }) =>
    summaryOf(record, { masked: named.get(record.subject), orders, stations, currency }),
  );
}

/** Of the rule that speaks loudest; while it has too few labels, of its scam type. */
function oddsOf({ precision }: ConsoleContext, { record }: KnownCase): OddsView {
  const [leading] = record.hypotheses;
  const ofType = (): OddsView => precision.odds(record.scam_type);
  if (leading === undefined) return ofType();
  const ofRule = precision.odds(`${leading.rule}@${leading.rule_version}`);
  if (ofRule.enough) return ofRule;
  const wider = ofType();
  return wider.enough ? wider : ofRule;
}

type Grounds = Pick<CaseView, 'evidence' | 'score_parts' | 'hypotheses' | 'contact_tries' | 'requests'>;

function groundsOf(record: Case): Grounds {
  return {
    evidence: record.evidence.map(({ event_id, at, feed, text_zh, text_en }) => {
      return { event_id, at, feed, zh: text_zh, en: text_en };
    }),
    score_parts: record.score_parts.map(({ points, because_zh, because_en }) => {
      return { points, zh: because_zh, en: because_en };
    }),
    hypotheses: record.hypotheses.map(({ scam_type, level, rule, rule_version, rule_stage, score, at }) => {
      return { scam_type, level: level as Level, rule, rule_version, rule_stage, score, at };
    }),
    contact_tries: record.contact_tries.map(({ method, result, at }) => ({ method, result, at })),
    requests: record.requests.map(({ kind, at, answer }) => ({ kind, at, answer })),
  };
}

/** The card with its grounds and its story. */
export async function caseViewOf(context: ConsoleContext, known: KnownCase): Promise<CaseView> {
  const { record } = known;
  const { story } = context.readModel;
  const [summaries, timeline, follow_ups, person] = await Promise.all([
    summariesOf(context, [known]),
    story.timeline(record, context.stations),
    story.followUps(record.case_id),
    context.masks.one(record.subject),
  ]);
  return {
    ...(summaries[0] as CaseSummary),
    changed: record.changed,
    first_warning_at: record.first_warning_at,
    red_at: record.red_at,
    delivered_at: record.delivered_at,
    acked_at: record.acked_at,
    en_route_at: record.en_route_at,
    on_site_at: record.on_site_at,
    contacted_at: record.contacted_at,
    met_at: record.met_at,
    outcome_at: record.outcome_at,
    score: record.score,
    p_fraud: record.p_fraud,
    odds: oddsOf(context, known),
    ...groundsOf(record),
    timeline,
    follow_ups,
    person: person ?? null,
    advice: context.advice(record.advice_key),
  };
}
