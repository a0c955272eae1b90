import { StoreError, type Facts } from '../../errors/errors.ts';
import type { StoreErrorCode } from '../../errors/codes.ts';

/** First word of an error of Redis -> what it means here. */
const REPLIES: Readonly<Record<string, StoreErrorCode>> = {
  OOM: 'store_memory_full',
  MISCONF: 'store_cannot_persist',
  READONLY: 'store_not_ready',
  LOADING: 'store_not_ready',
  CLUSTERDOWN: 'store_not_ready',
  MASTERDOWN: 'store_not_ready',
  NOREPLICAS: 'store_not_ready',
  TRYAGAIN: 'store_not_ready',
  BUSY: 'store_not_ready',
  MOVED: 'store_not_ready',
  ASK: 'store_not_ready',
  UNBLOCKED: 'store_not_ready',
  NOAUTH: 'store_access_denied',
  WRONGPASS: 'store_access_denied',
  NOPERM: 'store_access_denied',
};

/** How ioredis says, without a class of its own, that a connection was or went away. */
const DISCONNECTED = [
  'Connection is closed',
  'Stream isn',
  'Cluster isn',
  'None of startup nodes',
  'Failed to refresh slots',
  'Too many Cluster redirections',
  'Command aborted',
  'Cluster is ended',
  'Node is disconnected',
];

/**
 * What a failed command means. The error of ioredis is not kept as its cause: it holds the arguments of the command, which are
 * state of people, and messages of Redis quote arguments.
 */
export function storeError(error: unknown, facts: Facts = {}): StoreError {
  if (error instanceof StoreError) return error;
  const { name, message, code } = error as { name?: string; message?: string; code?: unknown };
  const text = message ?? '';
  if (name === 'MaxRetriesPerRequestError' || DISCONNECTED.some((start) => text.startsWith(start)))
    return new StoreError('connection_lost', facts);
  // Of the system (ECONNREFUSED), of the names (ENOTFOUND), of TLS (SELF_SIGNED_CERT_IN_CHAIN).
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code))
    return new StoreError('connection_lost', { ...facts, code });
  if (text === 'Command timed out') return new StoreError('store_failed', { ...facts, reason: 'timeout' });
  const reply = /^[A-Z]+(?= )/.exec(text)?.[0];
  const known = reply === undefined ? undefined : REPLIES[reply];
  if (known !== undefined) return new StoreError(known, { ...facts, reply: reply as string });
  return new StoreError('store_failed', { ...facts, reply: reply ?? name ?? 'unknown' });
}
