import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { DatabaseError } from '../errors/errors.ts';

/** What a connection needs, read from `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=...`. */
export interface ConnectionTarget {
  readonly host: string;
  readonly port: number;
  readonly database: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** false: no TLS */
  readonly ssl: ConnectionOptions | false;
}

const DEFAULT_PORT = 5432;
const OPTIONS = new Set(['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host']);

function wrong(what: string): DatabaseError {
  return new DatabaseError('database_not_usable', { reason: what });
}

/**
 * Reads the address as libpq means it. The driver's own reading changes the meaning of `sslmode` between releases.
 * @throws DatabaseError that names the part which is wrong, never its content
 */
export function connectionTarget(address: string): ConnectionTarget {
  const url = URL.parse?.(address) ?? parsed(address);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol))
    throw wrong('the address is no postgres://HOST:PORT/NAME');
  for (const name of url.searchParams.keys()) {
    // What is not understood must not look as if it were kept: a mistyped sslmode would mean no TLS.
    if (!OPTIONS.has(name)) throw wrong('the address has an option that is not known');
  }
  const text = (part: string): string | undefined => (part === '' ? undefined : decodeURIComponent(part));
  return {
    // A folder of sockets can only stand in the option.
    host: url.searchParams.get('host') ?? (url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1'),
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database: text(url.pathname.slice(1)),
    user: text(url.username),
    password: text(url.password),
    ssl: tlsOf(url.searchParams),
  };
}

function parsed(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    // The error would quote the address.
    return null;
  }
}

function tlsOf(options: URLSearchParams): ConnectionOptions | false {
  const mode = options.get('sslmode') ?? 'disable';
  if (mode === 'disable') return false;
  const file = (name: string): Buffer | undefined => {
    const path = options.get(name);
    return path === null ? undefined : pem(name, path);
  };
  const [ca, cert, key] = [file('sslrootcert'), file('sslcert'), file('sslkey')];
  const given = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
  const withoutName = { checkServerIdentity: () => undefined };
  if (mode === 'verify-full') return given;
  if (mode === 'verify-ca') return { ...given, ...withoutName };
  // As libpq: with certificates to check against it is checked, without them it is only encrypted.
  if (mode === 'require')
    return ca === undefined ? { ...given, rejectUnauthorized: false } : { ...given, ...withoutName };
  throw wrong('sslmode is disable, require, verify-ca or verify-full');
}

function pem(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw wrong(`the file of ${name} cannot be read`);
  }
}
