/** What is wrong with a document: where, and what was expected. */
export interface DocumentProblem {
  /** e.g. `levels.RED.ack_s` */
  readonly path: string;
  readonly expected: string;
}

/** All problems at once; the document is not adopted. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly kind: string;
  readonly problems: readonly DocumentProblem[];

  constructor(kind: string, problems: readonly DocumentProblem[]) {
    super(`${kind}: ${problems.map(({ path, expected }) => `${path || 'document'}: ${expected}`).join('; ')}`);
    this.kind = kind;
    this.problems = problems;
  }
}

export type Check = (value: unknown, path: string, problems: DocumentProblem[]) => void;

const MAX_PROBLEMS = 50;

function wrong(problems: DocumentProblem[], path: string, expected: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push({ path, expected });
}

export function text(maxLength = 128): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string' || value === '' || value.length > maxLength) {
      wrong(problems, path, `a text of 1 to ${maxLength} characters expected`);
    }
  };
}

export function matching(pattern: RegExp, expected: string): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !pattern.test(value)) wrong(problems, path, expected);
  };
}

export function number(minimum: number, maximum: number): Check {
  return (value, path, problems) => {
    if (typeof value !== 'number' || !(value >= minimum && value <= maximum)) {
      wrong(problems, path, `a number from ${minimum} to ${maximum} expected`);
    }
  };
}

const YEAR_S = 366 * 86_400;
/** Seconds; fractions are allowed, so that a policy can be scaled for tests. */
export const seconds: Check = number(0, YEAR_S);

export const flag: Check = (value, path, problems) => {
  if (typeof value !== 'boolean') wrong(problems, path, 'true or false expected');
};

export function oneOf(symbols: readonly string[]): Check {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !symbols.includes(value))
      wrong(problems, path, `one of ${symbols.join(', ')} expected`);
  };
}

export function orNull(check: Check): Check {
  return (value, path, problems) => {
    if (value !== null) check(value, path, problems);
  };
}

export function list(check: Check, { minimum = 0, maximum = 1000 } = {}): Check {
  return (value, path, problems) => {
    if (!Array.isArray(value) || value.length < minimum || value.length > maximum) {
      wrong(problems, path, `a list of ${minimum} to ${maximum} entries expected`);
    } else value.forEach((entry, index) => check(entry, `${path}[${index}]`, problems));
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function under(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Exactly these fields: a misspelt name must not pass as a missing one. */
export function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value, path, problems) => {
    if (!isObject(value)) return wrong(problems, path, 'an object expected');
    for (const [name, check] of Object.entries(checks)) {
      if (name in value) check(value[name], under(path, name), problems);
      else wrong(problems, under(path, name), 'missing');
    }
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(checks, name)) wrong(problems, under(path, name), 'no such field');
    }
  };
}

/** Any names, each with a value of one kind. */
export function entries(check: Check, name: RegExp): Check {
  return (value, path, problems) => {
    if (!isObject(value)) return wrong(problems, path, 'an object expected');
    for (const [key, entry] of Object.entries(value)) {
      if (name.test(key)) check(entry, under(path, key), problems);
      else wrong(problems, under(path, key), `the name must match ${name.source}`);
    }
  };
}

/** @throws DocumentError with every problem found */
export function parseDocument<Document>(kind: string, json: string, check: Check): Document {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new DocumentError(kind, [{ path: '', expected: 'JSON expected' }]);
  }
  const problems: DocumentProblem[] = [];
  check(value, '', problems);
  if (problems.length > 0) throw new DocumentError(kind, problems);
  return value as Document;
}
