import { jsonRows, type Statement } from '@yujing/runtime';
import type { Stamps } from '../../api/dependencies.ts';
import type { SchemaName } from '../schema/statements.ts';

/** A partition of the log goes on in the tables, from `before` to `position`. */
export interface Move {
  readonly partition: number;
  readonly before: number;
  readonly position: number;
  readonly stamps: Stamps;
}

/** Compare-and-set: all partitions from where they were thought to be, or nothing of the transaction. */
export function movePositions(schema: SchemaName, logId: string, moves: readonly Move[]): Statement {
  const rows = moves.map(({ partition, before, position, stamps }) => {
    return { log_partition: partition, before, position, stamps: JSON.stringify(stamps) };
  });
  return {
    sql: `UPDATE ${schema}.positions AS known SET log_position = moved.position, stamps = moved.stamps
            FROM json_to_recordset($1::json) AS moved(log_partition int, before bigint, position bigint, stamps text)
           WHERE known.log_partition = moved.log_partition AND known.log_position = moved.before AND known.log_id = $2`,
    values: [jsonRows(rows), logId],
    rows: moves.length,
  };
}
