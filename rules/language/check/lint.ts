import type { Node } from '../plan/plan.ts';
import type { Position, Problems } from '../problems/problems.ts';
import { branchesOf, contradictionIn, isSelective } from './branches.ts';
import { MAX_BRANCHES } from './limits.ts';
import type { CheckedRule, RuleDocument } from './rule.ts';

const DAY_MS = 86_400_000;

/** What a document lacks, told also when other mistakes keep it from compiling: tests, levels, a date in time. */
export function lintDocument(document: RuleDocument, today: string | undefined, problems: Problems): void {
  const { body } = document;
  if (body.about?.value !== 'counterparty') {
    lintTests(document, problems);
    if (!document.broken) lintLevels(document, problems);
  }
  if (today !== undefined) lintExpiry(document, today, problems);
}

/** Conditions that are legal and cannot hold, or would be asked of every event. */
export function lintConditions(rule: CheckedRule, problems: Problems): void {
  for (const [index, stage] of rule.plan.stages.entries()) {
    const draft = rule.drafts[index];
    // a condition that was written and is not in the plan was wrong, and told already
    if (draft !== undefined && (stage.when !== undefined || draft.body.when === undefined))
      lintCondition(stage.when, draft.body.when?.position ?? draft.position, problems);
  }
}

function lintCondition(when: Node | undefined, at: Position, problems: Problems): void {
  if (when === undefined) {
    problems.add('no_guard', at, 'there is no condition: every event of the type matches');
    return;
  }
  const branches = branchesOf(when);
  // one selective comparison that all alternatives share is guard enough: the index needs no alternatives then
  const shared = (when.op === 'and' ? when.arguments : [when]).some((node) => isSelective({ node, negated: false }));
  if (!shared && (branches === undefined || branches.length > MAX_BRANCHES)) {
    problems.add(
      'too_many_branches',
      at,
      `the condition falls into ${branches === undefined ? 'very many' : branches.length} alternatives, at most ${MAX_BRANCHES}`,
    );
  }
  if (branches === undefined) return;
  const dead = branches.map((branch) => contradictionIn(branch));
  const field = dead.find((found) => found !== undefined);
  if (field !== undefined) {
    if (dead.every((found) => found !== undefined))
      problems.add('contradiction', at, `no event can meet what is asked of ${field}`);
    else problems.add('dead_alternative', at, `one alternative asks of ${field} what no event can meet`);
  }
  const open = branches.some((branch, index) => dead[index] === undefined && !branch.some((atom) => isSelective(atom)));
  if (open)
    problems.add(
      'no_guard',
      at,
      'an alternative has no selective comparison with a constant',
      'add one to each side of ||, such as event.phase == "answered"',
    );
}

function lintTests({ body, position }: RuleDocument, problems: Problems): void {
  const status = body.status?.value;
  if (status !== 'shadow' && status !== 'live') return;
  const at = body.tests?.[0]?.position ?? position;
  const expectations = (body.tests ?? []).map((test) => test.expect?.length);
  if (!expectations.some((count) => count !== undefined && count > 0))
    problems.add('no_positive_test', at, 'no test makes the rule warn');
  if (!expectations.includes(0)) problems.add('no_negative_test', at, 'no test stays quiet');
}

function lintLevels({ body, position }: RuleDocument, problems: Problems): void {
  const levels = [body.level, ...(body.sequence?.stages ?? []).map((stage) => stage.level)];
  const known = body.on !== undefined || (body.sequence?.stages?.length ?? 0) > 0;
  if (!known || (body.bands?.length ?? 0) > 0 || levels.some((level) => level !== undefined)) return;
  problems.add('silent_rule', position, 'no stage of the rule has a level');
}

function lintExpiry({ body }: RuleDocument, today: string, problems: Problems): void {
  const expires = body.meta?.expires;
  if (body.status?.value !== 'live' || expires === undefined) return;
  const left = (Date.parse(expires.value) - Date.parse(today)) / DAY_MS;
  if (left < 0) problems.add('expired', expires.position, `the rule expired on ${expires.value}`);
  else if (left <= 30) problems.add('expires_soon', expires.position, `the rule expires in ${Math.ceil(left)} days`);
}

/** Rules that would always warn together: the same stages, conditions and timers under two names. */
export function lintTwins(rules: readonly CheckedRule[], problemsOf: (rule: CheckedRule) => Problems): void {
  const seen = new Map<string, CheckedRule>();
  for (const rule of rules) {
    const { plan } = rule;
    if (plan.status === 'retired') continue;
    const twin = seen.get(rule.shape);
    if (twin === undefined) seen.set(rule.shape, rule);
    else problemsOf(rule).add('same_condition', rule.document.position, `${plan.id} asks the same as ${twin.plan.id}`);
  }
}
