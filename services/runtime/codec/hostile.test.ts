import { readFileSync } from 'node:fs';
import { RECORD_TYPES, SCHEMA_IDS, SCHEMAS, type RecordType } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { CodecError, createCodec, createLocalCodec, type CodecErrorCode } from './index.ts';

const codec = createLocalCodec();

function varint(value: number): number[] {
  const bytes: number[] = [];
  let zigzag = BigInt.asUintN(64, BigInt(value) < 0n ? (-BigInt(value) << 1n) - 1n : BigInt(value) << 1n);
  while (zigzag >= 0x80n) {
    bytes.push(Number(zigzag & 0x7fn) | 0x80);
    zigzag >>= 7n;
  }
  return [...bytes, Number(zigzag)];
}

function text(value: string): number[] {
  const bytes = [...Buffer.from(value)];
  return [...varint(bytes.length), ...bytes];
}

/** One field, so that the hostile bytes are all there is. */
function alone(type: unknown, rest: object = {}): (...body: number[]) => CodecErrorCode | 'read' {
  const schema = { ...SCHEMAS.Tick, fields: [{ name: 'a', type, doc: 'test', privacy: 'none', ...rest }] };
  const small = createCodec([{ id: 900, type: 'Tick', schema: schema as unknown as typeof SCHEMAS.Tick }]);
  return (...body) => refusal(small.decode.bind(small), Uint8Array.from([0, 0, 0, 3, 132, ...body]));
}

/** The code of the refusal; fails when deciding took long or needed much memory. */
function refusal(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): CodecErrorCode | 'read' {
  const started = process.hrtime.bigint();
  let code: CodecErrorCode | 'read' = 'read';
  try {
    decode(bytes);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    code = error.code;
  }
  // CPU of a shared box: the unbounded decoder took 1,400 ms, so the order of magnitude is what is tested.
  expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(100);
  return code;
}

test('headers', () => {
  const bad = (...bytes: number[]): unknown => refusal((given) => codec.decode(given), Uint8Array.from(bytes));
  expect(bad()).toBe('truncated');
  expect(bad(0, 0, 0, 0)).toBe('truncated');
  expect(bad(1, 0, 0, 0, 1)).toBe('bad_magic');
  expect(bad(0, 0xff, 0xff, 0xff, 0xff)).toBe('unknown_schema');
  expect(refusal((given) => codec.typeOf(given), Uint8Array.from([0, 0, 0, 0, 0]))).toBe('unknown_schema');
  expect(refusal((given) => codec.decode(given), new Uint8Array(2 ** 20 + 1))).toBe('too_large');
});

test('arrays that promise more than they bring', () => {
  const strings = alone({ type: 'array', items: 'string' }, { maxItems: 40_000_000, maxLength: 8 });
  expect(strings(...varint(30_000_000), 0)).toBe('truncated');
  const bounded = alone({ type: 'array', items: 'string' }, { maxItems: 3, maxLength: 8 });
  expect(bounded(...varint(30_000_000), 0)).toBe('too_many_items');
  expect(bounded(...varint(2), 0, 0, ...varint(2), 0, 0, 0)).toBe('too_many_items');
  expect(bounded(...varint(3), 0, 0, 0, 0)).toBe('read');
  expect(bounded(...varint(2), 0, 0, ...varint(1), 0, 0)).toBe('read');
  expect(bounded(...varint(-(2 ** 53)), 0)).toBe('too_many_items');
  expect(bounded(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)).toBe('bad_value');
});

test('blocks with their size in bytes', () => {
  const strings = alone({ type: 'array', items: 'string' }, { maxItems: 9, maxLength: 8 });
  expect(strings(...varint(-2), ...varint(4), ...text('a'), ...text('b'), 0)).toBe('read');
  expect(strings(...varint(-2), ...varint(3), ...text('a'), ...text('b'), 0)).toBe('bad_value');
  expect(strings(...varint(-2), ...varint(-1), ...text('a'), ...text('b'), 0)).toBe('bad_value');
  expect(strings(...varint(-2), ...varint(99), ...text('a'), ...text('b'), 0)).toBe('truncated');
});

