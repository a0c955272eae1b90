import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { AofTail } from './aof-tail.ts';

test('the tail that is cut is what was written in the last moments', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-aof-'));
  const file = join(folder, 'a.1.incr.aof');
  writeFileSync(file, 'old');
  const tail = new AofTail(() => [file]);
  onTestFinished(() => {
    tail.close();
    rmSync(folder, { recursive: true });
  });
  await sleep(250);
  const writtenAt = Date.now();
  appendFileSync(file, ' new');
  await sleep(150);
  // A little earlier than it was written: the file is looked at every 50 ms.
  expect(tail.cut(writtenAt + 1_000, 1_050)).toBe(4);
  expect(readFileSync(file, 'utf8')).toBe('old');
  expect(() => tail.cut(Date.now(), 10_000)).toThrow('nobody saw the file');
});
