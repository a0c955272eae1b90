/** One mistake of a mapping file. */
export interface MappingProblem {
  readonly line: number;
  readonly column: number;
  /** what is wrong, and what is allowed */
  readonly message: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file that is wrong everywhere says enough with these. */
const MAX_PROBLEMS = 50;

/** Collects every mistake: nobody should have to start a process six times to learn of six of them. */
export class Problems {
  readonly #found: MappingProblem[] = [];

  add({ line, column }: Position, message: string): void {
    if (this.#found.length < MAX_PROBLEMS) this.#found.push({ line, column, message });
  }

  get count(): number {
    return this.#found.length;
  }

  /** in the order of the file */
  list(): MappingProblem[] {
    return this.#found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}
