import type { Problem, RulePlan, RuleSetPlan } from './plan/plan.ts';
import { contentHash, planHash } from './plan/canonical.ts';
import { inOrder, type Position, type Problems } from './problems/problems.ts';
import { readFile, type ReadDocument, type ReadFile, type SourceFile } from './documents/documents.ts';
import { plainOf, type Json } from './documents/value.ts';
import { applyFilters, checkFilter, type CheckedFilter } from './check/filters.ts';
import { DEFAULT_OFFSET_MINUTES } from './check/limits.ts';
import { lintConditions, lintDocument, lintTwins } from './check/lint.ts';
import { checkRule, type CheckedRule } from './check/rule.ts';
import { collectSymbols } from './check/symbols.ts';
import { ruleSetPlan } from './plan/rule-set.ts';

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
  /** hash of what it means, without version and status: when it moves, the version must rise */
  readonly content: string;
  readonly version_at: Position;
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
  const read = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map((file) => readFile(file));
  const byPath = new Map(read.map((file) => [file.path, file.problems]));
  const problemsOf = (document: { readonly file: string }): Problems => byPath.get(document.file) as Problems;
  const documents = markRepeats(read, problemsOf);
  const { symbols, broken } = collectSymbols(documents, options.offset_minutes ?? DEFAULT_OFFSET_MINUTES, problemsOf);
  const ruleDocuments = documents.filter((document) => document.kind === 'Rule');
  const rules: CheckedRule[] = [];
  for (const document of ruleDocuments) {
    const problems = problemsOf(document);
    const before = problems.errors;
    const rule = checkRule(document, symbols, problems);
    lintDocument(document, options.today, problems);
    if (rule !== undefined) lintConditions(rule, problems);
    if (rule !== undefined && problems.errors === before && !document.broken) rules.push(rule);
  }
  lintTwins(rules, (rule) => problemsOf(rule.document));
  const ids = ruleDocuments.flatMap((document) => (document.body.id === undefined ? [] : [document.body.id.value]));
  const filters: CheckedFilter[] = [];
  for (const document of documents) {
    if (document.kind !== 'Filter') continue;
    const filter = checkFilter(document, ids, symbols, problemsOf(document));
    if (filter !== undefined && !document.broken) filters.push(filter);
  }
  const sound = documents.filter((document) => !document.broken && !broken.has(document));
  const compiled = sound
    .map((document) => compiledDocument(document, rules, filters))
    .filter((document) => document !== undefined);
  const plans = rules.map((rule) => applyFilters(rule.plan, filters));
  return {
    documents: compiled,
    plan: ruleSetPlan(plans, symbols, compiled),
    problems: inOrder(read.flatMap((file) => file.problems.list)),
  };
}

/** The second document of a name is checked all the same, and used nowhere. */
function markRepeats(files: readonly ReadFile[], problemsOf: (document: ReadDocument) => Problems): ReadDocument[] {
  const seen = new Set<string>();
  const documents: ReadDocument[] = [];
  for (const document of files.flatMap((file) => file.documents)) {
    const id = idOf(document);
    const key = `${document.kind}\n${id}`;
    const repeats = id !== undefined && seen.has(key);
    if (repeats)
      problemsOf(document).add('duplicate_document', document.position, `another ${document.kind} is called ${id}`);
    documents.push(repeats ? { ...document, broken: true } : document);
    seen.add(key);
  }
  return documents;
}

function idOf(document: ReadDocument): string | undefined {
  if (document.kind === 'Policy') return document.body.id;
  return document.body.id?.value ?? (document.kind === 'FeatureSet' ? 'features' : undefined);
}

function compiledDocument(
  document: ReadDocument,
  rules: readonly CheckedRule[],
  filters: readonly CheckedFilter[],
): CompiledDocument | undefined {
  const id = idOf(document);
  const rule = rules.find((candidate) => candidate.document === document)?.plan;
  if (id === undefined || (document.kind === 'Rule' && rule === undefined)) return undefined;
  if (document.kind === 'Filter' && !filters.some((filter) => filter.document === document)) return undefined;
  const { body } = document;
  const version = typeof body.version === 'number' ? body.version : (body.version?.value ?? 1);
  const json = 'json' in document ? document.json : undefined;
  const plain = rule === undefined ? (json ?? plainOf(body)) : undefined;
  const hash = rule?.hash ?? contentHash(plain, 16);
  return {
    kind: document.kind,
    id,
    version,
    hash,
    ref: `${id}@${version}#${hash}`,
    content: rule === undefined ? contentHash({ ...(plain as object), version: 0, status: '' }, 16) : meaningOf(rule),
    version_at: typeof body.version === 'object' ? body.version.position : document.position,
    status: 'status' in body && body.status !== undefined ? body.status.value : 'live',
    yaml: document.yaml,
    json,
    from_case: document.kind === 'Rule' ? (document.body.meta?.from_case?.text ?? null) : null,
    file: document.file,
    line: document.position.line,
  };
}

/** A rule that goes from shadow to live means the same, and keeps its version and what was measured of it. */
function meaningOf(rule: RulePlan): string {
  return planHash({ ...rule, version: 0, status: '', hash: '', tests: [], file: '' }, 16);
}
