import type { EntityKind } from '../plan/plan.ts';
import type { Problems } from '../problems/problems.ts';
import type { ReadDocument } from '../documents/documents.ts';
import { checkFeature } from './features.ts';
import type { FeatureSymbol, Symbols } from './environment.ts';
import { FUNCTIONS, OUTSIDE } from './functions.ts';

type ProblemsOf = (document: ReadDocument) => Problems;

export interface Collected {
  readonly symbols: Symbols;
  /** documents that declare something wrong */
  readonly broken: ReadonlySet<ReadDocument>;
}

/** Collects what documents declare for each other: lists, models, counterparty rules and, on these, features. */
export function collectSymbols(
  documents: readonly ReadDocument[],
  offsetMinutes: number,
  problemsOf: ProblemsOf,
): Collected {
  const broken = new Set<ReadDocument>();
  const lists = new Map<string, EntityKind | 'broken'>();
  const models = new Map<string, EntityKind>();
  const counterpartyRules = new Set<string>();
  for (const document of documents) {
    if (document.kind === 'List' && document.body.id !== undefined) {
      lists.set(document.body.id.value, document.body.entity?.value ?? 'broken');
      if (document.body.entries !== undefined) {
        broken.add(document);
        problemsOf(document).add(
          'list_entries_in_yaml',
          document.body.entries.position,
          `the list ${document.body.id.value} holds entries`,
          'yujing lists import',
        );
      }
    } else if (document.kind === 'Model' && document.body.id !== undefined && document.body.entity !== undefined) {
      models.set(document.body.id.value, document.body.entity.value);
    } else if (
      document.kind === 'Rule' &&
      document.body.about?.value === 'counterparty' &&
      document.body.id !== undefined
    ) {
      counterpartyRules.add(document.body.id.value);
    }
  }
  const features = new Map<string, FeatureSymbol | 'broken'>();
  const symbols: Symbols = { features, lists, models, counterpartyRules, offsetMinutes };
  for (const kind of ['FeatureSet', 'Model'] as const) {
    for (const document of documents) {
      const problems = problemsOf(document);
      const before = problems.errors;
      if (document.kind !== kind) continue;
      if (document.kind === 'FeatureSet') collectFeatures(document, features, symbols, problems);
      else checkInputs(document, features, problems);
      if (problems.errors > before) broken.add(document);
    }
  }
  return { symbols, broken };
}

function collectFeatures(
  document: Extract<ReadDocument, { kind: 'FeatureSet' }>,
  features: Map<string, FeatureSymbol | 'broken'>,
  symbols: Symbols,
  problems: Problems,
): void {
  const byId = new Map<string, string>();
  for (const [name, feature] of features) if (feature !== 'broken') byId.set(feature.plan.id, name);
  for (const [name, { value, position }] of document.body.features ?? []) {
    const checked = value && checkFeature(name, value, position, symbols, problems);
    if (name in FUNCTIONS || name in OUTSIDE)
      problems.add('bad_id', position, `${name}() is a function already`, 'give the feature another name');
    const known = features.get(name);
    if (known !== undefined) {
      if (known !== 'broken' && checked !== undefined && known.plan.id !== checked.plan.id) {
        problems.add('duplicate_feature', position, `another feature is called ${name}`);
      }
      continue;
    }
    // two names of one definition share its state, and the first name
    const first = checked === undefined ? undefined : features.get(byId.get(checked.plan.id) ?? '');
    features.set(name, checked === undefined ? 'broken' : first !== undefined && first !== 'broken' ? first : checked);
    if (checked !== undefined && first === undefined) byId.set(checked.plan.id, name);
  }
}

function checkInputs(
  document: Extract<ReadDocument, { kind: 'Model' }>,
  features: ReadonlyMap<string, unknown>,
  problems: Problems,
): void {
  for (const input of document.body.inputs ?? []) {
    if (!features.has(input.value))
      problems.add('unknown_function', input.position, `there is no feature ${input.value}`);
  }
}
