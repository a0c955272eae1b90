// Reads avro/ and writes generated/. Plain JavaScript so that it runs before anything is built.
//   node generate.mjs                write generated/ and ids.json
//   node generate.mjs --check        fail when generated/ or ids.json is stale
//   node generate.mjs --new-version  once ids.json is frozen: keep the old schema in history/, append a new id
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSchemas } from './generator/load.mjs';
import { planIds } from './generator/ids.mjs';
import { typesFile } from './generator/types-file.mjs';
import { schemasFile } from './generator/schemas-file.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const check = process.argv.includes('--check');
const newVersion = process.argv.includes('--new-version');

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function main() {
  const loaded = loadSchemas(join(root, 'avro'));
  const plan = planIds(root, loaded, { newVersion });
  const files = new Map([
    ['ids.json', plan.idsText],
    ...plan.historyFiles,
    ['generated/types.ts', typesFile(loaded)],
    ['generated/schemas.ts', schemasFile(loaded, plan)],
  ]);
  const stale = [...files].filter(([path, text]) => readIfThere(join(root, path)) !== text).map(([path]) => path);
  if (check) {
    if (stale.length > 0) throw new Error(`stale: ${stale.join(', ')}; run npm run generate -w schemas`);
    return;
  }
  mkdirSync(join(root, 'generated'), { recursive: true });
  mkdirSync(join(root, 'history'), { recursive: true });
  for (const path of stale) writeFileSync(join(root, path), files.get(path));
  console.log(`${loaded.records.length} records, ${loaded.enums.length} enumerations, ${stale.length} files written`);
}

try {
  main();
} catch (error) {
  console.error(`schemas: ${error.message}`);
  process.exitCode = 1;
}
