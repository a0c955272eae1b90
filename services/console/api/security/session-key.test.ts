import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sessionKey } from './sessions.ts';

test('the key of the cookies is made once, and never half: what a killed process left is made anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-session-key-'));
  const file = join(folder, 'key');
  const key = sessionKey(file);
  expect(key).toHaveLength(32);
  expect(sessionKey(file)).toEqual(key);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const left of [Buffer.alloc(0), Buffer.alloc(5, 1)]) {
    writeFileSync(file, left);
    expect(sessionKey(file)).toHaveLength(32);
    expect(readFileSync(file)).toHaveLength(32);
  }
  rmSync(folder, { recursive: true });
});
