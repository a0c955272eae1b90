import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tokenKey, TOKEN_KEY_BYTES, type TokenKey } from '../identity/tokens.ts';

/** The keys of an installation. They lie outside the data folder, so that a copy of the data alone opens nothing. */
export interface Keys {
  /** oldest first; the last one makes new tokens */
  readonly tokens: readonly TokenKey[];
  /** encrypts the vault: version -> key; the highest one encrypts */
  readonly vault: ReadonlyMap<number, KeyObject>;
  /** true when the file was made just now */
  readonly isNew: boolean;
}

interface KeyFile {
  readonly tokens: ReadonlyArray<{ readonly version: number; readonly key: string }>;
  readonly vault: ReadonlyArray<{ readonly version: number; readonly key: string }>;
}

/** The message says what is wrong and what to do. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
}

function freshFile(): KeyFile {
  const key = () => randomBytes(TOKEN_KEY_BYTES).toString('base64url');
  return { tokens: [{ version: 1, key: key() }], vault: [{ version: 1, key: key() }] };
}

/** Whole or not at all: half a key file would look like one that was damaged, and its data like lost. */
function writeNew(path: string): void {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  const file = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    writeSync(file, `${JSON.stringify(freshFile(), null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    // Unlike a rename it refuses to take the place of a file that somebody else has made meanwhile: that one counts.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

function readGuarded(path: string): string {
  const file = openSync(path, constants.O_RDONLY);
  try {
    const mode = fstatSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      throw new KeyFileError(`${path} can be read by others (mode ${mode.toString(8)}): chmod 600 it`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function parse(path: string, text: string): KeyFile {
  try {
    const file = JSON.parse(text) as KeyFile;
    if (Array.isArray(file.tokens) && file.tokens.length > 0 && Array.isArray(file.vault) && file.vault.length > 0)
      return file;
  } catch {
    // Said below: the text itself must not get into a message.
  }
  throw new KeyFileError(`${path} is no key file: restore it from its backup, without it no card can be opened`);
}

/**
 * Opens the key file; `create` makes it when there is none (the demo's first start).
 * @throws KeyFileError when it is missing, readable by others or damaged
 */
export function openKeys(path: string, options: { readonly create: boolean }): Keys {
  const isNew = !existsSync(path);
  if (isNew && !options.create) throw new KeyFileError(`no key file at ${path}: give its place with --keys FILE`);
  if (isNew) writeNew(path);
  const file = parse(path, readGuarded(path));
  const tokens = file.tokens
    .map(({ version, key }) => tokenKey(version, Buffer.from(key, 'base64url')))
    .sort((a, b) => a.version - b.version);
  const vault = new Map(
    file.vault.map(({ version, key }) => [version, createSecretKey(Buffer.from(key, 'base64url'))]),
  );
  return { tokens, vault, isNew };
}

/** A key of its own for each use, so that what one protects never weakens another. */
export function derivedKey(keys: Keys, purpose: string): KeyObject {
  const newest = Math.max(...keys.vault.keys());
  const bytes = hkdfSync('sha256', keys.vault.get(newest) as KeyObject, '', `yujing/${purpose}`, 32);
  return createSecretKey(new Uint8Array(bytes));
}
