import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { checkSlotFile, readSlotFile, writeSlotFile } from './slot-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'yujing-slot-file-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const header = { slot: { stage: 'profile', logId: 'a1', partition: 3 }, id: 'c9', position: 2 ** 40 };

async function* batchesOf(pairs: ReadonlyArray<readonly [string, Buffer]>, size: number): AsyncGenerator<Buffer[]> {
  for (let from = 0; from < pairs.length; from += size)
    yield pairs.slice(from, from + size).flatMap(([field, value]) => [Buffer.from(field), value]);
}

test('what was written comes back, however the pieces fall', async () => {
  const path = join(folder, 'whole');
  const pairs = Array.from(
    { length: 600 },
    (_, i) => [`e:${'键'.repeat(i % 5)}${i}`, Buffer.alloc((i * 37) % 900, i)] as const,
  );
  pairs.push(['large', Buffer.alloc(3 << 20, 7)], ['', Buffer.alloc(0)]);
  const written = await writeSlotFile(path, header, batchesOf(pairs, 70));
  expect(written.fields).toBe(602);
  expect(await checkSlotFile(path)).toEqual({ ...header, fields: 602 });
  const read: Buffer[] = [];
  for await (const batch of readSlotFile(path)) read.push(...batch.map((part) => Buffer.from(part)));
  expect(read.length).toBe(1_204);
  expect(
    Buffer.concat(read).equals(Buffer.concat(pairs.flatMap(([field, value]) => [Buffer.from(field), value]))),
  ).toBe(true);
});

test('no byte can change and no end can go without being noticed', async () => {
  const path = join(folder, 'damaged');
  await writeSlotFile(
    path,
    header,
    batchesOf(
      [
        ['id', Buffer.from('c9')],
        ['e:a', Buffer.from('value')],
      ],
      1,
    ),
  );
  const text = gunzipSync(readFileSync(path));
  for (let at = 0; at < text.length - 1; at += 7) {
    const changed = Buffer.from(text);
    changed[at]! ^= 0x10;
    writeFileSync(path, gzipSync(changed));
    await expect(checkSlotFile(path), `byte ${at}`).rejects.toMatchObject({ code: 'snapshot_damaged' });
    writeFileSync(path, gzipSync(text.subarray(0, at)));
    await expect(checkSlotFile(path), `cut at ${at}`).rejects.toMatchObject({ code: 'snapshot_damaged' });
  }
});
