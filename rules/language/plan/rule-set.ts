import type { FeaturePlan, Node, RulePlan, RuleSetPlan } from './plan.ts';
import { contentHash } from './canonical.ts';
import { walk } from './nodes.ts';

interface Declared {
  readonly kind: string;
  readonly ref: string;
}

interface KnownFeatures {
  readonly features: ReadonlyMap<string, { readonly plan: FeaturePlan } | 'broken'>;
}

/** Rules, the features and lists they read, and the hash of the documents they came from. */
export function ruleSetPlan(
  rules: readonly RulePlan[],
  { features: known }: KnownFeatures,
  documents: readonly Declared[],
): RuleSetPlan {
  const used = new Set<string>();
  const lists = new Set<string>();
  const note = (node: Node): void => {
    if (node.op === 'feature') used.add(node.feature);
    else if (node.op === 'member') lists.add(node.list);
  };
  for (const rule of rules) for (const node of nodesOf(rule)) walk(node, note);
  const byId = new Map<string, FeaturePlan>();
  for (const feature of known.values())
    if (feature !== 'broken' && used.has(feature.plan.id)) byId.set(feature.plan.id, feature.plan);
  const features = [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const feature of features)
    for (const node of [feature.where, feature.predicate]) if (node !== undefined) walk(node, note);
  const refs = (...kinds: string[]): string[] =>
    documents
      .filter((document) => kinds.includes(document.kind))
      .map((document) => document.ref)
      .sort();
  return {
    hash: contentHash({ rules: refs('Rule'), features: refs('FeatureSet', 'List'), filters: refs('Filter') }, 16),
    rules: [...rules].sort((a, b) => (a.id < b.id ? -1 : 1)),
    features,
    lists: [...lists].sort(),
  };
}

/** Every expression of a rule. */
export function nodesOf(plan: RulePlan): Node[] {
  const nodes: Array<Node | undefined> = [];
  for (const stage of plan.stages) {
    nodes.push(stage.when, ...stage.absent.map((absent) => absent.when));
    for (const template of stage.because)
      for (const part of [...template.zh, ...template.en]) if ('value' in part) nodes.push(part.value);
  }
  nodes.push(...plan.absent.map((absent) => absent.when), ...(plan.score?.add ?? []).map((add) => add.if));
  return nodes.filter((node) => node !== undefined);
}
