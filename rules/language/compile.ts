import type { Problem, RulePlan, RuleSetPlan } from './plan/plan.ts';
import { contentHash } from './plan/canonical.ts';
import { inOrder, Problems, type Position } from './problems/problems.ts';
import type { ReadDocument, ReadFile, SourceFile } from './documents/documents.ts';
import { CompileCache, fingerprintOf, type CheckedAlone } from './cache.ts';
import { plainOf, type Json } from './documents/value.ts';
import { applyFilters, checkFilter, type CheckedFilter } from './check/filters.ts';
import { DEFAULT_OFFSET_MINUTES } from './check/limits.ts';
import { lintConditions, lintDocument, lintTwins } from './check/lint.ts';
import type { Symbols } from './check/environment.ts';
import { checkRule, type CheckedRule, type RuleDocument } from './check/rule.ts';
import { collectSymbols } from './check/symbols.ts';
import { ruleSetPlan } from './plan/rule-set.ts';

export interface CompileOptions {
  /** the jurisdiction's zone, for hour() and weekday(); 480 = UTC+8 */
  readonly offset_minutes?: number;
  /** YYYY-MM-DD, to find rules past their date; this folder has no clock */
  readonly today?: string;
  /** kept between compilations: only what changed is read and checked again */
  readonly cache?: CompileCache;
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
  const cache = options.cache ?? new CompileCache();
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const read = sorted.map((file) => cache.read(file));
  const byPath = new Map(read.map((file) => [file.path, file.problems]));
  const problemsOf = (document: { readonly file: string }): Problems => byPath.get(document.file) as Problems;
  const documents = markRepeats(read, problemsOf);
  const { symbols, broken } = collectSymbols(documents, options.offset_minutes ?? DEFAULT_OFFSET_MINUTES, problemsOf);
  const ruleDocuments = documents.filter((document) => document.kind === 'Rule');
  const key = `${fingerprintOf(symbols)} ${options.today}`;
  const rules = new Map<ReadDocument, CheckedRule>();
  for (const document of ruleDocuments) {
    const { rule, problems } = cache.check(document, key, () => checkAlone(document, symbols, options.today));
    for (const problem of problems) problemsOf(document).take(problem);
    if (rule !== undefined) rules.set(document, rule);
  }
  lintTwins([...rules.values()], (rule) => problemsOf(rule.document));
  const ids = ruleDocuments.flatMap((document) => (document.body.id === undefined ? [] : [document.body.id.value]));
  const filters = new Map<ReadDocument, CheckedFilter>();
  for (const document of documents) {
    if (document.kind !== 'Filter') continue;
    const filter = checkFilter(document, ids, symbols, problemsOf(document));
    if (filter !== undefined && !document.broken) filters.set(document, filter);
  }
  const sound = documents.filter((document) => !document.broken && !broken.has(document));
  const compiled = sound
    .map((document) => compiledDocument(document, rules, filters))
    .filter((document) => document !== undefined);
  const exceptions = [...filters.values()];
  const plans = [...rules.values()].map((rule) => applyFilters(rule.plan, exceptions));
  cache.forgetOthers(sorted);
  return {
    documents: compiled,
    plan: ruleSetPlan(plans, symbols, compiled),
    problems: inOrder(read.flatMap((file) => file.problems.list)),
  };
}

/** A rule by itself: its problems depend on nothing but its document and the symbols. */
function checkAlone(document: RuleDocument, symbols: Symbols, today: string | undefined): CheckedAlone {
  const problems = new Problems(document.file);
  const rule = checkRule(document, symbols, problems);
  lintDocument(document, today, problems);
  if (rule !== undefined) lintConditions(rule, problems);
  return { rule: problems.errors > 0 || document.broken ? undefined : rule, problems: problems.list };
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
  rules: ReadonlyMap<ReadDocument, CheckedRule>,
  filters: ReadonlyMap<ReadDocument, CheckedFilter>,
): CompiledDocument | undefined {
  const id = idOf(document);
  const rule = rules.get(document);
  if (id === undefined || (document.kind === 'Rule' && rule === undefined)) return undefined;
  if (document.kind === 'Filter' && !filters.has(document)) return undefined;
  const { body } = document;
  const version = typeof body.version === 'number' ? body.version : (body.version?.value ?? 1);
  const json = 'json' in document ? document.json : undefined;
  const plain = rule === undefined ? (json ?? plainOf(body)) : undefined;
  const hash = rule?.plan.hash ?? contentHash(plain, 16);
  return {
    kind: document.kind,
    id,
    version,
    hash,
    ref: `${id}@${version}#${hash}`,
    content: rule?.content ?? contentHash({ ...(plain as object), version: 0, status: '' }, 16),
    version_at: typeof body.version === 'object' ? body.version.position : document.position,
    status: 'status' in body && body.status !== undefined ? body.status.value : 'live',
    yaml: document.yaml,
    json,
    from_case: document.kind === 'Rule' ? (document.body.meta?.from_case?.text ?? null) : null,
    file: document.file,
    line: document.position.line,
  };
}
