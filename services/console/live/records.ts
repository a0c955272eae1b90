import type { RecordType, RecordTypes } from '@yujing/schemas';

/** A decoded record of the `case` log; a check of `type` narrows `value`. */
export type AnyRecord = {
  [T in RecordType]: {
    readonly type: T;
    readonly key: string;
    readonly value: RecordTypes[T];
    readonly offset: number;
  };
}[RecordType];

/** Records by which people act; the console is their only writer. */
export const COMMAND_TYPES = ['Response', 'Contact', 'Outcome', 'Decision', 'HandOver', 'Opened'] as const;
export type CommandType = (typeof COMMAND_TYPES)[number];

export type CommandRecord = { [T in CommandType]: Extract<AnyRecord, { type: T }> }[CommandType];

export function isCommand(record: AnyRecord): record is CommandRecord {
  return (COMMAND_TYPES as readonly string[]).includes(record.type);
}
