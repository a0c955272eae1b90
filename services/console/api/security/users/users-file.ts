import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '../../views.ts';
import { ROLES } from '../../viewer.ts';
import { isPasswordHash } from './password.ts';

export const USERS_FILE = 'users.json';

export interface User {
  readonly user: string;
  readonly role: Role;
  /** of officers */
  readonly precinct: string | null;
  readonly hash: string;
  readonly created_at: number;
  readonly disabled: boolean;
  /** grows with every change; a session of an older one is over */
  readonly generation: number;
}

export const USER = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
export const PRECINCT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The file is there and cannot be used: the message says which, why and what to do. */
export class UsersFileError extends Error {
  override readonly name = 'UsersFileError';
}

const FIELDS: { readonly [Field in keyof User]: (value: unknown) => boolean } = {
  user: (value) => typeof value === 'string' && USER.test(value),
  role: (value) => (ROLES as readonly unknown[]).includes(value),
  precinct: (value) => value === null || (typeof value === 'string' && PRECINCT.test(value)),
  hash: (value) => typeof value === 'string' && isPasswordHash(value),
  created_at: Number.isSafeInteger,
  disabled: (value) => typeof value === 'boolean',
  generation: Number.isSafeInteger,
};

function damaged(file: string, what: string): UsersFileError {
  return new UsersFileError(
    `${file} is damaged (${what}): restore it from a backup, or move it away and add the users again with \`yujing users add\``,
  );
}

/** Names of fields and places only: the text itself must not get into a message. */
function parse(file: string, text: string): User[] {
  let entries: unknown;
  try {
    entries = (JSON.parse(text) as { readonly users?: unknown } | null)?.users;
  } catch {
    throw damaged(file, 'it is not JSON');
  }
  if (!Array.isArray(entries)) throw damaged(file, 'it has no list of users');
  const seen = new Set<string>();
  return entries.map((entry: Readonly<Record<string, unknown>> | null, place) => {
    for (const [field, fits] of Object.entries(FIELDS))
      if (!fits(entry?.[field])) throw damaged(file, `${field} of entry ${place + 1}`);
    const user = entry as unknown as User;
    if (seen.has(user.user)) throw damaged(file, `entry ${place + 1} is there twice`);
    seen.add(user.user);
    return user;
  });
}

/** @throws UsersFileError; no file is no users */
export function readUsers(file: string): User[] {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new UsersFileError(`${file} cannot be read (${code}): give this process's user the right to read it`);
  }
  try {
    const mode = fstatSync(handle).mode & 0o777;
    if ((mode & 0o077) !== 0)
      throw new UsersFileError(`${file} is open to others (mode ${mode.toString(8)}): chmod 600 it`);
    return parse(file, textOf(file, handle));
  } finally {
    closeSync(handle);
  }
}

function textOf(file: string, handle: number): string {
  try {
    return readFileSync(handle, 'utf8');
  } catch (error) {
    throw new UsersFileError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}

/** What tells one version of the file from the next; null: there is none. */
export function versionOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.ino} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.size}`;
}

function writeUsers(file: string, users: readonly User[]): void {
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(draft, `${JSON.stringify({ users }, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    keepOwner(draft, dirname(file));
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new UsersFileError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  // A user who was disabled stays so after a power cut.
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A command run as root must not leave a file that the process cannot read. */
function keepOwner(draft: string, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(draft, uid, gid);
}

const LOCK_WAIT_MS = 2_000;
/** A change takes milliseconds: a lock this old was left by a command that was killed. */
const LOCK_STALE_MS = 10_000;

async function lock(file: string): Promise<() => void> {
  const name = `${file}.lock`;
  for (const until = Date.now() + LOCK_WAIT_MS; ; await sleep(20)) {
    try {
      writeFileSync(name, String(process.pid), { mode: 0o600, flag: 'wx' });
      return () => rmSync(name, { force: true });
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new UsersFileError(`${file} cannot be written (${code})`);
    }
    const made = statSync(name, { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && made < Date.now() - LOCK_STALE_MS) rmSync(name, { force: true });
    if (Date.now() > until) throw new UsersFileError(`another command is changing ${file}: try again in 10 seconds`);
  }
}

/** Reads, changes and replaces the file; two commands at once do not undo each other. */
export async function changeUsers(file: string, change: (users: readonly User[]) => readonly User[]): Promise<void> {
  const release = await lock(file);
  try {
    writeUsers(file, change(readUsers(file)));
  } finally {
    release();
  }
}
