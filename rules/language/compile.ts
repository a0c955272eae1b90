import type { FeaturePlan, Node, Problem, RulePlan, RuleSetPlan } from './plan/plan.ts';
import { contentHash } from './plan/canonical.ts';
import { walk } from './plan/nodes.ts';
import { inOrder, type Problems } from './problems/problems.ts';
import { readFile, type ReadDocument, type ReadFile, type SourceFile } from './documents/documents.ts';
import { toJson, type Json } from './documents/value.ts';
import type { FeatureSymbol, Symbols } from './check/environment.ts';
import { applyFilters, checkFilter, type CheckedFilter } from './check/filters.ts';
import { DEFAULT_OFFSET_MINUTES } from './check/limits.ts';
import { lintRule, lintTwins } from './check/lint.ts';
import { checkRule, type CheckedRule } from './check/rule.ts';
import { collectSymbols } from './check/symbols.ts';

export interface CompileOptions {
  /** the jurisdiction's zone, for hour() and weekday(); 480 = UTC+8 */
  readonly offset_minutes?: number;
  /** YYYY-MM-DD, to find rules past their date; this folder has no clock */
  readonly today?: string;
}

/** A document as it enters the change log: content-addressed by `hash`. */
export interface CompiledDocument {
  readonly kind: ReadDocument['kind'];
  readonly id: string;
  readonly version: number;
  /** 16 hex of the SHA-256 of its canonical content; of a rule: of its plan without tests */
  readonly hash: string;
  /** id@version#hash */
  readonly ref: string;
  readonly status: RulePlan['status'];
  readonly yaml: string;
  /** Policy and Model: the document as JSON; others undefined */
  readonly json: Json | undefined;
  readonly from_case: string | null;
  readonly file: string;
  readonly line: number;
}

export interface Compiled {
  readonly documents: readonly CompiledDocument[];
  readonly plan: RuleSetPlan;
  readonly problems: readonly Problem[];
}

/** Files to a rule set. Documents with errors are left out of the plan; all problems of all files are reported. */
export function compile(files: readonly SourceFile[], options: CompileOptions = {}): Compiled {
  const read = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)).map((file) => readFile(file));
  const byPath = new Map(read.map((file) => [file.path, file.problems]));
  const problemsOf = (document: { readonly file: string }): Problems => byPath.get(document.file) as Problems;
  const documents = withoutRepeats(read, problemsOf);
  const symbols = collectSymbols(documents, options.offset_minutes ?? DEFAULT_OFFSET_MINUTES, problemsOf);
  const rules = documents.filter((document) => document.kind === 'Rule').map((document) => checkRule(document, symbols, problemsOf(document))).filter((rule) => rule !== undefined);
  const ids = documents.filter((document) => document.kind === 'Rule').flatMap((document) => (document.body.id === undefined ? [] : [document.body.id.value]));
  const filters = documents.filter((document) => document.kind === 'Filter').map((document) => checkFilter(document, ids, symbols, problemsOf(document))).filter((filter) => filter !== undefined);
  for (const rule of rules) lintRule(rule, options.today, problemsOf(rule.document));
  lintTwins(rules, (rule) => problemsOf(rule.document));
  const problems = inOrder(read.flatMap((file) => file.problems.list));
  const sound = rules.filter((rule) => !brokenSince(rule, problems));
  const compiled = documents.map((document) => compiledDocument(document, sound, filters, problemsOf(document))).filter((document) => document !== undefined);
  return { documents: compiled, plan: ruleSetPlan(sound, filters, compiled, symbols), problems };
}

function withoutRepeats(files: readonly ReadFile[], problemsOf: (document: ReadDocument) => Problems): ReadDocument[] {
  const seen = new Set<string>();
  const documents: ReadDocument[] = [];
  for (const document of files.flatMap((file) => file.documents)) {
    const id = idOf(document);
    const key = `${document.kind}\n${id}`;
    if (id !== undefined && seen.has(key)) problemsOf(document).add('duplicate_document', document.position, `another ${document.kind} is called ${id}`);
    else documents.push(document);
    seen.add(key);
  }
  return documents;
}

