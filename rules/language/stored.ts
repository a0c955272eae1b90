import type { Problem, RuleSetPlan } from './plan/plan.ts';
import { inOrder, Problems } from './problems/problems.ts';
import { compile, type CompileOptions } from './compile.ts';

/** A document as the change log keeps it (a `Rule` record). */
export interface StoredDocument {
  readonly id: string;
  readonly version: number;
  readonly hash: string;
  readonly yaml: string;
}

/**
 * A rule set from stored documents. A rule keeps the hash it was stored under, also when a newer compiler would give it
 * another: its warnings are counted under the name people approved.
 */
export function planFromDocuments(
  documents: readonly StoredDocument[],
  options: CompileOptions = {},
): { readonly plan: RuleSetPlan; readonly problems: readonly Problem[] } {
  const ref = ({ id, version, hash }: StoredDocument): string => `${id}@${version}#${hash}`;
  const byRef = new Map(documents.map((document) => [ref(document), document]));
  const { plan, problems } = compile(
    [...byRef].map(([path, { yaml }]) => ({ path, text: yaml })),
    options,
  );
  const found: Problem[] = [...problems];
  const rules = plan.rules.map((rule) => {
    const stored = byRef.get(rule.file);
    if (stored === undefined || stored.hash === rule.hash) return rule;
    const mismatch = new Problems(rule.file);
    mismatch.add('hash_mismatch', { line: 1, column: 1 }, `${ref(stored)} compiles to #${rule.hash}`);
    found.push(...mismatch.list);
    return { ...rule, hash: stored.hash };
  });
  return { plan: { ...plan, rules }, problems: inOrder(found) };
}
