import { readFileSync } from 'node:fs';
import { checkMeaning, RECORD_TYPES, SCHEMA_IDS, SCHEMAS, type RecordType, type RecordTypes } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { createCodec, createLocalCodec } from './index.ts';

const codec = createLocalCodec();

function sample<T extends RecordType>(type: T): RecordTypes[T] {
  const name = type.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  const url = new URL(`../../../schemas/samples/${name}.valid.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as RecordTypes[T];
}

test.each(RECORD_TYPES)('%s: what goes in comes out, byte for byte', (type) => {
  const value = sample(type);
  const bytes = codec.encode(type, value);
  expect([bytes[0], Buffer.from(bytes).readUInt32BE(1)]).toEqual([0, SCHEMA_IDS[type]]);
  expect(codec.typeOf(bytes)).toBe(type);
  const decoded = codec.decode(bytes);
  expect(decoded.type).toBe(type);
  expect(JSON.stringify(decoded.value)).toBe(JSON.stringify(value));
  expect(checkMeaning(type, decoded.value, { decoded: true })).toEqual([]);
  expect(Buffer.compare(codec.encode(type, decoded.value as RecordTypes[typeof type]), bytes)).toBe(0);
});

test('bytes that start in the middle of another buffer, and plain Uint8Arrays', () => {
  const bytes = codec.encode('Tick', sample('Tick'));
  const inside = new Uint8Array(bytes.length + 20).fill(0xff);
  inside.set(bytes, 7);
  expect(codec.decode(inside.subarray(7, 7 + bytes.length)).value).toEqual(sample('Tick'));
});

test('a record encoded first is not touched by the next', () => {
  const first = codec.encode('Tick', sample('Tick'));
  const copy = Buffer.from(first);
  codec.encode('Call', sample('Call'));
  expect(Buffer.compare(first, copy)).toBe(0);
});

test('the writer refuses what no reader would take, and names the field', () => {
  const call = sample('Call');
  const refused = (value: object): unknown => {
    try {
      codec.encode('Call', value as RecordTypes['Call']);
      return undefined;
    } catch (error) {
      const { code, message } = error as { code: string; message: string };
      return [code, message.split(': ')[1]];
    }
  };
  expect(refused({ ...call, source: 'x'.repeat(65) })).toEqual(['string_too_long', 'source']);
  expect(refused({ ...call, places: Array.from({ length: 17 }, () => call.places[0]) })).toEqual([
    'too_many_items',
    'places',
  ]);
  expect(refused({ ...call, phase: 'hung' })).toEqual(['bad_value', 'phase']);
  expect(refused({ ...call, ring_s: 'six' })).toEqual(['bad_value', 'ring_s']);
  expect(refused({ ...call, occurred_at: 2 ** 60 })).toEqual(['bad_value', 'occurred_at']);
});

test('a large document grows the slab; beyond a mebibyte it is refused', () => {
  const set = sample('RuleSet');
  const refs = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `${'r'.repeat(60)}@${i}#${'a'.repeat(16)}`);
  const large = { ...set, rules: refs(6000) };
  expect(codec.decode(codec.encode('RuleSet', large)).value).toEqual(large);
  expect(() => codec.encode('RuleSet', { ...set, rules: refs(15_000) })).toThrow(
    expect.objectContaining({ code: 'too_large' }),
  );
});

test('an old schema is read into the record of today', () => {
  const old = { ...SCHEMAS.Tick, fields: SCHEMAS.Tick.fields.filter((field) => field.name !== 'origin') };
  const today = structuredClone(SCHEMAS.Tick);
  const origin = today.fields.find((field) => field.name === 'origin') as { default?: unknown };
  origin.default = -1;
  const before = createCodec([{ id: 900, type: 'Tick', schema: old }]);
  const now = createCodec([
    { id: 900, type: 'Tick', schema: old },
    { id: 901, type: 'Tick', schema: today },
  ]);
  const bytes = before.encode('Tick', { door: 'door-1', time: 5 } as RecordTypes['Tick']);
  expect(now.decode(bytes)).toMatchObject({ type: 'Tick', value: { door: 'door-1', time: 5, origin: -1 } });
  expect(now.decode(now.encode('Tick', { door: '', time: 6, origin: 2 })).value).toEqual({
    door: '',
    time: 6,
    origin: 2,
  });
  expect(() => before.decode(now.encode('Tick', { door: '', time: 6, origin: 2 }))).toThrow(
    expect.objectContaining({ code: 'unknown_schema' }),
  );
});

test('a symbol of a newer writer is read as UNKNOWN', () => {
  const newer = JSON.parse(
    JSON.stringify(SCHEMAS.Adopt).replace('"symbols":[', '"symbols":["dialect",'),
  ) as typeof SCHEMAS.Adopt;
  const writer = createCodec([{ id: 900, type: 'Adopt', schema: newer }]);
  const reader = createCodec([
    { id: 900, type: 'Adopt', schema: newer },
    { id: 1, type: 'Adopt', schema: SCHEMAS.Adopt },
  ]);
  const bytes = writer.encode('Adopt', { ...sample('Adopt'), kind: 'dialect' as 'list' });
  expect(reader.decode(bytes).value).toMatchObject({ kind: 'UNKNOWN' });
});

test('schemas outside the house rules are refused when the codec is made', () => {
  const field = (type: unknown): typeof SCHEMAS.Tick =>
    ({
      ...SCHEMAS.Tick,
      fields: [{ name: 'a', type, doc: 'test', privacy: 'none' }],
    }) as unknown as typeof SCHEMAS.Tick;
  const make =
    (type: unknown): (() => unknown) =>
    () =>
      createCodec([{ id: 900, type: 'Tick', schema: field(type) }]);
  const unsupported = expect.objectContaining({ code: 'unsupported_schema' });
  expect(make({ type: 'array', items: 'null' })).toThrow(unsupported);
  expect(make({ type: 'array', items: { type: 'record', name: 'E', namespace: 'yujing', fields: [] } })).toThrow(
    unsupported,
  );
  expect(make(['null', 'int', 'string'])).toThrow(unsupported);
  expect(make('bytes')).toThrow(unsupported);
  expect(make(['null', 'yujing.Tick'])).toThrow(expect.objectContaining({ code: 'too_deep' }));
});
