import { createHmac } from 'node:crypto';
import type { Database } from '@yujing/runtime';
import { KeyFileError, type Keys } from './key-file.ts';

/** Tells nothing of the key, and is the same for the same key only. */
function proofs({ tokens, vault }: Keys): Map<string, string> {
  const of = (key: Parameters<typeof createHmac>[1]): string =>
    createHmac('sha256', key).update('yujing/which key is this').digest('base64url');
  return new Map([
    ...tokens.map(({ version, key }) => [`token ${version}`, of(key)] as const),
    ...[...vault].map(([version, key]) => [`vault ${version}`, of(key)] as const),
  ]);
}

/**
 * The first process that opens an installation notes which keys it has; whoever comes with others under the same number is
 * refused: he would make a second token for every person, and nobody's cards would open.
 * @throws KeyFileError
 */
export async function proveKeys(database: Database, schema: string, keys: Keys): Promise<void> {
  for (const [name, proof] of proofs(keys)) {
    await database.query(`INSERT INTO ${schema}.key_proofs (name, proof) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
      name,
      proof,
    ]);
    const [row] = await database.query(`SELECT proof FROM ${schema}.key_proofs WHERE name = $1`, [name]);
    if (row?.proof === proof) continue;
    throw new KeyFileError(
      `the key file is not the one that this installation began with (${name} differs): give every door and console the same, with --keys FILE`,
    );
  }
}
