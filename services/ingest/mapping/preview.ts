import { isRefusal, type Refusal } from '../event/refusal.ts';
import { applyMapping, type EventJson } from './apply.ts';
import type { Mapping } from './mapping.ts';
import { valueOf, type Column, type Row } from './row.ts';

/** What a mapping makes of some rows. */
export interface Preview {
  readonly events: readonly EventJson[];
  readonly refused: ReadonlyArray<Refusal & { readonly row: number }>;
  /** columns of the mapping that are empty in all rows: most likely misspelt */
  readonly emptyColumns: readonly string[];
}

function columnsOf({ time, acceptedAt, id, sides }: Mapping): Column[] {
  const plans = sides.flatMap(({ subject, fields }) => [...(subject === undefined ? [] : [subject]), ...fields]);
  const whens = sides.map(({ when }) => when?.column);
  const columns = [time.column, ...id, ...whens, ...plans.map(({ column }) => column)];
  if (typeof acceptedAt === 'object') columns.push(acceptedAt.column);
  return columns.filter((column) => column !== undefined);
}

/** Shows a mapping on its first rows, before anything is sent. */
export function previewMapping(mapping: Mapping, rows: readonly unknown[]): Preview {
  const events: EventJson[] = [];
  const refused: Array<Refusal & { readonly row: number }> = [];
  const empty = new Map(columnsOf(mapping).map((column) => [column.name, column]));
  for (const [row, cells] of rows.entries()) {
    const made = applyMapping(mapping, cells, `row/${row}`);
    if (isRefusal(made)) refused.push({ ...made, row });
    else events.push(...made);
    if (typeof cells !== 'object' || cells === null) continue;
    for (const [name, column] of empty) if (valueOf(cells as Row, column) !== null) empty.delete(name);
  }
  return { events, refused, emptyColumns: [...empty.keys()] };
}
