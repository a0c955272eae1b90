import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** A key file that hangs on the seed alone: tokens, ids made of them and what people do then are the same in every run. */
export function writeKeys(path: string, seed: number): void {
  const key = (purpose: string): string => createHash('sha256').update(`${seed}|${purpose}`).digest('base64url');
  const file = { tokens: [{ version: 1, key: key('tokens') }], vault: [{ version: 1, key: key('vault') }] };
  writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
}
