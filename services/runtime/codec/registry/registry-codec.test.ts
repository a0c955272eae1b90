import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordTypes } from '@yujing/schemas';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCodec } from '../codec.ts';
import { coded } from './fixtures/contract.ts';
import { RegistryStandIn } from './fixtures/registry-stand-in.ts';
import { changed, field, freshNamespace, releaseOf, sample } from './fixtures/releases.ts';
import { openRegistryCodec, registerSchemas, type RegistryOptions } from './index.ts';

let registry: RegistryStandIn;
let folder: string;
let cacheFile: string;
let now = 0;
let files = 0;
let lines: Array<{ level: string; message: string; facts: object }>;

const release = releaseOf(freshNamespace(), 'Tick', 'Due');
const newer = changed(release, 'Tick', (fields) => [
  ...fields,
  field('note', ['null', 'string'], { default: null, maxLength: 64 }),
]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yujing-registry-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  registry = await new RegistryStandIn(41).start();
  cacheFile = join(folder, `schemas-${files++}.json`);
  now = 0;
  lines = [];
});
afterEach(() => registry.stop());

function options(rest: Partial<RegistryOptions> = {}): RegistryOptions {
  const log: RegistryOptions['log'] = (level, message, facts) => void lines.push({ level, message, facts });
  return { url: registry.url, release, timeoutMs: 500, checkAfterMs: 0, log, now: () => now, ...rest };
}

function message(id: number): { bytes: Uint8Array } {
  return { bytes: createCodec([{ ...release[1]!, id }]).encode('Due', sample('Due')) };
}

/** Written by the newer release, which has registered itself. */
async function fromNewer(): Promise<{ bytes: Uint8Array }> {
  await registerSchemas(options({ release: newer }));
  const codec = await openRegistryCodec(options({ release: newer }));
  return { bytes: codec.encode('Tick', { ...sample('Tick'), note: 'x' } as RecordTypes['Tick']) };
}

test('an id that the registry does not know is asked for once, not once a message', async () => {
  await registerSchemas(options());
  const codec = await openRegistryCodec(options());
  registry.requests.length = 0;
  const poison = message(7777);
  await Promise.all([codec.prepare([poison, poison]), codec.prepare([poison])]);
  for (let i = 0; i < 100; i++) expect(codec.prepare([poison])).toBeUndefined();
  expect(registry.requests).toEqual(['GET /schemas/ids/7777']);
  expect(() => codec.decode(poison.bytes)).toThrow(expect.objectContaining({ code: 'unknown_schema' }));
  // Perhaps it is registered by now.
  now += 300_000;
  await codec.prepare([poison]);
  expect(registry.requests).toHaveLength(2);
});

test('with the registry away an unknown id waits; known ones go on', async () => {
  await registerSchemas(options());
  const codec = await openRegistryCodec(options());
  const record = await fromNewer();
  await registry.stop();
  await expect(codec.prepare([record])).rejects.toEqual(coded('registry_unreachable'));
  await expect(codec.prepare([record])).rejects.toHaveProperty('retriable', true);
  expect(codec.decode(codec.encode('Due', sample('Due'))).type).toBe('Due');
  await registry.start();
  await codec.prepare([record]);
  expect(codec.decode(record.bytes)).toEqual({ type: 'Tick', value: sample('Tick') });
});

test.each([
  ['a proxy that knows no such page', 404],
  ['a gateway without a registry behind it', 502],
  ['a password that is not right any more', 401],
  ['a page for people', '<html>Welcome</html>'],
  ['JSON of something else', '{"ok":true}'],
])('%s says nothing about an id', async (_, fault) => {
  await registerSchemas(options());
  const codec = await openRegistryCodec(options());
  registry.fault = fault;
  await expect(codec.prepare([message(7777)])).rejects.toEqual(coded('registry_unreachable'));
  registry.fault = undefined;
  await codec.prepare([message(7777)]);
  expect(() => codec.decode(message(7777).bytes)).toThrow('the registry does not know it');
});

test('a complete cache starts without the registry and knows what was learned', async () => {
  await registerSchemas(options());
  const first = await openRegistryCodec(options({ cacheFile }));
  const record = await fromNewer();
  await first.prepare([record]);
  await registry.stop();
  const codec = await openRegistryCodec(options({ cacheFile }));
  expect(codec.prepare([record, { bytes: codec.encode('Due', sample('Due')) }])).toBeUndefined();
  expect(codec.decode(record.bytes).value).toEqual(sample('Tick'));
  await codec.checked;
  expect(lines.at(-1)).toMatchObject({ level: 'warn', facts: { code: 'registry_unreachable' } });
});

