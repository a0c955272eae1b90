/** Lua's `unpack` stops near 8,000 values: a chunk that sets has two an entity. */
const CHUNK_ENTITIES = 3_000;
/** far below the 512 MB of one argument */
const CHUNK_BYTES = 16 << 20;

const ARRAY = 0xdd;
const TEXT = 0xdb;
const HEADER_BYTES = 5;
/** header of a field and its `e:` */
const FIELD_BYTES = HEADER_BYTES + 2;
/** UTF-8 of one UTF-16 unit is at most so long */
const MOST_BYTES_A_UNIT = 3;

export interface Packed {
  /** arrays of field, value, field, value */
  readonly sets: Buffer[];
  /** arrays of fields */
  readonly removals: Buffer[];
}

type Changed = readonly [key: string, bytes: Uint8Array | null];

/**
 * Changed entities as MessagePack, a few large arguments for the commit's script. One argument an entity would cost ioredis and
 * the parser of Redis several times as much (README, figures).
 */
export function packEntities(entities: ReadonlyMap<string, Uint8Array | null>): Packed {
  const sets: Changed[] = [];
  const removals: Changed[] = [];
  for (const entity of entities) (entity[1] === null ? removals : sets).push(entity);
  return { sets: chunks(sets), removals: chunks(removals) };
}

function chunks(changed: readonly Changed[]): Buffer[] {
  const made: Buffer[] = [];
  for (let from = 0; from < changed.length;) {
    let bytes = HEADER_BYTES;
    let to = from;
    for (; to < changed.length && to - from < CHUNK_ENTITIES && bytes < CHUNK_BYTES; to++) {
      const [key, value] = changed[to] as Changed;
      bytes += FIELD_BYTES + key.length * MOST_BYTES_A_UNIT + (value === null ? 0 : HEADER_BYTES + value.length);
    }
    made.push(chunk(changed, from, to, bytes));
    from = to;
  }
  return made;
}

/** `most`: bytes that are enough */
function chunk(changed: readonly Changed[], from: number, to: number, most: number): Buffer {
  const buffer = Buffer.allocUnsafe(most);
  let at = HEADER_BYTES;
  let items = 0;
  for (let i = from; i < to; i++) {
    const [key, value] = changed[i] as Changed;
    const start = at + FIELD_BYTES;
    const end = start + buffer.write(key, start, 'utf8');
    buffer[start - 2] = 0x65; // e
    buffer[start - 1] = 0x3a; // :
    at = header(buffer, at, TEXT, end - start + 2) + (end - start + 2);
    items++;
    if (value === null) continue;
    at = header(buffer, at, TEXT, value.length);
    buffer.set(value, at);
    at += value.length;
    items++;
  }
  header(buffer, 0, ARRAY, items);
  return buffer.subarray(0, at);
}

function header(buffer: Buffer, at: number, kind: number, length: number): number {
  buffer[at] = kind;
  return buffer.writeUInt32BE(length, at + 1);
}
