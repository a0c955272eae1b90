import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import type { IdentityStores } from '../identity/ports.ts';
import type { Keys } from './key-file.ts';
import { LevelDirectory } from './level-directory.ts';
import { LevelVault, type IdentityLevel } from './level-vault.ts';

/** Vault and directory in a folder of this machine; one process at a time. */
export async function openLevelIdentity(folder: string, keys: Keys): Promise<IdentityStores> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const level: IdentityLevel = new ClassicLevel<string, Uint8Array>(folder, { valueEncoding: 'view' });
  await level.open();
  return {
    vault: new LevelVault(level, keys),
    directory: new LevelDirectory(level),
    close: () => level.close(),
  };
}
