import { expect, test } from 'vitest';
import { unpackSnappy } from './snappy.ts';

/** `abcabcabcabcabcabc` and a tail, as a literal, a copy that overlaps itself, and a literal. */
const BLOCK = Buffer.from([20, 2 << 2, 0x61, 0x62, 0x63, ((15 - 1) << 2) | 2, 3, 0, 1 << 2, 0x78, 0x79]);
const PLAIN = 'abcabcabcabcabcabcxy';

function framed(...blocks: Buffer[]): Buffer {
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const lengths = blocks.map((block) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return Buffer.concat([length, block]);
  });
  return Buffer.concat([head, ...lengths]);
}

test('a raw block, and the frames of Java’s library', () => {
  expect(unpackSnappy(BLOCK).toString()).toBe(PLAIN);
  expect(unpackSnappy(framed(BLOCK, BLOCK)).toString()).toBe(PLAIN + PLAIN);
  const short = Buffer.from([8, 3 << 2, 0x61, 0x62, 0x63, 0x64, 1, 4]);
  expect(unpackSnappy(short).toString()).toBe('abcdabcd');
});

test('what is damaged is refused and never read past', () => {
  const wrong = [
    Buffer.alloc(0),
    BLOCK.subarray(0, 6),
    Buffer.from([21, ...BLOCK.subarray(1)]),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
    Buffer.from([4, 0x01, 9]),
    framed(BLOCK).subarray(0, 25),
  ];
  for (const bytes of wrong) expect(() => unpackSnappy(bytes)).toThrow(RangeError);
});
