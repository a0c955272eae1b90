import { expect, test } from 'vitest';
import { BrokerError } from '../../errors/errors.ts';
import type { AppendRecord } from '../broker.ts';
import { crc32 } from './crc32.ts';
import { checkFrame, frameBound, framePartition, readFrame, writeFrame } from './frame.ts';

const STAMP = { origin: '0123456789abcdef/7/profile', offset: 2 ** 47 + 5, index: 2 ** 31 + 1 };

function framed(record: AppendRecord, start = 0): { buffer: Buffer; end: number } {
  const buffer = Buffer.alloc(start + frameBound(record) + 32, 0xee);
  return { buffer, end: writeFrame(buffer, start, 513, record, 1_793_000_000_123) };
}

test('the checksum is the one of zlib', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  expect(crc32(Buffer.alloc(0))).toBe(0);
  expect(crc32(Buffer.from('xx123456789yy'), 2, 11)).toBe(0xcbf43926);
});

test('a frame gives back its record, whatever is in it', () => {
  const records: AppendRecord[] = [
    { key: '', bytes: Buffer.alloc(0) },
    { key: 'a1b2', bytes: Buffer.from([0, 1, 255]), stamp: STAMP },
    { key: '钥匙', bytes: Buffer.alloc(5000, 7), stamp: { ...STAMP, origin: '来源/1/x' } },
    { key: 'plain', bytes: Buffer.from('x'), stamp: { ...STAMP, origin: 'ü' } },
  ];
  for (const record of records) {
    const { buffer, end } = framed(record, 3);
    expect(checkFrame(buffer, 3, end)).toBe(end - 3);
    expect(framePartition(buffer, 3)).toBe(513);
    expect(readFrame(buffer, 3, 9, 11)).toEqual({
      key: record.key,
      bytes: Buffer.from(record.bytes),
      stamp: record.stamp,
      partition: 513,
      offset: 9,
      order: 11,
      appendedAt: 1_793_000_000_123,
    });
  }
});

test('a frame that is cut off or changed anywhere is found out', () => {
  const { buffer, end } = framed({ key: 'key', bytes: Buffer.from('bytes'), stamp: STAMP });
  for (let cut = 0; cut < end; cut++) expect(checkFrame(buffer, 0, cut)).toBe('cut');
  for (let at = 0; at < end; at++) {
    const changed = Buffer.from(buffer);
    changed[at]! ^= 1 << (at % 8);
    expect(checkFrame(changed, 0, end)).not.toBe(end);
  }
  expect(checkFrame(Buffer.alloc(64), 0, 64)).toBe('broken');
});

test('what the log does not take is refused before anything is written', () => {
  expect(() => frameBound({ key: 'k', bytes: Buffer.alloc(1_048_577) })).toThrow(BrokerError);
  expect(() => frameBound({ key: 'k'.repeat(30_000), bytes: Buffer.alloc(1) })).toThrow(BrokerError);
});
