import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkDemo, markDemo } from './before-start.ts';

test('a demo folder is marked before anything is in it, so a start that was killed half-way leaves no real one', async () => {
  const root = mkdtempSync(join(tmpdir(), 'yujing-mark-'));
  const data = join(root, 'data');
  const mark = join(data, 'demo.json');
  await markDemo(data, true);
  expect(existsSync(mark)).toBe(true);
  // Killed before the log was opened: nothing is in it, so it may still become a real one.
  checkDemo(data, false);
  await markDemo(data, false);
  expect(existsSync(mark)).toBe(false);
  // Killed after the log was opened.
  await markDemo(data, true);
  writeFileSync(join(data, 'format.json'), '{"version":1}');
  expect(() => checkDemo(data, true)).not.toThrow();
  expect(() => checkDemo(data, false)).toThrow(/demo/);
  mkdirSync(join(root, 'real'));
  writeFileSync(join(root, 'real', 'format.json'), '{"version":1}');
  expect(() => checkDemo(join(root, 'real'), true)).toThrow(/real/);
  // What cannot be written is told by whoever opens the folder.
  writeFileSync(join(root, 'file'), '');
  await markDemo(join(root, 'file', 'data'), true);
  rmSync(root, { recursive: true });
});
