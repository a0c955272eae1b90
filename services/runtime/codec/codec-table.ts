import type { AvroRecord, RecordType } from '@yujing/schemas';
import avro from 'avsc';
import { compileProgram, type Program } from './program.ts';

/** One schema under one id. The last one of a record type is written, all are read. */
export interface SchemaVersion {
  readonly id: number;
  readonly type: RecordType;
  readonly schema: AvroRecord;
}

export interface Reader {
  readonly type: RecordType;
  readonly program: Program;
  readonly avro: avro.Type;
  readonly resolver: unknown;
}

export interface Writer {
  readonly id: number;
  readonly program: Program;
  readonly avro: avro.Type;
}

export function avroType(schema: AvroRecord): avro.Type {
  // Classes without methods keep decoded records close to literals. A new object each time: avsc keeps its names in it.
  const options = { wrapUnions: false, omitRecordMethods: true } as avro.ForSchemaOptions;
  return avro.Type.forSchema(schema as unknown as avro.Schema, options);
}

/** What a codec writes and reads. Readers may be added while it is in use; what is written is settled when the table is made. */
export class CodecTable {
  readonly readers = new Map<number, Reader>();
  readonly writers = new Map<RecordType, Writer>();
  /** ids known to be unreadable, and why; only for the words of an error */
  readonly refused = new Map<number, string>();

  /** @throws CodecError unsupported_schema for a schema outside the house rules */
  constructor(versions: readonly SchemaVersion[]) {
    for (const { id, type, schema } of versions) {
      this.writers.set(type, { id, program: compileProgram(schema), avro: avroType(schema) });
    }
    for (const version of versions) this.addReader(version);
  }

  /** @throws CodecError unsupported_schema, or avsc's error when today's schema cannot read what this one wrote */
  addReader({ id, type, schema }: SchemaVersion): void {
    const current = this.writers.get(type);
    if (current === undefined) throw new RangeError(`${type} is no record type of this table`);
    const isCurrent = current.id === id;
    this.readers.set(id, {
      type,
      program: isCurrent ? current.program : compileProgram(schema),
      avro: current.avro,
      resolver: isCurrent ? undefined : current.avro.createResolver(avroType(schema)),
    });
  }
}
