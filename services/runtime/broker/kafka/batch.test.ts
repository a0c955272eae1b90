import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { AppendRecord, StoredRecord } from '../broker.ts';
import { readBatch, scanBatches } from './batch-reader.ts';
import { writeBatch } from './batch-writer.ts';
import { crc32c } from './crc32c.ts';
import { StampReader, stampLength, writeStamp } from './stamp-header.ts';

const require = createRequire(import.meta.url);
const SEQUENCE = { producerId: 7n, producerEpoch: 0, first: 0 };
const stamps = new StampReader();

function read(bytes: Buffer, from = 0): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let at = 0; at < bytes.length;) at = readBatch(bytes, at, { partition: 3, from, stamps }, records);
  return records;
}

/** As the broker does with a batch it takes. */
function stored(batch: Buffer, base: number): Buffer {
  const copy = Buffer.from(batch);
  copy.writeBigInt64BE(BigInt(base), 0);
  return copy;
}

const RECORDS: AppendRecord[] = [
  { key: 'k1', bytes: Buffer.from([0, 255, 1]), stamp: { origin: 'a-log/3/detect', offset: 2 ** 40 + 3, index: 12 } },
  { key: '', bytes: Buffer.alloc(0) },
  { key: '钥匙', bytes: Buffer.alloc(70_000, 'x') },
  ...Array.from({ length: 300 }, (_, n) => ({ key: `key-${n}`, bytes: Buffer.alloc(n, n) })),
];

test('what was written is read, packed or not', () => {
  for (const records of [RECORDS, RECORDS.slice(0, 2)]) {
    const found = read(stored(writeBatch(records, SEQUENCE, 1_000), 2 ** 33));
    expect(found.map(({ key, stamp }) => ({ key, stamp }))).toEqual(records.map(({ key, stamp }) => ({ key, stamp })));
    found.forEach(({ bytes, offset, partition, appendedAt }, i) => {
      expect(Buffer.from(bytes).equals(records[i]!.bytes)).toBe(true);
      expect({ offset, partition, appendedAt }).toEqual({ offset: 2 ** 33 + i, partition: 3, appendedAt: 1_000 });
    });
  }
});

test('kafkajs reads the batch too, and the checksum is right', async () => {
  const { CompressionCodecs, CompressionTypes } = require('kafkajs');
  const lz4 = require('lz4-napi');
  CompressionCodecs[CompressionTypes.LZ4] = () => ({ decompress: (bytes: Buffer) => lz4.decompressFrame(bytes) });
  const Decoder = require('kafkajs/src/protocol/decoder');
  const decode = require('kafkajs/src/protocol/recordBatch/v0/decoder');
  const batch = stored(writeBatch(RECORDS, { producerId: 2n ** 40n, producerEpoch: 3, first: 41 }, 1_000), 5);
  const decoded = await decode(new Decoder(batch));
  expect(decoded).toMatchObject({ producerEpoch: 3, firstSequence: 41, lastOffsetDelta: RECORDS.length - 1 });
  expect(decoded.records.map((record: { key: Buffer }) => record.key.toString())).toEqual(
    RECORDS.map(({ key }) => key),
  );
  expect(decoded.records[0].headers.s.toString()).toBe(`${2 ** 40 + 3}.12@a-log/3/detect`);
  expect(batch.readUInt32BE(17)).toBe(require('kafkajs/src/protocol/recordBatch/crc32C')(batch.subarray(21)));
});

test('the checksum is that of the standard', () => {
  const bytes = Buffer.from('123456789');
  expect(crc32c(bytes, 0, 9)).toBe(0xe3069283);
});

test('a batch that is cut off is left for the next fetch, and one before the position is passed over', () => {
  const [first, second] = [
    stored(writeBatch(RECORDS.slice(0, 3), SEQUENCE, 1), 0),
    stored(writeBatch(RECORDS, SEQUENCE, 1), 3),
  ];
  const both = Buffer.concat([first, second]);
  expect(scanBatches(both)).toEqual({ next: 3 + RECORDS.length, end: both.length });
  expect(scanBatches(both.subarray(0, both.length - 1))).toEqual({ next: 3, end: first.length });
  expect(scanBatches(both.subarray(0, 40))).toEqual({ next: undefined, end: 0 });
  expect(read(both, 4).map(({ offset }) => offset)).toEqual([...Array(RECORDS.length - 1).keys()].map((n) => n + 4));
});

test('stamps of all sizes come back as they were', () => {
  const numbers = [0, 1, 9, 10, 99, 100, 999_999_999, 2 ** 31, 10 ** 15 - 1, 10 ** 15, Number.MAX_SAFE_INTEGER];
  for (const offset of numbers) {
    for (const origin of ['a/0/profile', `b/${offset}/detect`]) {
      const stamp = { origin, offset, index: offset % 1_000 };
      const bytes = new Uint8Array(stampLength(stamp));
      expect(writeStamp(stamp, bytes, 0)).toBe(bytes.length);
      expect(Buffer.from(bytes).toString()).toBe(`${offset}.${offset % 1_000}@${origin}`);
      expect(stamps.read(bytes, 0, bytes.length)).toEqual(stamp);
    }
  }
});

test('a header that is none of ours gives no stamp', () => {
  for (const text of ['', '12', '12.x@a', '1.2', 'a.1@b']) {
    const bytes = Buffer.from(text);
    expect(stamps.read(bytes, 0, bytes.length)).toBeUndefined();
  }
});
