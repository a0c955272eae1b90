/** One row as a reader gives it: a record of a CSV file, a JSON object, an Avro record. */
export type Row = Readonly<Record<string, unknown>>;

/** A column of the rows: a name, or a path into objects with dots between its names. */
export interface Column {
  readonly name: string;
  readonly path: readonly string[];
}

const MAX_PATH = 8;

export function readColumn(name: string): Column {
  const path = name.split('.');
  return path.length <= MAX_PATH && path.every((part) => part !== '') ? { name, path } : { name, path: [name] };
}

/** What YAML, CSV and JSON writers put where they know nothing. */
function known(value: unknown): unknown {
  return value === undefined || (typeof value === 'string' && value.trim() === '') ? null : value;
}

/** The value of a column; null: not known. A column whose whole name holds dots comes before a path. */
export function valueOf(row: Row, { name, path }: Column): unknown {
  if (Object.hasOwn(row, name)) return known(row[name]);
  if (path.length === 1) return null;
  let value: unknown = row;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return null;
    value = (value as Record<string, unknown>)[part];
  }
  return known(value);
}
