/** Why the door refuses an event: a closed list, shared by answer, dead letter, metric and page. */
export const REFUSAL_TEXTS = {
  bad_json: 'this is no JSON',
  not_an_object: 'an event is a JSON object',
  too_large: 'the event is larger than allowed',
  unknown_type: 'the type of the event is not known',
  unknown_version: 'this version of the form is not known',
  missing: 'a value is needed',
  wrong_type: 'the value has the wrong type',
  out_of_range: 'the value is outside its range',
  too_long: 'the text is longer than allowed',
  too_many: 'there are more items than allowed',
  unknown_symbol: 'the word is not in its enumeration',
  bad_time: 'this is no time with an offset',
  bad_domain: 'this is no host name or address',
  bad_form: 'the text does not have its form',
  bad_currency: 'the currency is no ISO 4217 code',
  inconsistent: 'two fields contradict each other',
  wrong_source: 'the source is not the one of the key',
  in_future: 'the time is ahead of the door',
  too_old: 'the event is older than event ids are remembered',
} as const;

export type RefusalCode = keyof typeof REFUSAL_TEXTS;

/** Never holds the value that was refused: answers end up in the senders' logs. */
export interface Refusal {
  readonly code: RefusalCode;
  /** path of the field, empty for the whole event */
  readonly field: string;
  /** what to write instead */
  readonly message: string;
}

export function refusal(code: RefusalCode, field: string, instead?: string): Refusal {
  const message = instead === undefined ? REFUSAL_TEXTS[code] : `${REFUSAL_TEXTS[code]}: ${instead}`;
  return { code, field, message };
}

export function isRefusal(thing: object): thing is Refusal {
  return 'code' in thing && 'message' in thing;
}
