import type { BoardView, ClockView } from '../../api/views.ts';
import type { Database, SqlRow } from '@yujing/runtime';
import type { SchemaName } from '../schema/statements.ts';
import { funnelOf, type Stop } from './funnel.ts';

const MONTH_MS = 30 * 86_400_000;

/**
 * The cases a commander counts: ORANGE and RED, of now, no drills; a person counts again only after 30 days without one.
 * $1 and $2: opened from, until.
 */
function counted(schema: SchemaName): string {
  const counts = (c: string): string =>
    `${c}.top_level >= 2 AND NOT ${c}.retrospective AND ${c}.outcome_code IS DISTINCT FROM 'X4'`;
  return `counted AS (
    SELECT c.* FROM ${schema}.cases c
    WHERE c.opened_at >= $1 AND c.opened_at < $2 AND ${counts('c')} AND NOT EXISTS (
      SELECT 1 FROM ${schema}.cases e WHERE e.subject = c.subject AND ${counts('e')}
        AND e.opened_at < c.opened_at AND e.opened_at >= c.opened_at - ${MONTH_MS}))`;
}

/** Index into STEPS. RED goes out while it is reviewed, so whatever was dispatched is past the review. */
const REACH = `CASE
  WHEN met_at IS NOT NULL AND outcome_code IN ('T1', 'T2', 'T3', 'T8') THEN 6
  WHEN met_at IS NOT NULL THEN 5
  WHEN contacted_at IS NOT NULL THEN 4
  WHEN acked_at IS NOT NULL THEN 3
  WHEN dispatched_at IS NOT NULL THEN 2
  WHEN review_state IN ('confirmed', 'raised', 'lowered', 'rejected') OR status = 'merged' THEN 1
  ELSE 0 END`;

/** Column from which each clock runs, until the first contact. */
const CLOCKS: ReadonlyArray<readonly [from: ClockView['from'], column: string]> = [
  ['red', 'red_at'],
  ['first', 'alerted_at'],
  ['call', 'call_answered_at'],
];

function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}

export type BoardFigures = Pick<BoardView, 'funnel' | 'clocks' | 'saved_minor' | 'lost_minor'>;

export class BoardQueries {
  readonly #database: Database;
  readonly #schema: SchemaName;

  constructor(database: Database, schema: SchemaName) {
    this.#database = database;
    this.#schema = schema;
  }

  async board(from: number, until: number): Promise<BoardFigures> {
    const [funnel, clocks, money] = await Promise.all([
      this.#funnel(from, until),
      this.#clocks(from, until),
      this.#money(from, until),
    ]);
    return { funnel, clocks, ...money };
  }

  async #funnel(from: number, until: number): Promise<BoardView['funnel']> {
    const rows = await this.#database.query(
      `WITH ${counted(this.#schema)}
       SELECT ${REACH} AS reach, is_open, COALESCE(outcome_code, status) AS reason, count(*) AS cases
       FROM counted GROUP BY 1, 2, 3`,
      [from, until],
    );
    const stops: Stop[] = rows.map(({ reach, is_open, reason, cases }) => ({
      reach: Number(reach),
      is_open: is_open === true,
      reason: String(reason),
      count: Number(cases),
    }));
    return funnelOf(stops);
  }

  async #clocks(from: number, until: number): Promise<ClockView[]> {
    // A clock that starts after the contact (a later call, a later RED) measures nothing.
    const parts = CLOCKS.map(
      ([name, column]) =>
        `SELECT '${name}' AS clock, contacted_at - ${column} AS ms FROM counted WHERE contacted_at >= ${column}`,
    );
    const rows = await this.#database.query(
      `WITH ${counted(this.#schema)}, runs AS (${parts.join(' UNION ALL ')})
       SELECT clock, count(*) AS runs,
         percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50,
         percentile_disc(0.9) WITHIN GROUP (ORDER BY ms) AS p90,
         percentile_disc(0.99) WITHIN GROUP (ORDER BY ms) AS p99
       FROM runs GROUP BY clock`,
      [from, until],
    );
    return CLOCKS.map(([name]) =>
      clockView(
        name,
        rows.find(({ clock }) => clock === name),
      ),
    );
  }

  /** The newest label of a case speaks for it: an outcome that was corrected counts once. */
  async #money(from: number, until: number): Promise<Pick<BoardView, 'saved_minor' | 'lost_minor'>> {
    const [row] = await this.#database.query(
      `WITH ${counted(this.#schema)}, newest AS (
         SELECT DISTINCT ON (l.case_id) l.* FROM ${this.#schema}.labels l JOIN counted USING (case_id)
         ORDER BY l.case_id, l.at DESC, l.label_id)
       SELECT COALESCE(sum(money_stopped_minor), 0) AS saved, COALESCE(sum(money_out_before_minor), 0) AS lost
       FROM newest WHERE label = 'label_true'`,
      [from, until],
    );
    return { saved_minor: Number(row?.saved ?? 0), lost_minor: Number(row?.lost ?? 0) };
  }
}

function clockView(from: ClockView['from'], row: SqlRow | undefined): ClockView {
  return {
    from,
    count: Number(row?.runs ?? 0),
    p50_ms: numberOrNull(row?.p50),
    p90_ms: numberOrNull(row?.p90),
    p99_ms: numberOrNull(row?.p99),
  };
}
