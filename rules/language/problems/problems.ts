import type { Problem } from '../plan/plan.ts';
import { RULE_CODES, type RuleCode } from './codes.ts';

/** Where something stands in a file; lines and columns count from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A broken file could be wrong in ten thousand places; nobody reads more than these. */
export const MAX_PROBLEMS_PER_FILE = 200;

/** Collects the mistakes of one file. */
export class Problems {
  readonly #file: string;
  readonly #list: Problem[] = [];
  readonly #seen = new Set<string>();
  #errors = 0;

  constructor(file: string) {
    this.#file = file;
  }

  add(code: RuleCode, at: Position, message: string, hint?: string): void {
    const { severity } = RULE_CODES[code];
    this.take({ code, severity, file: this.#file, line: at.line, column: at.column, message, hint });
  }

  /** A problem that was found elsewhere, or by an earlier compilation. */
  take(problem: Problem): void {
    const key = `${problem.code}:${problem.line}:${problem.column}:${problem.message}`;
    if (this.#seen.has(key)) return;
    // beyond the cap an error is not told any more, but it still keeps its document out
    if (problem.severity === 'error') this.#errors += 1;
    if (this.#list.length >= MAX_PROBLEMS_PER_FILE) return;
    this.#seen.add(key);
    this.#list.push(problem);
  }

  copy(): Problems {
    const copy = new Problems(this.#file);
    for (const problem of this.#list) copy.take(problem);
    return copy;
  }

  /** Number of errors so far: what stands between two readings is wrong if it rose. */
  get errors(): number {
    return this.#errors;
  }

  get list(): readonly Problem[] {
    return this.#list;
  }
}

export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}
