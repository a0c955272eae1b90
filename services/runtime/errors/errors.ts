import {
  ERRORS,
  type BrokerErrorCode,
  type ConfigErrorCode,
  type DatabaseErrorCode,
  type DataFolderErrorCode,
  type ErrorCode,
  type RegistryErrorCode,
  type StageErrorCode,
  type StoreErrorCode,
} from './codes.ts';

/** Numbers and names that say where. Never a key, a token, a name or a value of a record. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

function sentence(code: ErrorCode, facts: Facts): string {
  const parts = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  return parts.length === 0 ? ERRORS[code].message : `${ERRORS[code].message} (${parts.join(', ')})`;
}

/** An error with a stable code. Callers decide by `code` and `retriable`, never by the text. */
export class CodedError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code;
  readonly retriable: boolean;
  readonly facts: Facts;
  /** what the person who reads it should do */
  readonly action: string;

  constructor(code: Code, facts: Facts = {}, cause?: unknown) {
    super(sentence(code, facts), cause === undefined ? undefined : { cause });
    this.code = code;
    this.retriable = ERRORS[code].retriable;
    this.action = ERRORS[code].action;
    this.facts = facts;
  }
}

export class BrokerError extends CodedError<BrokerErrorCode> {
  override readonly name = 'BrokerError';
}

export class StoreError extends CodedError<StoreErrorCode> {
  override readonly name = 'StoreError';
}

export class StageError extends CodedError<StageErrorCode> {
  override readonly name = 'StageError';
}

export class RegistryError extends CodedError<RegistryErrorCode> {
  override readonly name = 'RegistryError';
}

export class DataFolderError extends CodedError<DataFolderErrorCode> {
  override readonly name = 'DataFolderError';
}

export class DatabaseError extends CodedError<DatabaseErrorCode> {
  override readonly name = 'DatabaseError';
}

/** One setting that is wrong. `value` is absent when the setting is a secret. */
export interface SettingProblem {
  readonly setting: string;
  /** `--flag`, `YUJING_NAME`, `file.yaml` or `default` */
  readonly from: string;
  readonly value?: string | undefined;
  readonly allowed: string;
}

/** All problems at once: nobody should have to start a process six times to learn of six mistakes. */
export class ConfigError extends CodedError<ConfigErrorCode> {
  override readonly name = 'ConfigError';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super('settings_invalid', { problems: problems.length });
    this.problems = problems;
    this.message = problems.map(problemText).join('\n');
  }
}

function problemText({ setting, from, value, allowed }: SettingProblem): string {
  return `${setting} (from ${from})${value === undefined ? '' : ` is ${JSON.stringify(value)}`}: ${allowed}`;
}

export function isCoded(error: unknown): error is CodedError {
  return error instanceof CodedError;
}

const CLASSES = { BrokerError, StoreError, StageError, RegistryError, DataFolderError, DatabaseError } as const;

/** What crosses a thread or a wire: code and facts, never a stack. */
export interface PortableError {
  readonly name: string;
  readonly code?: ErrorCode;
  readonly facts?: Facts;
  readonly message: string;
}

export function toPortable(error: unknown): PortableError {
  if (isCoded(error)) return { name: error.name, code: error.code, facts: error.facts, message: error.message };
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: 'not an error' };
  return { name, message };
}

/** The error on the other side: the same class, code and facts, so that callers there decide as callers here do. */
export function fromPortable(portable: PortableError): Error {
  const { name, code, facts, message } = portable;
  if (code !== undefined && name in CLASSES) {
    const Class = CLASSES[name as keyof typeof CLASSES] as new (code: ErrorCode, facts?: Facts) => CodedError;
    return new Class(code, facts);
  }
  const error = new Error(message);
  error.name = name;
  return error;
}
