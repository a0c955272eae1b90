import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const here = fileURLToPath(new URL('..', import.meta.url));
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yujing-schemas-'));
  for (const part of ['avro', 'generated', 'generator', 'history', 'generate.mjs', 'ids.json']) {
    cpSync(join(here, part), join(folder, part), { recursive: true });
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function generate(...options: string[]): string {
  try {
    return execFileSync(process.execPath, ['generate.mjs', ...options], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    return (error as { stderr: string }).stderr;
  }
}

function edit(file: string, from: string, to: string): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

const NEW_FIELD = '{ "name": "note", "type": ["null", "int"], "default": null, "doc": "test", "privacy": "none" }';

test('the committed files are fresh', () => {
  expect(generate('--check')).toBe('');
});

test('before the first release a change overwrites; after it a pinned schema is refused', () => {
  edit('avro/tick.avsc', '"fields": [', `"fields": [\n${NEW_FIELD},`);
  edit(
    'ids.json',
    /"frozen": (true|false)/.exec(readFileSync(join(folder, 'ids.json'), 'utf8'))?.[0] ?? '',
    '"frozen": true',
  );
  expect(generate()).toContain('Tick: schema');
  edit('ids.json', '"frozen": true', '"frozen": false');
  expect(generate('--check')).toContain('stale');
  expect(generate()).toContain('3 files written');
  expect(generate('--check')).toBe('');
});

test('--new-version keeps the old schema for readers and refuses what they could not read', () => {
  edit(
    'ids.json',
    /"frozen": (true|false)/.exec(readFileSync(join(folder, 'ids.json'), 'utf8'))?.[0] ?? '',
    '"frozen": true',
  );
  const before = JSON.parse(readFileSync(join(folder, 'ids.json'), 'utf8')).schemas as { id: number; type: string }[];
  edit('avro/tick.avsc', '"fields": [', `"fields": [\n${NEW_FIELD},`);
  expect(generate('--new-version')).toContain('4 files written');
  const after = JSON.parse(readFileSync(join(folder, 'ids.json'), 'utf8')).schemas as { id: number; type: string }[];
  expect(after.slice(0, -1)).toEqual(before);
  expect(after.at(-1)).toMatchObject({ id: before.length + 1, type: 'Tick' });
  expect(readFileSync(join(folder, 'generated/schemas.ts'), 'utf8')).toMatch(
    /OLD_SCHEMAS.*\n\s+\{ id: \d+, type: 'Tick'/,
  );
  expect(generate('--check')).toBe('');
  edit('avro/door-open.avsc', '"type": "long"', '"type": "int"');
  expect(generate('--new-version')).toContain('long became int');
});

test('house rules: a doc, a bound, a nullable default', () => {
  edit(
    'avro/tick.avsc',
    '"fields": [',
    '"fields": [\n{ "name": "note", "type": "string", "doc": "test", "privacy": "none" },',
  );
  expect(generate()).toContain('Tick.note: a string needs maxLength');
});
