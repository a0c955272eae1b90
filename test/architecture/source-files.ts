import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root, found from here: test/architecture. */
export const root = join(import.meta.dirname, '..', '..');

const SKIP = new Set(['node_modules', 'dist', '.turbo', '.git', 'generated', 'data', 'coverage', 'mock']);

/** Every TypeScript and .mjs file of ours, relative to the root, with forward slashes. */
export function sourceFiles(): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !SKIP.has(entry.name)) walk(path);
      else if (entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name)) found.push(path);
    }
  };
  for (const folder of ['schemas', 'rules', 'services', 'test', 'deploy']) walk(folder);
  return found.sort();
}

/** Module specifiers a file imports, statically or by `import()`; type imports count too. */
export function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  );
  return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}
