import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AuditLog, verifyAuditFolder } from './audit-log.ts';
import type { AuditFact } from './entry.ts';

interface Place {
  readonly folder: string;
  readonly file: string;
  lines(): string[];
  rewrite(lines: readonly string[]): void;
}

function makePlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'audit.log');
  return {
    folder,
    file,
    lines: () => readFileSync(file, 'utf8').split('\n').slice(0, -1),
    rewrite: (lines) => writeFileSync(file, lines.map((line) => `${line}\n`).join('')),
  };
}

function fact(i: number): AuditFact {
  return {
    at: 1_000 + i,
    by: 'analyst-1',
    role: 'analyst',
    action: 'searched',
    facts: { found: `case ${i}`, register: i },
  };
}

async function written(count: number): Promise<Place> {
  const place = makePlace();
  const { log } = await AuditLog.open(place.folder, () => 5);
  await Promise.all(Array.from({ length: count }, (_, i) => log.append(fact(i))));
  await log.close();
  return place;
}

test('what is appended forms a chain that verifies, across openings', async () => {
  const place = await written(10);
  const { log, tail } = await AuditLog.open(place.folder, () => 5);
  expect(tail.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await log.append(fact(10));
  await log.close();
  const verdict = await verifyAuditFolder(place.folder);
  expect(verdict).toMatchObject({ ok: true, entries: 11, head: { seq: 11 } });
});

test('an edited entry shows at its line', async () => {
  const place = await written(6);
  place.rewrite(place.lines().map((line, i) => (i === 2 ? line.replace('case 2', 'case 9') : line)));
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 3, what: 'changed' });
});

test('an entry that was left out, moved, doubled or put in breaks the chain', async () => {
  const place = await written(6);
  const lines = place.lines();
  const without = (i: number) => lines.filter((_, place) => place !== i);
  place.rewrite(without(2));
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 3, what: 'broken_chain' });
  place.rewrite(without(0));
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 1, what: 'broken_chain' });
  place.rewrite([lines[0], lines[2], lines[1], ...lines.slice(3)] as string[]);
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 2, what: 'broken_chain' });
  place.rewrite([...lines.slice(0, 3), lines[2], ...lines.slice(3)] as string[]);
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 4, what: 'broken_chain' });
  place.rewrite([...lines.slice(0, 3), 'nonsense', ...lines.slice(3)]);
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 4, what: 'not_json' });
});

test('an end that was cut off shows against the head', async () => {
  const place = await written(6);
  place.rewrite(place.lines().slice(0, 4));
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 5, what: 'cut' });
  place.rewrite([]);
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 1, what: 'cut' });
});

test('a line torn by a crash is named, then cut off and written down', async () => {
  const place = await written(3);
  appendFileSync(place.file, '{"seq":4,"at":10');
  expect(await verifyAuditFolder(place.folder)).toEqual({ ok: false, line: 4, what: 'torn' });
  const { log } = await AuditLog.open(place.folder, () => 77);
  await log.close();
  expect(JSON.parse(place.lines().at(-1) ?? '')).toMatchObject({
    seq: 4,
    action: 'audit_repaired',
    at: 77,
    facts: { bytes: 16 },
  });
  expect(await verifyAuditFolder(place.folder)).toMatchObject({ ok: true, entries: 4 });
});

test('a long file is opened by its end', async () => {
  const place = await written(3);
  const { log } = await AuditLog.open(place.folder, () => 5);
  const long = { ...fact(0), facts: { found: 'x'.repeat(30_000) } };
  await Promise.all(Array.from({ length: 200 }, () => log.append(long)));
  await log.close();
  const again = await AuditLog.open(place.folder, () => 5);
  expect(again.tail.length).toBeLessThan(150);
  await again.log.append(fact(1));
  await again.log.close();
  expect(await verifyAuditFolder(place.folder)).toMatchObject({ ok: true, entries: 204 });
});
