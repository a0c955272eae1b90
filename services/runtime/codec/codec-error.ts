/** Why bytes are no record, or a value cannot become bytes. Closed list: metrics and dead letters count by it. */
export const CODEC_PROBLEMS = {
  bad_magic: 'the first byte is not 0',
  unknown_schema: 'the schema id is not known here',
  unsupported_schema: 'the schema uses what this codec does not read',
  too_large: 'the message is larger than allowed',
  too_many_items: 'an array has more items than allowed',
  too_deep: 'the schema nests deeper than allowed',
  string_too_long: 'a string is longer than allowed',
  truncated: 'the message ends too early',
  trailing_bytes: 'bytes are left after the record',
  bad_value: 'a value is outside its type',
} as const;

export type CodecErrorCode = keyof typeof CODEC_PROBLEMS;

/** Never worth a retry: the same bytes fail again. The stage sends such a record to the dead letters. */
export class CodecError extends Error {
  readonly code: CodecErrorCode;
  readonly retriable = false;

  constructor(code: CodecErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? CODEC_PROBLEMS[code] : `${CODEC_PROBLEMS[code]}: ${detail}`, options);
    this.name = 'CodecError';
    this.code = code;
  }
}
