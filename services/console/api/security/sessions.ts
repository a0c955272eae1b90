import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Role } from '../views.ts';
import { ROLES, type Viewer } from '../viewer.ts';

/** A shift. */
export const SESSION_MS = 12 * 3_600_000;
export const COOKIE = 'yujing_session';
const KEY_BYTES = 32;

export interface Session extends Viewer {
  readonly id: string;
  readonly expires_at: number;
  /** of a user with a password: the state of his entry at which he signed in */
  readonly generation?: number | undefined;
}

function knownKey(file: string): Buffer | undefined {
  const known = existsSync(file) ? readFileSync(file) : undefined;
  // A process that was killed here may have left less than a key: an empty one would sign for anybody.
  return known?.length === KEY_BYTES ? known : undefined;
}

/**
 * The key under which cookies are signed; made on first use, so that a restart signs nobody out. Consoles that share a folder
 * share it: of two that start at once, one makes it.
 */
export function sessionKey(file: string): Buffer {
  const known = knownKey(file);
  if (known !== undefined) return known;
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
  try {
    // Unlike a rename it refuses to take the place of a key that somebody else has made meanwhile.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (knownKey(file) === undefined) renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file);
}

/** Signed cookies: the server keeps only the ids of sessions that were ended before their time. */
export class Sessions {
  readonly #key: Buffer;
  readonly #now: () => number;
  readonly #isCurrent: (session: Session) => boolean;
  readonly #ended = new Map<string, number>();

  /** `isCurrent`: whether its person may still be here, asked on every request */
  constructor(key: Buffer, now: () => number, isCurrent: (session: Session) => boolean) {
    this.#key = key;
    this.#now = now;
    this.#isCurrent = isCurrent;
  }

  begin(viewer: Viewer & Pick<Session, 'generation'>): { readonly session: Session; readonly cookie: string } {
    const id = randomBytes(12).toString('base64url');
    const { user, role, precinct, generation } = viewer;
    const session = { id, user, role, precinct, expires_at: this.#now() + SESSION_MS, generation };
    const text = Buffer.from(JSON.stringify(session)).toString('base64url');
    return { session, cookie: `${text}.${this.#signature(text)}` };
  }

  /** undefined for whatever is not a live session of ours. `role`: the one meant, where a browser holds several. */
  read(cookieHeader: string | undefined, role?: string): Session | undefined {
    const ofRole = role === undefined ? undefined : cookieValue(cookieHeader, cookieName(role));
    return this.#verified(ofRole ?? cookieValue(cookieHeader, COOKIE));
  }

  #verified(value: string | undefined): Session | undefined {
    const dot = value?.indexOf('.') ?? -1;
    if (value === undefined || dot < 0) return undefined;
    const text = value.slice(0, dot);
    if (!isEqual(value.slice(dot + 1), this.#signature(text))) return undefined;
    const session = JSON.parse(Buffer.from(text, 'base64url').toString()) as Session;
    return this.isLive(session) ? session : undefined;
  }

  isLive(session: Session): boolean {
    const { id, role, expires_at } = session;
    if (expires_at <= this.#now() || this.#ended.has(id) || !(ROLES as readonly Role[]).includes(role)) return false;
    return this.#isCurrent(session);
  }

  end({ id, expires_at }: Pick<Session, 'id' | 'expires_at'>): void {
    for (const [other, until] of this.#ended) if (until <= this.#now()) this.#ended.delete(other);
    this.#ended.set(id, expires_at);
  }

  #signature(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function cookieValue(header: string | undefined, wanted: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === wanted) return value;
  }
  return undefined;
}

function cookieName(role: string): string {
  return `${COOKIE}_${role}`;
}

/**
 * The session's cookie, and in the demo one more under the name of its role: officer, analyst and commander can then be open
 * in one browser. An empty value takes them back.
 */
export function setCookies(
  value: string,
  role: Role,
  options: { readonly secure: boolean; readonly perRole: boolean },
): string[] {
  const age = value === '' ? 0 : Math.floor(SESSION_MS / 1000);
  const names = options.perRole ? [COOKIE, cookieName(role)] : [COOKIE];
  const attributes = `Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${options.secure ? '; Secure' : ''}`;
  return names.map((name) => `${name}=${value}; ${attributes}`);
}
