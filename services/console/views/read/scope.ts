import { seesAll, type Viewer } from '../../api/viewer.ts';
import type { SqlValue } from '@yujing/runtime';
import type { SchemaName } from '../schema/statements.ts';

/** Gathers the values of a statement and names their places. */
export class Values {
  readonly list: SqlValue[] = [];

  add(value: SqlValue): string {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

/**
 * Condition under which this viewer may see case `c`: the rule of maySee (api/viewer.ts) inside the query, so that what he
 * may not see never leaves the database.
 */
export function scopeOf(viewer: Viewer, schema: SchemaName, values: Values): string {
  if (seesAll(viewer)) return 'true';
  const user = values.add(viewer.user);
  const conditions = [
    `c.officer = ${user}`,
    `EXISTS (SELECT 1 FROM ${schema}.orders o WHERE o.case_id = c.case_id AND o.officer = ${user})`,
  ];
  if (viewer.precinct !== null) conditions.unshift(`c.precinct = ${values.add(viewer.precinct)}`);
  return `(${conditions.join(' OR ')})`;
}
