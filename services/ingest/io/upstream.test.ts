import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLUSTER_SETTINGS, StoreError, type ConfigError, type UpstreamBatch, type Values } from '@yujing/runtime';
import { expect, test } from 'vitest';
import { UPSTREAM_SETTINGS, type UpstreamSettings } from '../config.ts';
import { NOON, openTestDoor } from '../fixtures/open-test-door.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { parseMapping } from '../mapping/parse.ts';
import { itemsOf } from './upstream-items.ts';
import { openUpstreamSource } from './upstream-source.ts';

const SAMPLES = join(import.meta.dirname, '..', 'mapping', 'samples');

function sampleMapping(over: (text: string) => string = (text) => text): Mapping {
  const { mapping } = parseMapping(over(readFileSync(join(SAMPLES, 'calls.yaml'), 'utf8')));
  if (mapping === undefined) throw new Error('the sample is wrong');
  return mapping;
}

function batchOf(values: ReadonlyArray<string | Buffer | null>): UpstreamBatch {
  const records = values.map((value, offset) => ({
    offset,
    key: null,
    value: typeof value === 'string' ? Buffer.from(value) : value,
    timestamp: 1_795_241_520_000,
    headers: {},
  }));
  return { topic: 'calls', partition: 3, records, behind: 0 };
}

test('messages go through the door as events do; what is refused anywhere keeps its place and its content', async () => {
  const t = await openTestDoor();
  t.setNow(NOON + 600_000);
  const lines = readFileSync(join(SAMPLES, 'calls.ndjson'), 'utf8').trim().split('\n');
  const outside = lines[0]?.replace('r-1', 'r-9').replace('"trunk"', '"seconds":-5,"trunk"') ?? '';
  const batch = batchOf([...lines, '{', null, Buffer.from([0xff, 0xfe]), outside, 'x'.repeat(5000)]);
  const options = { mapping: sampleMapping(), maxBytes: 4096 };
  const { items, refused } = await itemsOf(batch, options);
  expect(refused.map(({ code }) => code)).toEqual(['unknown_symbol', 'bad_json', 'missing', 'bad_json', 'too_large']);
  const answer = await t.door.entrance.take(items, { source: 'city-operator', isHistorical: false }, 'json');
  expect(answer).toMatchObject({ accepted: 4, duplicates: 0 });
  const letters = (await t.door.deadLetters.list()).reverse();
  expect(letters.map(({ place, code }) => `${place} ${code}`).sort()).toEqual([
    'calls/3/3 unknown_symbol',
    'calls/3/4 bad_json',
    'calls/3/5 missing',
    'calls/3/6 bad_json',
    'calls/3/7 out_of_range',
    'calls/3/8 too_large',
  ]);
  const shown = await t.door.deadLetters.show(letters.find(({ place }) => place === 'calls/3/7')?.id ?? '');
  expect(shown?.text).toBe(outside);
  const again = await t.door.entrance.take(
    (await itemsOf(batch, options)).items,
    { source: 'city-operator', isHistorical: false },
    'json',
  );
  expect(again).toMatchObject({ accepted: 0, duplicates: 4 });
  await t.close();
});

test('without an id in the mapping a message is named by its place and time', async () => {
  const mapping = sampleMapping((text) => text.replace(/^id_of.*$/m, '').replace(/^ {2}call_id.*$/m, ''));
  const line = readFileSync(join(SAMPLES, 'calls.ndjson'), 'utf8').split('\n')[0] ?? '';
  const { items } = await itemsOf(batchOf([line, line]), { mapping, maxBytes: 4096 });
  const ids = items.map(({ json }) => (json as { id: string }).id);
  expect(ids[0]).toBe('calls/3/0@1795241520000/callee.number');
  expect(new Set(ids).size).toBe(2);
});

test('Avro comes through a decoder that is given: what it cannot read is refused, what it cannot read yet waits', async () => {
  const mapping = sampleMapping((text) => text.replace('format: json', 'format: avro'));
  const row = JSON.parse(readFileSync(join(SAMPLES, 'calls.ndjson'), 'utf8').split('\n')[0] ?? '') as object;
  const batch = batchOf([Buffer.from([0, 0, 0, 0, 7, 1]), Buffer.from([1, 0xff]), null]);
  const decodeAvro = async (bytes: Buffer): Promise<object> => {
    if (bytes[0] !== 0) throw new Error('no header');
    return row;
  };
  const { items, refused } = await itemsOf(batch, { mapping, maxBytes: 4096, decodeAvro });
  expect(items).toHaveLength(3);
  expect(refused.map(({ code }) => code)).toEqual(['bad_form', 'missing']);
  expect(items[1]?.text()).toBe('base64:Af8=');
  const away = (): never => {
    throw new StoreError('store_failed');
  };
  await expect(itemsOf(batch, { mapping, maxBytes: 4096, decodeAvro: away })).rejects.toMatchObject({
    retriable: true,
  });
});

test('settings that do not fit are told before anything is read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-mapping-'));
  const file = join(folder, 'm.yaml');
  const defaults = <S extends typeof UPSTREAM_SETTINGS | typeof CLUSTER_SETTINGS>(settings: S): Values<S> =>
    Object.fromEntries(Object.entries(settings).map(([name, { default: value }]) => [name, value])) as Values<S>;
  const open = (over: Partial<UpstreamSettings>) =>
    openUpstreamSource({
      settings: { ...defaults(UPSTREAM_SETTINGS), ...over },
      cluster: defaults(CLUSTER_SETTINGS),
      clientId: 'x',
      entrance: { take: () => Promise.reject(new Error('nothing comes')) },
      door: { itemBytes: 1024, queued: 10 },
    });
  const problemsOf = (over: Partial<UpstreamSettings>): unknown => {
    try {
      open({ upstreamTopic: 'calls', ...over });
    } catch (error) {
      return (error as ConfigError).problems;
    }
    return undefined;
  };
  expect(open({})).toBeUndefined();
  expect(problemsOf({})).toMatchObject([{ setting: 'upstream_mapping' }]);
  expect(problemsOf({ upstreamMapping: file })).toMatchObject([{ from: file }]);
  writeFileSync(file, 'source: a\nrecord: call\n');
  const wrong = problemsOf({ upstreamMapping: file }) as Array<{ from: string }>;
  expect(wrong.length).toBeGreaterThanOrEqual(3);
  expect(wrong[0]?.from).toBe(`${file}:1:1`);
  writeFileSync(file, readFileSync(join(SAMPLES, 'transfers.yaml')));
  expect(problemsOf({ upstreamMapping: file })).toMatchObject([{ allowed: expect.stringContaining('json') }]);
  rmSync(folder, { recursive: true });
});
