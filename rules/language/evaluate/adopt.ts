import type { Rule, RuleSet } from '@yujing/schemas';
import type { Compiled, CompiledDocument } from '../compile.ts';
import { planFromDocuments } from '../stored.ts';
import type { Problem, RuleSetPlan } from '../plan/plan.ts';

/** Documents of the change log by content hash, as a stage is given them. */
export interface RuleDocuments {
  get(type: 'RuleSet', hash: string): Promise<RuleSet>;
  get(type: 'Rule', hash: string): Promise<Rule>;
}

/** The documents of a published rule set no longer compile: its release checked more, or less, than this one. */
export class RuleSetError extends Error {
  override readonly name = 'RuleSetError';
  readonly problems: readonly Problem[];

  constructor(ref: string, problems: readonly Problem[]) {
    super(`${ref}: ${problems.map((problem) => `${problem.file} ${problem.code}`).join(', ')}`);
    this.problems = problems;
  }
}

/** of each holder of documents: stages that share it use the same rule set, which takes a second to compile */
const loaded = new WeakMap<RuleDocuments, Map<string, Promise<RuleSetPlan>>>();
/** the one in use and the one that is adopted next */
const KEPT = 2;

/** Reads a rule set and everything it names, and compiles it, once for all who ask. @throws RuleSetError when a document is wrong */
export function loadRuleSet(ref: string, documents: RuleDocuments): Promise<RuleSetPlan> {
  let plans = loaded.get(documents);
  if (plans === undefined) loaded.set(documents, (plans = new Map()));
  const known = plans.get(ref);
  if (known !== undefined) return known;
  const plan = compileRuleSet(ref, documents);
  plans.set(ref, plan);
  // What could not be read today may be there tomorrow.
  plan.catch(() => plans.delete(ref));
  for (const old of plans.keys()) if (plans.size > KEPT) plans.delete(old);
  return plan;
}

async function compileRuleSet(ref: string, documents: RuleDocuments): Promise<RuleSetPlan> {
  const set = await documents.get('RuleSet', hashOf(ref));
  const refs = [...set.rules, ...set.features, ...set.filters];
  const rules = await Promise.all(refs.map((rule) => documents.get('Rule', hashOf(rule))));
  // a rule keeps the name it was approved under, also when a newer compiler would give it another
  const { plan, problems } = planFromDocuments(rules);
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) throw new RuleSetError(ref, errors);
  return plan;
}

function hashOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('#') + 1);
}

export interface RuleSetRecords {
  /** to be appended before the rule set */
  readonly rules: readonly Rule[];
  readonly ruleSet: RuleSet;
}

const KIND_OF = { Rule: 'rule', FeatureSet: 'feature_set', List: 'feature_set', Filter: 'filter' } as const;

/**
 * Compiled documents as records of the change log. Declarations of lists stand beside the features: a rule cannot be
 * compiled again without them.
 */
export function ruleSetRecords(
  compiled: Compiled,
  id: string,
  version: number,
  by: string,
  at: number,
): RuleSetRecords {
  const kept = compiled.documents.filter((document) => document.kind in KIND_OF);
  const refs = (...kinds: Array<CompiledDocument['kind']>): string[] =>
    kept
      .filter((document) => kinds.includes(document.kind))
      .map((document) => document.ref)
      .sort();
  const rules = kept.map((document): Rule => {
    const { version: own, hash, status, yaml, from_case } = document;
    const document_kind = KIND_OF[document.kind as keyof typeof KIND_OF];
    return { id: document.id, version: own, hash, by, at, document_kind, status, yaml, from_case };
  });
  const { hash } = compiled.plan;
  const features = refs('FeatureSet', 'List');
  return { rules, ruleSet: { id, version, hash, by, at, rules: refs('Rule'), features, filters: refs('Filter') } };
}
