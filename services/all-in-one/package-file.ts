import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder: this code runs from source (tests) and from dist (node). */
export const packageFolder = ((): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
})();

/** Threads always run what was built. */
export function builtFile(name: string): string {
  return join(packageFolder, 'dist', name);
}

/** what `yujing --version` says */
export const VERSION = (
  JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { readonly version: string }
).version;
