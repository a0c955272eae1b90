import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { expect, test } from 'vitest';
import { eventIdOf } from '../event/read.ts';
import { refusal } from '../event/refusal.ts';
import { NO_METRICS } from '../metrics.ts';
import { DeadLetters } from './dead-letters.ts';
import { IdSet } from './id-set.ts';
import { RememberedIds, type DoorLevel } from './remembered-ids.ts';
import { TokenBucket } from './token-bucket.ts';
import { TwoGenerations } from './two-generations.ts';

const HOUR_MS = 3_600_000;

function folderOf(name: string): string {
  return mkdtempSync(join(tmpdir(), `yujing-${name}-`));
}

test('an id set holds what was added and nothing else', () => {
  const set = new IdSet();
  const added = Array.from({ length: 20_000 }, (_, i) => eventIdOf('s', `${i}`));
  const halves = (id: string): [number, number] => [
    Number.parseInt(id.slice(0, 8), 16),
    Number.parseInt(id.slice(8, 16), 16),
  ];
  for (const id of added) set.add(...halves(id));
  for (const id of added) set.add(...halves(id));
  expect(set.size).toBe(20_000);
  expect(added.every((id) => set.has(...halves(id)))).toBe(true);
  expect(Array.from({ length: 20_000 }, (_, i) => eventIdOf('t', `${i}`)).some((id) => set.has(...halves(id)))).toBe(
    false,
  );
});

test('ids are remembered for their time, over a restart, and the oldest hour goes first when memory is short', async () => {
  const folder = folderOf('ids');
  const level: DoorLevel = new ClassicLevel(folder, { valueEncoding: 'view' });
  const options = { rememberedMs: 3 * HOUR_MS, maxIds: 1000, metrics: NO_METRICS };
  const ids = await RememberedIds.open(level, options);
  const hour = (n: number, count = 100) => Array.from({ length: count }, (_, i) => eventIdOf('s', `${n}-${i}`));
  await ids.add(hour(0), 0);
  await ids.add(hour(1), HOUR_MS);
  await ids.add(hour(4), 4 * HOUR_MS);
  expect([ids.has(hour(0)[0]!), ids.has(hour(1)[99]!), ids.has(hour(4)[0]!)]).toEqual([false, true, true]);
  const again = await RememberedIds.open(level, options);
  expect([again.has(hour(0)[0]!), again.has(hour(1)[99]!), again.has(hour(4)[0]!)]).toEqual([false, true, true]);
  await again.add(hour(5, 950), 5 * HOUR_MS);
  expect([again.has(hour(1)[0]!), again.has(hour(4)[0]!), again.has(hour(5)[0]!)]).toEqual([false, false, true]);
  await level.close();
  rmSync(folder, { recursive: true });
});

test('dead letters end with their days; a torn last line spoils only itself', async () => {
  const folder = folderOf('letters');
  const key = createSecretKey(randomBytes(32));
  let now = Date.UTC(2026, 10, 1);
  const options = { maxBytes: 1e9, keptDays: 30, now: () => now };
  const item = (text: string) => ({ source: 's', index: 0, refusal: refusal('bad_json', ''), text });
  const first = await (await DeadLetters.open(folder, key, options)).keep([item('old one')]);
  now += 31 * 24 * HOUR_MS;
  const letters = await DeadLetters.open(folder, key, options);
  const second = await letters.keep([item('{"a": "secret"'), item('x'.repeat(100_000))]);
  expect(await letters.show(first[0]!)).toBeNull();
  expect((await letters.show(second[0]!))?.text).toBe('{"a": "secret"');
  const [newest] = await letters.list(1);
  expect(newest).toMatchObject({ id: second[1], code: 'bad_json', bytes: 100_000 });
  const file = readdirSync(folder).find((name) => name.endsWith('.ndjson'))!;
  writeFileSync(join(folder, file), '{"torn', { flag: 'a' });
  expect(await letters.list()).toHaveLength(2);
  rmSync(folder, { recursive: true });
});

test('a bucket fills with time; a cache keeps what is used', () => {
  const bucket = new TokenBucket(10, 20, 0);
  expect([bucket.take(20, 0), bucket.take(1, 0), bucket.take(5, 500), bucket.take(100, 10_000)]).toEqual([0, 1, 0, 0]);
  expect(bucket.take(100, 10_000)).toBe(2);
  const cache = new TwoGenerations<number>(10);
  for (let i = 0; i < 100; i++) {
    cache.set(`k${i}`, i);
    expect(cache.get('k0')).toBe(0);
  }
  expect(cache.get('k1')).toBeUndefined();
});
