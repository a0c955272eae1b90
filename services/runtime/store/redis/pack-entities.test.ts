import { expect, test } from 'vitest';
import { packEntities } from './pack-entities.ts';

/** The part of MessagePack that is written: arrays and texts with 32-bit lengths. */
function unpack(buffer: Buffer): string[] {
  expect(buffer[0]).toBe(0xdd);
  const found: string[] = [];
  let at = 5;
  for (let left = buffer.readUInt32BE(1); left > 0; left--) {
    if (buffer[at] !== 0xdb) throw new Error(`no text at ${at}`);
    const end = at + 5 + buffer.readUInt32BE(at + 1);
    found.push(buffer.toString('utf8', at + 5, end));
    at = end;
  }
  expect(at).toBe(buffer.length);
  return found;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what is set and what is removed, keys and values of every kind', () => {
  const { sets, removals } = packEntities(
    new Map([
      ['', bytes('empty key')],
      ['钥匙', bytes('wide')],
      ['a\0b', null],
      ['nothing', new Uint8Array(0)],
      ['𠀀', null],
    ]),
  );
  expect(sets.map(unpack)).toEqual([['e:', 'empty key', 'e:钥匙', 'wide', 'e:nothing', '']]);
  expect(removals.map(unpack)).toEqual([['e:a\0b', 'e:𠀀']]);
  expect(packEntities(new Map())).toEqual({ sets: [], removals: [] });
});

test('a view into a larger buffer is its own bytes only', () => {
  const [set] = packEntities(new Map([['k', bytes('[inside]').subarray(1, 7)]])).sets;
  expect(unpack(set!)).toEqual(['e:k', 'inside']);
});

test('chunks stay below what Lua unpacks, and nothing is lost between them', () => {
  const entities = new Map(Array.from({ length: 7_001 }, (_, i) => [`k${i}`, i % 2 ? bytes(`${i}`) : null] as const));
  const { sets, removals } = packEntities(entities);
  const [set, removed] = [sets.map(unpack), removals.map(unpack)];
  for (const chunk of [...set, ...removed]) expect(chunk.length).toBeLessThan(7_900);
  expect(removed.flat()).toEqual([...entities.keys()].filter((_, i) => i % 2 === 0).map((key) => `e:${key}`));
  expect(set.flat().filter((_, i) => i % 2 === 1)).toEqual(Array.from({ length: 3_500 }, (_, i) => `${2 * i + 1}`));
  const large = new Map(Array.from({ length: 3 }, (_, i) => [`${i}`, new Uint8Array(9 << 20)] as const));
  expect(packEntities(large).sets.map((chunk) => chunk.readUInt32BE(1) / 2)).toEqual([2, 1]);
});
