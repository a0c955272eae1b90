import { contentHash } from './plan/canonical.ts';
import type { Problem } from './plan/plan.ts';
import { readFile, type ReadDocument, type ReadFile, type SourceFile } from './documents/documents.ts';
import type { Symbols } from './check/environment.ts';
import type { CheckedRule } from './check/rule.ts';

export interface CheckedAlone {
  /** undefined: it has errors */
  readonly rule: CheckedRule | undefined;
  readonly problems: readonly Problem[];
}

/**
 * What a process that compiles again and again keeps: thousands of rules stay as they are when one is saved. Everything in
 * it follows from the texts, so with or without it the result is the same.
 */
export class CompileCache {
  readonly #files = new Map<string, { readonly text: string; readonly read: ReadFile }>();
  readonly #checked = new WeakMap<ReadDocument, { readonly key: string; readonly checked: CheckedAlone }>();

  /** A file as read; its problems are a copy, for the checks add to them. */
  read(file: SourceFile): ReadFile {
    let known = this.#files.get(file.path);
    if (known?.text !== file.text) {
      known = { text: file.text, read: readFile(file) };
      this.#files.set(file.path, known);
    }
    return { ...known.read, problems: known.read.problems.copy() };
  }

  /** `key` names all that the check depends on besides the document. */
  check(document: ReadDocument, key: string, check: () => CheckedAlone): CheckedAlone {
    const known = this.#checked.get(document);
    if (known?.key === key) return known.checked;
    const checked = check();
    this.#checked.set(document, { key, checked });
    return checked;
  }

  forgetOthers(files: readonly SourceFile[]): void {
    const kept = new Set(files.map((file) => file.path));
    for (const path of this.#files.keys()) if (!kept.has(path)) this.#files.delete(path);
  }
}

/** Names the symbols that a check of a rule can see. */
export function fingerprintOf(symbols: Symbols): string {
  const features = [...symbols.features].map(([name, feature]) => [
    name,
    feature === 'broken' ? 'broken' : `${feature.plan.name} ${feature.plan.id}`,
  ]);
  const { lists, models, counterpartyRules, offsetMinutes } = symbols;
  return contentHash(
    { features, lists: [...lists], models: [...models], counterpartyRules: [...counterpartyRules], offsetMinutes },
    16,
  );
}
