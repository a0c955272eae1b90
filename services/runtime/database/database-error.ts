import { DatabaseError, isCoded } from '../errors/errors.ts';
import type { DatabaseErrorCode } from '../errors/codes.ts';
import type { Statement } from './database.ts';

/** @throws DatabaseError `database_rows_differ` */
export function checkRows({ rows }: Statement, statement: number, found: number): void {
  if (rows !== undefined && rows !== found) throw new DatabaseError('database_rows_differ', { statement, rows, found });
}

const CONFLICT = new Set(['40001', '40P01', '55P03']);
const NOT_USABLE = new Set(['3D000', '42501']);
/** By class: what the server says of itself, not of the statement. */
const CLASSES: Readonly<Record<string, DatabaseErrorCode>> = {
  '08': 'database_unreachable',
  '28': 'database_not_usable',
  '53': 'database_not_writing',
  '58': 'database_not_writing',
};
const GONE = new Set(['57P01', '57P02', '57P03', '57P05', '53300']);

function codeOf(state: string): DatabaseErrorCode {
  if (GONE.has(state)) return 'database_unreachable';
  if (CONFLICT.has(state)) return 'database_conflict';
  if (state === '57014') return 'database_too_slow';
  // A server that became a replica, or was told to take nothing.
  if (state === '25006') return 'database_not_writing';
  if (NOT_USABLE.has(state)) return 'database_not_usable';
  return CLASSES[state.slice(0, 2)] ?? 'database_statement_failed';
}

/** Texts of the server quote values in data exceptions (class 22); elsewhere they name tables, columns and our own SQL. */
function mayBeTold(state: string): boolean {
  return !state.startsWith('22') && !state.startsWith('28');
}

const STATE = /^[0-9A-Z]{5}$/;

/**
 * What a driver threw, as an error with a code. The driver's own error is left behind: its detail quotes rows, and its
 * connection data name users.
 */
export function databaseErrorOf(error: unknown, where: Readonly<Record<string, string | number>> = {}): Error {
  if (isCoded(error)) return error;
  const { code, message } = error instanceof Error ? (error as Error & { code?: unknown }) : { code: '', message: '' };
  const state = typeof code === 'string' && STATE.test(code) ? code : undefined;
  if (state === undefined)
    return new DatabaseError(...withoutState(typeof code === 'string' ? code : '', message, where));
  const found = codeOf(state);
  if (found !== 'database_statement_failed') return new DatabaseError(found, { ...where, state });
  return new DatabaseError(found, { state, ...(mayBeTold(state) ? { reason: message } : {}) });
}

const TLS = /certificate|self.signed|SSL|TLS|ERR_TLS|altname/i;
const SLOW = /Query read timeout/;

function withoutState(
  code: string,
  message: string,
  where: Readonly<Record<string, string | number>>,
): [DatabaseErrorCode, Record<string, string | number>] {
  if (SLOW.test(message)) return ['database_too_slow', {}];
  if (TLS.test(code) || TLS.test(message)) return ['database_not_usable', { ...where, reason: 'tls' }];
  if (message.startsWith('PGlite is clos')) return ['closed', {}];
  return ['database_unreachable', { ...where, ...(code === '' ? {} : { reason: code }) }];
}
