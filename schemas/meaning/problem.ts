/** The closed list of what can be wrong with the meaning of a record. Ingest answers with these codes. */
export const PROBLEM_TEXTS = {
  missing: 'a value is needed',
  wrong_type: 'the value has the wrong type',
  out_of_range: 'the value is outside its range',
  too_long: 'the text is longer than allowed',
  too_many: 'there are more items than allowed',
  bad_time: 'the time is before 2000 or after 2100',
  in_future: 'the time is more than five minutes ahead of the door',
  bad_id: 'the id does not have its form',
  bad_token: 'this is no token of ours',
  bad_key: 'this is neither a token nor a domain nor a place',
  bad_currency: 'the currency is no ISO 4217 code',
  bad_json: 'the text is no JSON',
  unknown_symbol: 'the word is not in its enumeration',
  inconsistent: 'two fields contradict each other',
} as const;

export type ProblemCode = keyof typeof PROBLEM_TEXTS;

export interface Problem {
  readonly code: ProblemCode;
  /** path inside the record, e.g. `evidence[2].at` */
  readonly field: string;
  readonly message: string;
}

/** A hostile record could be wrong in a million places; nobody reads more than these. */
export const MAX_PROBLEMS = 32;

export class Problems {
  readonly list: Problem[] = [];
  /** true: only whether there is a problem matters, so no paths are put together. Nearly every record has none. */
  readonly isQuick: boolean;

  constructor(isQuick: boolean) {
    this.isQuick = isQuick;
  }

  add(code: ProblemCode, field: string, detail?: string): void {
    if (this.list.length >= MAX_PROBLEMS) return;
    const message = detail === undefined ? PROBLEM_TEXTS[code] : `${PROBLEM_TEXTS[code]}: ${detail}`;
    this.list.push({ code, field, message });
  }
}
