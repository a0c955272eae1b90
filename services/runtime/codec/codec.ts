import { MAX_MESSAGE_BYTES, type RecordType, type RecordTypes } from '@yujing/schemas';
import type avro from 'avsc';
import { CodecError } from './codec-error.ts';
import { CodecTable, type Reader, type SchemaVersion, type Writer } from './codec-table.ts';
import { scan } from './scan.ts';

export interface Decoded<T extends RecordType = RecordType> {
  readonly type: T;
  readonly value: RecordTypes[T];
}

/** Any record with its type, as a union: a check of `type` narrows `value`. */
export type AnyDecoded = { [T in RecordType]: Decoded<T> }[RecordType];

export interface Codec {
  /** Header 0x00 and the id as uint32 big-endian, then Avro. @throws CodecError for what no reader would accept */
  encode<T extends RecordType>(type: T, value: RecordTypes[T]): Uint8Array;
  /** @throws CodecError; never blocks longer than the length of the message warrants */
  decode(bytes: Uint8Array): AnyDecoded;
  /** Reads the header only. @throws CodecError */
  typeOf(bytes: Uint8Array): RecordType;
}

/** avsc's typings leave out `encode` and `decode` at a position, which spare a copy per record. */
interface PositionedType {
  encode(value: unknown, buffer: Buffer, position: number): number;
  decode(buffer: Buffer, position: number, resolver?: unknown): { value: unknown; offset: number };
}

export const HEADER_BYTES = 5;
const FIRST_SLAB_BYTES = 65_536;

/** The id in a header that is there. */
export function schemaIdOf(bytes: Uint8Array): number {
  return (
    (bytes[1] as number) * 0x1000000 +
    (((bytes[2] as number) << 16) | ((bytes[3] as number) << 8) | (bytes[4] as number))
  );
}

function positioned(type: avro.Type): PositionedType {
  return type as unknown as PositionedType;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Names the first field that does not fit, since avsc's own message says the value but not where. */
function describe(type: avro.Type, value: unknown, error: unknown): string {
  let where = '';
  type.isValid(value, {
    errorHook: (path) => {
      if (where === '') where = path.join('.');
    },
  });
  return where === '' ? String((error as Error).message) : where;
}

/** Bare avsc over a table of schemas. The maps are taken out of the table once: a record costs no step more for it. */
export class AvroCodec implements Codec {
  readonly #table: CodecTable;
  readonly #readers: ReadonlyMap<number, Reader>;
  readonly #writers: ReadonlyMap<RecordType, Writer>;
  /** Encoding goes here first, because the length is not known before; it grows to the limit and no further. */
  #slab = Buffer.allocUnsafe(FIRST_SLAB_BYTES);

  constructor(table: CodecTable) {
    this.#table = table;
    this.#readers = table.readers;
    this.#writers = table.writers;
  }

  encode<T extends RecordType>(type: T, value: RecordTypes[T]): Uint8Array {
    const writer = this.#writers.get(type);
    if (writer === undefined) throw new CodecError('unknown_schema', type);
    const end = this.#write(writer, value);
    const bytes = Buffer.allocUnsafe(end);
    this.#slab.copy(bytes, 0, 0, end);
    bytes[0] = 0;
    bytes.writeUInt32BE(writer.id, 1);
    // The same bounds on both sides: what a reader would refuse must not get into a log.
    scan(writer.program, bytes, HEADER_BYTES);
    return bytes;
  }

  #write(writer: Writer, value: unknown): number {
    for (;;) {
      let end: number;
      try {
        end = positioned(writer.avro).encode(value, this.#slab, HEADER_BYTES);
      } catch (error) {
        throw new CodecError('bad_value', describe(writer.avro, value, error), { cause: error });
      }
      if (end >= 0) return end;
      if (this.#slab.length >= MAX_MESSAGE_BYTES) throw new CodecError('too_large', `${MAX_MESSAGE_BYTES} bytes`);
      this.#slab = Buffer.allocUnsafe(Math.min(this.#slab.length * 4, MAX_MESSAGE_BYTES));
    }
  }

  decode(bytes: Uint8Array): AnyDecoded {
    const reader = this.#reader(bytes);
    scan(reader.program, bytes, HEADER_BYTES);
    try {
      const { value } = positioned(reader.avro).decode(asBuffer(bytes), HEADER_BYTES, reader.resolver);
      return { type: reader.type, value } as AnyDecoded;
    } catch (error) {
      throw new CodecError('bad_value', String((error as Error).message), { cause: error });
    }
  }

  typeOf(bytes: Uint8Array): RecordType {
    return this.#reader(bytes).type;
  }

  #reader(bytes: Uint8Array): Reader {
    if (bytes.length > MAX_MESSAGE_BYTES) throw new CodecError('too_large', `${bytes.length} bytes`);
    if (bytes.length < HEADER_BYTES) throw new CodecError('truncated', 'header');
    if (bytes[0] !== 0) throw new CodecError('bad_magic', `${bytes[0]}`);
    const id = schemaIdOf(bytes);
    const reader = this.#readers.get(id);
    if (reader !== undefined) return reader;
    const reason = this.#table.refused.get(id);
    throw new CodecError('unknown_schema', reason === undefined ? `${id}` : `${id}: ${reason}`);
  }
}

/** @throws CodecError unsupported_schema for a schema outside the house rules */
export function createCodec(versions: readonly SchemaVersion[]): Codec {
  return new AvroCodec(new CodecTable(versions));
}
