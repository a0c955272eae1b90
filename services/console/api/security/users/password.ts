import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';

/** N = 2^15, r = 8, p = 1: 32 MB and about 80 ms a try. Kept in each hash, so that a later version can ask for more. */
const COST = { ln: 15, r: 8, p: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const HASH = /^scrypt\$ln=(\d{2}),r=(\d{1,2}),p=(\d)\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

export const PASSWORD_LENGTH = { min: 12, max: 256 } as const;

/** Without signs that look alike; four groups of five are 99 random bits. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

interface Parts {
  readonly cost: { readonly ln: number; readonly r: number; readonly p: number };
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** undefined: no hash of ours, or one that asks for more than a machine should give */
function partsOf(text: string): Parts | undefined {
  const [, ln, r, p, salt = '', hash = ''] = HASH.exec(text) ?? [];
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (!(cost.ln >= 14 && cost.ln <= 18 && cost.r >= 1 && cost.r <= 16 && cost.p >= 1 && cost.p <= 4)) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') };
}

export function isPasswordHash(text: string): boolean {
  return partsOf(text) !== undefined;
}

/** The same signs typed on two keyboards can be different characters; both sides compare one form. */
function derive(password: string, salt: Buffer, { ln, r, p }: Parts['cost']): Promise<Buffer> {
  const N = 2 ** ln;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { N, r, p, maxmem: 256 * N * r * p }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST);
  const { ln, r, p } = COST;
  return `scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Of nobody's password: an unknown user costs the same time as a known one. */
export const NOBODY = `scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export async function isPassword(password: string, text: string): Promise<boolean> {
  const parts = partsOf(text);
  if (parts === undefined) return false;
  return timingSafeEqual(await derive(password, parts.salt, parts.cost), parts.hash);
}

/** What is wrong with a new password; undefined: nothing. */
export function passwordFault(password: string): string | undefined {
  const length = [...password.normalize('NFKC')].length;
  if (length < PASSWORD_LENGTH.min) return `a password has at least ${PASSWORD_LENGTH.min} characters`;
  if (length > PASSWORD_LENGTH.max) return `a password has at most ${PASSWORD_LENGTH.max} characters`;
  if (/\p{Cc}/u.test(password)) return 'a password has no line breaks or other control characters';
  if (new Set(password).size < 4) return 'a password has at least 4 different characters';
  return undefined;
}

export function generatePassword(): string {
  const group = (): string => Array.from({ length: GROUP_LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}