function idOf(document: ReadDocument): string | undefined {
  if (document.kind === 'Policy') return document.body.id;
  return document.body.id?.value ?? (document.kind === 'FeatureSet' ? 'features' : undefined);
}

/** Lint found an error in a rule that was typed well, e.g. a condition that can never hold. */
function brokenSince({ document }: CheckedRule, problems: readonly Problem[]): boolean {
  const last = document.position.line + document.yaml.split('\n').length;
  return problems.some((problem) => problem.severity === 'error' && problem.file === document.file && problem.line >= document.position.line && problem.line < last);
}

function compiledDocument(document: ReadDocument, rules: readonly CheckedRule[], filters: readonly CheckedFilter[], problems: Problems): CompiledDocument | undefined {
  const id = idOf(document);
  const rule = rules.find((candidate) => candidate.document === document)?.plan;
  const sound = document.kind === 'Rule' ? rule !== undefined : document.kind === 'Filter' ? filters.some((filter) => filter.document === document) : problems.errors === 0;
  if (id === undefined || !sound) return undefined;
  const { body } = document;
  const version = typeof body.version === 'number' ? body.version : (body.version?.value ?? 1);
  const hash = rule?.hash ?? contentHash(meaningOf(document), 16);
  const status = 'status' in body && body.status !== undefined ? body.status.value : 'live';
  const from_case = document.kind === 'Rule' ? (document.body.meta?.from_case?.text ?? null) : null;
  const json = 'json' in document ? document.json : undefined;
  return { kind: document.kind, id, version, hash, ref: `${id}@${version}#${hash}`, status, yaml: document.yaml, json, from_case, file: document.file, line: document.position.line };
}

/** What a document says, without where it stands: texts, numbers and names, positions dropped. */
function meaningOf(document: ReadDocument): unknown {
  if ('json' in document) return document.json;
  return strip(document.body);
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), strip(item)]));
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if ('kind' in value && 'source' in value) return toJson(value as Parameters<typeof toJson>[0]);
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'position').map(([key, item]) => [key, strip(item)]));
}

function ruleSetPlan(rules: readonly CheckedRule[], filters: readonly CheckedFilter[], documents: readonly CompiledDocument[], symbols: Symbols): RuleSetPlan {
  const plans = rules.map((rule) => applyFilters(rule.plan, filters)).sort((a, b) => (a.id < b.id ? -1 : 1));
  const usedFeatures = new Set<string>();
  const lists = new Set<string>();
  const note = (node: Node): void => {
    if (node.op === 'feature') usedFeatures.add(node.feature);
    else if (node.op === 'member') lists.add(node.list);
  };
  for (const plan of plans) for (const node of nodesOf(plan)) walk(node, note);
  const features = featuresById(symbols)
    .filter((feature) => usedFeatures.has(feature.id))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const feature of features) for (const node of [feature.where, feature.predicate]) if (node !== undefined) walk(node, note);
  const refs = (kind: ReadDocument['kind']): string[] => documents.filter((document) => document.kind === kind).map((document) => document.ref).sort();
  const hash = contentHash({ rules: refs('Rule'), features: refs('FeatureSet'), filters: refs('Filter') }, 16);
  return { hash, rules: plans, features, lists: [...lists].sort() };
}

function featuresById(symbols: Symbols): FeaturePlan[] {
  const known = [...symbols.features.values()].filter((feature): feature is FeatureSymbol => feature !== 'broken');
  return [...new Map(known.map((feature) => [feature.plan.id, feature.plan])).values()];
}

/** Every expression of a rule. */
export function nodesOf(plan: RulePlan): Node[] {
  const nodes: Array<Node | undefined> = [];
  for (const stage of plan.stages) {
    nodes.push(stage.when, ...stage.absent.map((absent) => absent.when));
    for (const template of stage.because) for (const part of [...template.zh, ...template.en]) if ('value' in part) nodes.push(part.value);
  }
  nodes.push(...plan.absent.map((absent) => absent.when), ...(plan.score?.add ?? []).map((add) => add.if));
  return nodes.filter((node) => node !== undefined);
}