test('strings, booleans, numbers, unions, enumerations', () => {
  const string = alone('string', { maxLength: 8 });
  expect(string(...varint(2 ** 31))).toBe('string_too_long');
  expect(string(...varint(8), 97)).toBe('truncated');
  expect(string(...varint(-1))).toBe('bad_value');
  expect(string(...text('abc'), 0)).toBe('trailing_bytes');
  expect(alone('boolean')(2)).toBe('bad_value');
  expect(alone('double')(0, 0, 0)).toBe('truncated');
  expect(alone('int')(...varint(2 ** 31))).toBe('bad_value');
  expect(alone('int')(...varint(-(2 ** 31)))).toBe('read');
  expect(alone('int')(0x80, 0x80, 0x80, 0x80, 0x80, 0)).toBe('bad_value');
  expect(alone('long')(...varint(2 ** 53))).toBe('bad_value');
  expect(alone('long')(...varint(Number.MAX_SAFE_INTEGER - 1))).toBe('read');
  expect(alone('long')(...varint(Number.MIN_SAFE_INTEGER + 1))).toBe('read');
  expect(alone(['null', 'int'], { default: null })(4, 0)).toBe('bad_value');
  expect(alone(['null', 'int'], { default: null })(1)).toBe('bad_value');
  const level = {
    type: 'enum',
    name: 'E',
    namespace: 'yujing',
    doc: 'test',
    symbols: ['a', 'UNKNOWN'],
    default: 'UNKNOWN',
  };
  expect(alone(level)(4)).toBe('bad_value');
  expect(alone(level)(1)).toBe('bad_value');
  expect(alone(level)()).toBe('truncated');
});

function samples(): Map<RecordType, Uint8Array> {
  const all = new Map<RecordType, Uint8Array>();
  for (const type of RECORD_TYPES) {
    const name = type.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
    const url = new URL(`../../../schemas/samples/${name}.valid.json`, import.meta.url);
    all.set(type, codec.encode(type, JSON.parse(readFileSync(url, 'utf8'))));
  }
  return all;
}

/** xorshift32: the same mutations in every run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function mutate(bytes: Uint8Array, random: (below: number) => number): Uint8Array {
  const copy = Buffer.from(bytes);
  for (let edits = 1 + random(4); edits > 0; edits--) {
    const at = 5 + random(copy.length - 5);
    const kind = random(4);
    if (kind === 0) copy[at] = random(256);
    else if (kind === 1) copy[at] = (copy[at] as number) ^ (1 << random(8));
    else if (kind === 2) copy.fill(0xff, at, Math.min(copy.length, at + 1 + random(9)));
    else return random(2) === 0 ? copy.subarray(0, at) : Buffer.concat([copy, copy.subarray(at)]);
  }
  return copy;
}

test('20,000 mutated messages: refused with a code or read, and what is read can be written again', () => {
  const random = randomFrom(20_261_121);
  const all = [...samples()];
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const [type, bytes] = all[i % all.length] as [RecordType, Uint8Array];
    const mutated = mutate(bytes, random);
    try {
      const decoded = codec.decode(mutated);
      read++;
      expect(decoded.type).toBe(type);
      if (i % 10 === 0) rewrite(decoded);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
  }
  expect(read).toBeGreaterThan(1000);
});

/** Broken UTF-8 is read as U+FFFD, three bytes for one, so a bounded string may grow past its bound: the only way to fail. */
function rewrite({ type, value }: ReturnType<typeof codec.decode>): void {
  try {
    codec.encode(type, value);
  } catch (error) {
    expect((error as CodecError).code).toBe('string_too_long');
  }
}

test('a message cut at every byte', () => {
  for (const bytes of samples().values()) {
    for (let length = 5; length < Math.min(bytes.length, 400); length++) {
      expect(() => codec.decode(bytes.subarray(0, length))).toThrow(CodecError);
    }
  }
  expect(SCHEMA_IDS.Call).toBeGreaterThan(0);
});
