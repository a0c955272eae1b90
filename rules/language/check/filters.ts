import type { Node, RulePlan } from '../plan/plan.ts';
import type { Problems } from '../problems/problems.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { ReadDocument } from '../documents/documents.ts';
import type { Symbols } from './environment.ts';
import { eventInfo } from './events.ts';
import { checkCondition } from './expression.ts';

export type FilterDocument = Extract<ReadDocument, { kind: 'Filter' }>;

/** An exception, ready to be joined to the rules it names. */
export interface CheckedFilter {
  readonly document: FilterDocument;
  readonly rules: readonly string[];
  readonly on: RulePlan['stages'][number]['on'];
  readonly when: Node;
  readonly live: boolean;
}

export function checkFilter(
  document: FilterDocument,
  ruleIds: readonly string[],
  symbols: Symbols,
  problems: Problems,
): CheckedFilter | undefined {
  const { body } = document;
  const before = problems.errors;
  for (const rule of body.rules ?? []) {
    if (!ruleIds.includes(rule.value))
      problems.add('unknown_rule', rule.position, `no rule is called ${rule.value}`, didYouMean(rule.value, ruleIds));
  }
  if (body.meta !== undefined) {
    for (const key of ['owner', 'expires'] as const) {
      if (body.meta[key] === undefined)
        problems.add('missing_key', body.meta.position, `an exception needs meta.${key}`);
    }
  }
  if (body.on === undefined || body.when === undefined) return undefined;
  const info = eventInfo(body.on.value);
  const scope = {
    event: { info, scope: 'event' },
    instead: '',
    stages: new Map(),
    params: new Map(),
    bareFields: false,
    features: true,
    variable: undefined,
  };
  const when = checkCondition(body.when, { symbols, scope, usedParams: new Set(), problems });
  if (when === undefined || problems.errors > before) return undefined;
  return {
    document,
    rules: (body.rules ?? []).map((rule) => rule.value),
    on: body.on.value,
    when: untilExpiry(when, body.meta?.expires?.value),
    live: body.status?.value === 'live',
  };
}

/** A forgotten exception must not silence a rule for ever: from the end of its day on it no longer holds. */
function untilExpiry(when: Node, expires: string | undefined): Node {
  if (expires === undefined) return when;
  const end = Date.parse(expires) + 86_400_000;
  const type = { kind: 'timestamp' } as const;
  const before: Node = {
    op: 'compare',
    comparison: '<',
    left: { op: 'field', scope: 'event', field: 'occurred_at', type },
    right: { op: 'literal', type, value: end },
  };
  return { op: 'and', arguments: [...(when.op === 'and' ? when.arguments : [when]), before] };
}

/** Joins the live exceptions to a rule. The rule keeps its hash: the rule set's hash names the filters. */
export function applyFilters(plan: RulePlan, filters: readonly CheckedFilter[]): RulePlan {
  const mine = filters.filter((filter) => filter.live && filter.rules.includes(plan.id));
  if (mine.length === 0) return plan;
  const stages = plan.stages.map((stage) => {
    const exceptions = mine
      .filter((filter) => filter.on === stage.on)
      .map((filter): Node => ({ op: 'not', argument: { op: 'certain', argument: filter.when } }));
    if (exceptions.length === 0) return stage;
    const parts = stage.when === undefined ? [] : stage.when.op === 'and' ? stage.when.arguments : [stage.when];
    return { ...stage, when: { op: 'and', arguments: [...parts, ...exceptions] } as const };
  });
  return { ...plan, stages };
}
