import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderError } from '../../errors/errors.ts';

/** Raised when a folder written by this release cannot be read by the one before. */
export const FORMAT_VERSION = 1;

interface LockHolder {
  readonly pid: number;
  /** clock ticks after boot at which the process started; a pid that was given to another process has another one */
  readonly started: string;
  readonly token: string;
}

function code(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

/** Linux only; elsewhere '' and the pid alone decides */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command, may hold spaces and brackets; the start time is the 20th behind it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive({ pid, started }: LockHolder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (code(error) === 'ESRCH') return false;
  }
  return started === '' || started === startOf(pid);
}

function readHolder(path: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
  } catch {
    return undefined; // gone by now, or torn by a power cut: nobody holds it
  }
}

/** @throws DataFolderError `folder_not_usable` */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new DataFolderError('folder_not_usable', { folder: path, reason: code(error) }, error);
  }
}

export interface FolderLock {
  /** This process holds it already: perhaps a thread of it that died. The state's own lock decides who lives. */
  readonly joined: boolean;
  release(): void;
}

/**
 * Takes the folder for this process. A lock whose process is gone is taken over.
 * @throws DataFolderError `folder_in_use` with the pid, or `folder_not_usable`
 */
export function lockFolder(folder: string): FolderLock {
  makeFolder(folder);
  const path = join(folder, 'lock');
  const holder: LockHolder = { pid: process.pid, started: startOf(process.pid), token: randomUUID() };
  const held = ({ token }: LockHolder, joined: boolean): FolderLock => ({
    joined,
    release() {
      if (readHolder(path)?.token === token) rmSync(path, { force: true });
    },
  });
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(path, JSON.stringify(holder), { flag: 'wx' });
      return held(holder, false);
    } catch (error) {
      if (code(error) !== 'EEXIST')
        throw new DataFolderError('folder_not_usable', { folder, reason: code(error) }, error);
    }
    const other = readHolder(path);
    if (other !== undefined && isAlive(other)) {
      if (other.pid === process.pid) return held(other, true);
      throw new DataFolderError('folder_in_use', { folder, pid: other.pid });
    }
    if (attempt === 3) throw new DataFolderError('folder_in_use', { folder, pid: other?.pid ?? 0 });
    rmSync(path, { force: true });
  }
}

/** Version of the folder's format; undefined for a new folder. @throws DataFolderError `folder_version` */
export function readFormat(folder: string): number | undefined {
  const path = join(folder, 'format.json');
  if (!existsSync(path)) return undefined;
  let version: unknown;
  try {
    version = (JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown }).version;
  } catch (error) {
    throw new DataFolderError('folder_version', { folder, reads: FORMAT_VERSION, found: 'unreadable' }, error);
  }
  if (version !== FORMAT_VERSION) {
    throw new DataFolderError('folder_version', { folder, reads: FORMAT_VERSION, found: String(version) });
  }
  return FORMAT_VERSION;
}

export function writeFormat(folder: string): void {
  const path = join(folder, 'format.json');
  writeFileSync(`${path}.new`, `${JSON.stringify({ version: FORMAT_VERSION })}\n`, { flush: true });
  renameSync(`${path}.new`, path);
}
