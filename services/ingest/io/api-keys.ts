import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** source: sends events. register: writes persons. demo: both, and releases time with `clock: door`. */
export const KEY_ROLES = ['source', 'register', 'demo'] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

export interface ApiKey {
  readonly id: string;
  /** id of the source, in every record it sends */
  readonly source: string;
  readonly role: KeyRole;
  /** may send what is older than event ids are remembered */
  readonly historical: boolean;
  /** sha256 of the secret, hex: the secret has 256 random bits, so no slow hash is needed */
  readonly hash: string;
  readonly created_at: number;
  /** null: until it is rotated or revoked */
  readonly expires_at: number | null;
}

export interface NewKey {
  readonly id: string;
  /** shown once, kept nowhere */
  readonly key: string;
}

const KEY = /^yk_([0-9a-f]{8})_([A-Za-z0-9_-]{43})$/;
export const SOURCE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const RECHECK_MS = 1000;
/** An ended key is listed for so long; the demo makes one at every start. */
const KEPT_AFTER_END_MS = 30 * 86_400_000;

export class ApiKeyError extends Error {}

function readKeys(file: string): ApiKey[] {
  if (!existsSync(file)) return [];
  const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: ApiKey[] };
  return keys;
}

function writeKeys(file: string, keys: readonly ApiKey[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(draft, file);
}

function draw(): NewKey & { readonly hash: string } {
  const id = randomBytes(4).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  return { id, key: `yk_${id}_${secret}`, hash: hash('sha256', secret, 'hex') };
}

function isLive(key: ApiKey, now: number): boolean {
  return key.expires_at === null || key.expires_at > now;
}

/** The keys of a data folder, in one small file that commands may change while the door runs. */
export class ApiKeys {
  readonly #file: string;
  readonly #now: () => number;
  #keys: readonly ApiKey[] = [];
  #changedAt = -1;
  #checkedAt = -Infinity;

  constructor(file: string, now: () => number) {
    this.#file = file;
    this.#now = now;
  }

  /** The key's grant, or null for a key that is unknown, over or revoked. */
  authenticate(text: string): ApiKey | null {
    const [, id, secret] = KEY.exec(text) ?? [];
    if (id === undefined || secret === undefined) return null;
    this.#refresh();
    const key = this.#keys.find((known) => known.id === id);
    if (key === undefined || !isLive(key, this.#now())) return null;
    const given = hash('sha256', secret, 'buffer');
    return timingSafeEqual(given, Buffer.from(key.hash, 'hex')) ? key : null;
  }

  list(): readonly ApiKey[] {
    return readKeys(this.#file);
  }

  add(source: string, role: KeyRole, historical: boolean): NewKey {
    if (!SOURCE.test(source))
      throw new ApiKeyError('a source is letters, digits and . _ -, at most 64, from a letter or digit on');
    const { id, key, hash } = draw();
    const entry: ApiKey = { id, source, role, historical, hash, created_at: this.#now(), expires_at: null };
    this.#write([...this.list(), entry]);
    return { id, key };
  }

  /** A new key for the same source and role; the old one works on for the overlap, so that the source can change over. */
  rotate(id: string, overlapMs: number): NewKey {
    const old = this.#find(id);
    const now = this.#now();
    const fresh = draw();
    const ends = Math.min(old.expires_at ?? Infinity, now + overlapMs);
    const rest = this.list().map((key) => (key.id === id ? { ...key, expires_at: ends } : key));
    this.#write([...rest, { ...old, id: fresh.id, hash: fresh.hash, created_at: now, expires_at: null }]);
    return { id: fresh.id, key: fresh.key };
  }

  /** Ends a key at once. */
  revoke(id: string): void {
    this.#find(id);
    this.#write(this.list().map((key) => (key.id === id ? { ...key, expires_at: this.#now() } : key)));
  }

  #find(id: string): ApiKey {
    const key = this.list().find((known) => known.id === id);
    if (key === undefined || !isLive(key, this.#now())) throw new ApiKeyError(`there is no live key ${id}`);
    return key;
  }

  #write(keys: readonly ApiKey[]): void {
    const now = this.#now();
    writeKeys(
      this.#file,
      keys.filter(({ expires_at }) => expires_at === null || expires_at > now - KEPT_AFTER_END_MS),
    );
    this.#checkedAt = -Infinity;
  }

  /** Looks at the file once a second: a revoked key bites at once for a person, and costs a busy door nothing. */
  #refresh(): void {
    const now = this.#now();
    if (now - this.#checkedAt < RECHECK_MS && now >= this.#checkedAt) return;
    this.#checkedAt = now;
    const changedAt = statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedAt === this.#changedAt) return;
    this.#keys = readKeys(this.#file);
    this.#changedAt = changedAt;
  }
}
