import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { StoreError } from '../../../errors/errors.ts';
import type { Slot } from '../../store.ts';

/*
 * One slot in a file, gzip. First a line of JSON: format, version, slot, id and position of its commit. Then each field and
 * its value, with a u32 (big endian) length before both. Then u32 0xffffffff and a line of JSON: the number of fields and the
 * SHA-256 of everything before that mark. So a file says what it is by itself, and one that was cut or changed is refused.
 */
const FORMAT = 'yujing-slot';
const VERSION = 1;
const END = 0xffff_ffff;
const LONGEST_BYTES = 512 << 20;
const CHUNK_BYTES = 256 << 10;
/** entities do not shrink much more at the levels above, and take several times as long */
const LEVEL = 3;

export interface SlotHeader {
  readonly slot: Slot;
  readonly id: string;
  readonly position: number;
}

type Batches = AsyncIterable<Buffer[]>;

/** Writes a file and syncs it. Answers its fields and the length of what is in it, uncompressed. */
export async function writeSlotFile(
  path: string,
  header: SlotHeader,
  batches: Batches,
): Promise<{ readonly fields: number; readonly bytes: number }> {
  const counted = { fields: 0, bytes: 0 };
  const text = Readable.from(framed(header, batches, counted), { objectMode: false, highWaterMark: 1 << 20 });
  await pipeline(text, createGzip({ level: LEVEL }), createWriteStream(path, { mode: 0o600 }));
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
  return counted;
}

async function* framed(
  header: SlotHeader,
  batches: Batches,
  counted: { fields: number; bytes: number },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const count = (bytes: Buffer): Buffer => {
    hash.update(bytes);
    counted.bytes += bytes.length;
    return bytes;
  };
  yield count(line({ format: FORMAT, version: VERSION, ...header }));
  for await (const batch of batches) {
    counted.fields += batch.length / 2;
    yield count(Buffer.concat(batch.flatMap((part) => [lengthOf(part.length), part])));
  }
  yield Buffer.concat([lengthOf(END), line({ fields: counted.fields, sha256: hash.digest('hex') })]);
}

function line(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** Reads the whole file. @throws StoreError snapshot_damaged */
export async function checkSlotFile(path: string): Promise<SlotHeader & { readonly fields: number }> {
  let header: SlotHeader | undefined;
  let fields = 0;
  for await (const batch of readSlotFile(path, (read) => (header = read))) fields += batch.length / 2;
  if (header === undefined) throw damaged(path, 'no header');
  return { ...header, fields };
}

/** Its fields and values in turn. The digest is known at the end only: {@link checkSlotFile} first. */
export async function* readSlotFile(path: string, onHeader?: (header: SlotHeader) => void): AsyncGenerator<Buffer[]> {
  const hash = createHash('sha256');
  const source = createReadStream(path);
  const text = source.pipe(createGunzip({ chunkSize: CHUNK_BYTES }));
  source.on('error', (error) => text.destroy(error));
  const pieces = new Pieces();
  let state: 'header' | 'fields' | 'end' = 'header';
  let fields = 0;
  try {
    for await (const piece of text as AsyncIterable<Buffer>) {
      if (!pieces.add(piece)) continue;
      if (state === 'header') {
        const end = pieces.joined.indexOf(10) + 1;
        if (end === 0) continue;
        const line = pieces.take(end);
        onHeader?.(headerOf(path, line));
        hash.update(line);
        state = 'fields';
      }
      if (state === 'end') continue;
      const { batch, length, next } = takeFields(path, pieces.joined);
      hash.update(pieces.take(length));
      pieces.needed = next ?? 0;
      fields += batch.length / 2;
      if (next === undefined) state = 'end';
      if (batch.length > 0) yield batch;
    }
  } catch (error) {
    throw error instanceof StoreError ? error : damaged(path, (error as { code?: string }).code ?? 'unreadable');
  } finally {
    source.destroy();
  }
  if (state !== 'end') throw damaged(path, 'cut');
  checkEnd(path, pieces.joined.subarray(4), fields, hash);
}

/** Bytes that came and were not taken yet; joined only when there is enough, so that a large value is not copied again and again. */
class Pieces {
  /** bytes below which {@link joined} is of no use */
  needed = 0;
  #pieces: Buffer[] = [];
  #length = 0;

  /** true: there are enough */
  add(piece: Buffer): boolean {
    this.#pieces.push(piece);
    this.#length += piece.length;
    return this.#length >= this.needed;
  }

  get joined(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0] as Buffer;
  }

  take(length: number): Buffer {
    const { joined } = this;
    this.#pieces = [joined.subarray(length)];
    this.#length -= length;
    return joined.subarray(0, length);
  }
}

/** All whole pairs at the beginning of `bytes`; `next`: the least that the pair after them takes, undefined at the end mark. */
function takeFields(path: string, bytes: Buffer): { batch: Buffer[]; length: number; next: number | undefined } {
  const batch: Buffer[] = [];
  let length = 0;
  for (;;) {
    let at = length;
    const pair: Buffer[] = [];
    while (pair.length < 2) {
      if (at + 4 > bytes.length) return { batch, length, next: at + 4 - length };
      const size = bytes.readUInt32BE(at);
      if (size === END && pair.length === 0) return { batch, length, next: undefined };
      if (size > LONGEST_BYTES) throw damaged(path, 'length');
      const end = at + 4 + size;
      if (end > bytes.length) return { batch, length, next: end - length };
      pair.push(bytes.subarray(at + 4, end));
      at = end;
    }
    batch.push(...pair);
    length = at;
  }
}

function headerOf(path: string, bytes: Buffer): SlotHeader {
  const { format, version, slot, id, position } = parsed(path, bytes) as Partial<SlotHeader> & {
    readonly format?: string;
    readonly version?: number;
  };
  if (format !== FORMAT || version !== VERSION) throw damaged(path, 'another format');
  const whole = typeof slot?.stage === 'string' && typeof slot.logId === 'string' && Number.isInteger(slot.partition);
  if (!whole || typeof id !== 'string' || typeof position !== 'number') throw damaged(path, 'header');
  return { slot, id, position };
}

function checkEnd(path: string, bytes: Buffer, fields: number, hash: Hash): void {
  const end = parsed(path, bytes) as { readonly fields?: number; readonly sha256?: string };
  if (end.fields !== fields || end.sha256 !== hash.digest('hex')) throw damaged(path, 'digest');
}

function parsed(path: string, bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    throw damaged(path, 'json');
  }
}

function damaged(path: string, reason: string): StoreError {
  return new StoreError('snapshot_damaged', { file: path, reason });
}
