import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { compile, type Compiled } from '@yujing/rules/language';

/** Found upwards, because this file also runs from dist. */
function packsFolder(from: string): string {
  const packs = join(from, 'rules', 'packs');
  return existsSync(packs) ? packs : packsFolder(dirname(from));
}

const PACKS = packsFolder(import.meta.dirname);

/** The shipped rules, compiled from their files. */
export function shippedRules(): Compiled {
  const files = readdirSync(PACKS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(PACKS, name));
  return compile(files.map((file) => ({ path: relative(PACKS, file), text: readFileSync(file, 'utf8') })));
}