test('a start from the cache learns in the background what was registered since', async () => {
  await registerSchemas(options());
  await openRegistryCodec(options({ cacheFile }));
  const record = await fromNewer();
  const codec = await openRegistryCodec(options({ cacheFile }));
  await codec.checked;
  expect(codec.prepare([record])).toBeUndefined();
  expect(lines).toEqual([]);
});

test.each([
  ['nothing', ''],
  ['half a file', '{"format":1,"sche'],
  ['something else', '{"format":1,"schemas":[{"id":"1"}]}'],
])('a cache that holds %s is asked for anew', async (_, text) => {
  await registerSchemas(options());
  await writeFile(cacheFile, text);
  await openRegistryCodec(options({ cacheFile }));
  expect(JSON.parse(await readFile(cacheFile, 'utf8'))).toMatchObject({ format: 1, registry: registry.url });
});

test('the cache of another registry or of an older release is not enough', async () => {
  await registerSchemas(options());
  await openRegistryCodec(options({ cacheFile }));
  const other = await new RegistryStandIn(900).start();
  await expect(openRegistryCodec(options({ cacheFile, url: other.url }))).rejects.toEqual(
    coded('schema_not_registered', { missing: 2, types: 'Due Tick' }),
  );
  await other.stop();
  await expect(openRegistryCodec(options({ cacheFile, release: newer }))).rejects.toEqual(
    coded('schema_not_registered', { missing: 1, types: 'Tick' }),
  );
});

test('a registry that lost its data and was filled anew is noticed; the ids of the logs stay', async () => {
  await registerSchemas(options());
  const before = await openRegistryCodec(options({ cacheFile }));
  const bytes = before.encode('Tick', sample('Tick'));
  registry.wipe(500);
  await registerSchemas(options());
  const codec = await openRegistryCodec(options({ cacheFile }));
  await codec.checked;
  expect(lines.at(-1)).toMatchObject({ level: 'error', facts: { code: 'registry_differs', was: 41, is: 500 } });
  expect(Buffer.compare(codec.encode('Tick', sample('Tick')), bytes)).toBe(0);
  expect((await readFile(cacheFile, 'utf8')).includes('"id":500')).toBe(false);
});

test('user and password go as a header and stand in no error and no line', async () => {
  registry.password = { user: 'yujing', password: 's3cret-of-a-test' };
  const login = { user: 'yujing', password: 's3cret-of-a-test' };
  await registerSchemas(options(login));
  await openRegistryCodec(options({ ...login, cacheFile }));
  const wrong = options({ user: 'yujing', password: 'wrong-s3cret', cacheFile: join(folder, 'other.json') });
  const error: unknown = await openRegistryCodec(wrong).catch((reason: unknown) => reason);
  expect(error).toEqual(coded('registry_refused', { status: 401 }));
  await registry.stop();
  const away: unknown = await registerSchemas(options(login)).catch((reason: unknown) => reason);
  expect(away).toEqual(coded('registry_unreachable'));
  await (
    await openRegistryCodec(options({ ...login, cacheFile }))
  ).checked;
  const deep = (value: unknown): string =>
    JSON.stringify(value, (_, inner: unknown) =>
      inner instanceof Error ? { ...inner, message: inner.message, stack: inner.stack, cause: inner.cause } : inner,
    );
  expect(lines.length).toBeGreaterThan(0);
  expect(deep([error, away, lines]) + (await readFile(cacheFile, 'utf8'))).not.toMatch(/s3cret|czNj/);
});

test('nothing is registered when the offline gate or the setting of the registry says no', async () => {
  const broken = changed(release, 'Tick', (fields) => [...fields, field('count', 'int'), field('other', 'string')]);
  await expect(registerSchemas(options({ release: [...release, ...broken] }))).rejects.toEqual(
    coded('schema_incompatible', {
      type: 'Tick',
      fields: 'count: no default where it is missing; other: no default where it is missing',
    }),
  );
  expect(registry.requests).toEqual([]);
  registry.deaf = true;
  await expect(registerSchemas(options())).rejects.toEqual(coded('compatibility_differs'));
  expect(registry.requests.filter((request) => request.endsWith('/versions'))).toEqual([]);
});

test('older versions that a release still knows are registered before its own', async () => {
  const history = [...release, newer[0]!];
  const results = await registerSchemas(options({ release: history }));
  expect(results.map(({ type, id }) => [type, id])).toEqual([
    ['Tick', 42],
    ['Due', 43],
  ]);
});
