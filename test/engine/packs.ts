import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { compile, type Compiled } from '@yujing/rules/language';

const PACKS = join(import.meta.dirname, '..', '..', 'rules', 'packs');

/** The shipped rules, compiled from their files. */
export function shippedRules(): Compiled {
  const files = readdirSync(PACKS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(PACKS, name));
  return compile(files.map((file) => ({ path: relative(PACKS, file), text: readFileSync(file, 'utf8') })));
}
