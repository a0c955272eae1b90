import type { AnyRecord } from '../../live/records.ts';
import type { SqlValue, Statement } from '@yujing/runtime';
import { insertRows, type Row, type SchemaName } from '../schema/statements.ts';
import { TABLES, type Table, type TableName } from '../schema/tables.ts';
import { rowsOf } from './rows.ts';

function pick(a: SqlValue, b: SqlValue, choose: (a: number, b: number) => number): SqlValue {
  if (a === null || b === null) return a ?? b;
  return choose(Number(a), Number(b));
}

/** Two rows of one key in one batch become one: a statement may meet a key once only. The same rule as in SQL. */
function mergeRows(table: Table, mine: Row, theirs: Row): Row {
  if (table.merge.kind === 'keep') return mine;
  const { by, greatest = [], least = [] } = table.merge;
  const newer = Number(theirs[by]) >= Number(mine[by]) ? theirs : mine;
  const merged: Record<string, SqlValue> = { ...newer };
  for (const column of greatest) merged[column] = pick(mine[column] ?? null, theirs[column] ?? null, Math.max);
  for (const column of least) merged[column] = pick(mine[column] ?? null, theirs[column] ?? null, Math.min);
  return merged;
}

/** Gathers records of any partitions and becomes the statements of one transaction. */
export class RowBatch {
  readonly #rows = new Map<TableName, Map<string, Row>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(record: AnyRecord, partition: number): void {
    for (const [name, row] of Object.entries(rowsOf(record, partition)) as [TableName, Row][]) {
      this.#put(name, row);
      this.#size += 1;
    }
  }

  #put(name: TableName, row: Row): void {
    const table: Table = TABLES[name];
    let rows = this.#rows.get(name);
    if (rows === undefined) this.#rows.set(name, (rows = new Map()));
    const key = table.key.map((column) => row[column]).join('|');
    const known = rows.get(key);
    rows.set(key, known === undefined ? row : mergeRows(table, known, row));
  }

  statements(schema: SchemaName): Statement[] {
    return [...this.#rows].map(([name, rows]) => insertRows(schema, TABLES[name], [...rows.values()]));
  }
}
