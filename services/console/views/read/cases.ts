import type { Case, Order } from '@yujing/schemas';
import type { Viewer } from '../../api/viewer.ts';
import type { KnownCase } from '../../live/memory.ts';
import type { Database, SqlRow } from '@yujing/runtime';
import { LEVEL_NAMES } from '../project/rows.ts';
import type { SchemaName } from '../schema/statements.ts';
import { scopeOf, Values } from './scope.ts';

/** Newest first: what a list shows of the orders is the area, and that the newest says best. */
function ordersColumn(schema: SchemaName): string {
  return `(SELECT json_agg(o.record ORDER BY o.step) FROM ${schema}.orders o WHERE o.case_id = c.case_id) AS orders`;
}

function knownCase({ record, orders }: SqlRow): KnownCase {
  // json_agg of texts: an array of records that are text each. PGlite parses the array, a real driver too.
  const texts = (typeof orders === 'string' ? JSON.parse(orders) : (orders ?? [])) as string[];
  return { record: JSON.parse(String(record)) as Case, orders: texts.map((text) => JSON.parse(text) as Order) };
}

/** What is shown at all: above BLUE, and not from loaded history. */
const SHOWN = 'c.level > 0 AND NOT c.retrospective';
const LIST = 200;

export interface QueueGroup {
  readonly level: (typeof LEVEL_NAMES)[number];
  readonly count: number;
  readonly cases: readonly KnownCase[];
}

export interface FollowUpRow {
  readonly follow_up_id: string;
  readonly kind: string;
  readonly due_at: number;
  readonly done_at: number | null;
  readonly known: KnownCase;
}

/** Lists of cases, each by one statement with the scope inside. */
export class CaseQueries {
  readonly #database: Database;
  readonly #schema: SchemaName;

  constructor(database: Database, schema: SchemaName) {
    this.#database = database;
    this.#schema = schema;
  }

  /** Open ones by level and clock, then those ended since `dayStart` that had been dispatched. */
  async cards(viewer: Viewer, dayStart: number): Promise<KnownCase[]> {
    const values = new Values();
    const scope = scopeOf(viewer, this.#schema, values);
    const ended = `NOT c.is_open AND c.dispatched_at IS NOT NULL AND c.ended_at >= ${values.add(dayStart)}`;
    const rows = await this.#database.query(
      `SELECT c.record, ${ordersColumn(this.#schema)} FROM ${this.#schema}.cases c
       WHERE ${scope} AND ${SHOWN} AND (c.is_open OR (${ended}))
       ORDER BY c.is_open DESC, CASE WHEN c.is_open THEN c.level END DESC, CASE WHEN c.is_open THEN c.next_due_at END NULLS LAST,
         c.ended_at DESC, c.opened_at, c.case_id
       LIMIT ${LIST}`,
      values.list,
    );
    return rows.map(knownCase);
  }

  /** Open cases: highest level first, in each the one whose clock runs out first; how many there are, and the first 200. */
  async queue(viewer: Viewer): Promise<QueueGroup[]> {
    const values = new Values();
    const scope = scopeOf(viewer, this.#schema, values);
    const rows = await this.#database.query(
      `SELECT c.level, c.record, total, ${ordersColumn(this.#schema)} FROM (
         SELECT c.case_id, count(*) OVER (PARTITION BY c.level) AS total,
           row_number() OVER (PARTITION BY c.level ORDER BY c.next_due_at NULLS LAST, c.opened_at, c.case_id) AS place
         FROM ${this.#schema}.cases c WHERE ${scope} AND ${SHOWN} AND c.is_open
       ) listed JOIN ${this.#schema}.cases c USING (case_id)
       WHERE place <= ${LIST} ORDER BY c.level DESC, place`,
      values.list,
    );
    const groups = new Map<number, { count: number; cases: KnownCase[] }>();
    for (const row of rows) {
      const level = Number(row.level);
      const group = groups.get(level) ?? { count: Number(row.total), cases: [] };
      group.cases.push(knownCase(row));
      groups.set(level, group);
    }
    return [...groups].map(([level, group]) => ({ level: LEVEL_NAMES[level] ?? 'BLUE', ...group }));
  }

  /** undefined: not there, or not his to see; the two must look alike. */
  async one(viewer: Viewer, case_id: string): Promise<KnownCase | undefined> {
    const values = new Values();
    const scope = scopeOf(viewer, this.#schema, values);
    const rows = await this.#database.query(
      `SELECT c.record, ${ordersColumn(this.#schema)} FROM ${this.#schema}.cases c
       WHERE c.case_id = ${values.add(case_id)} AND ${scope}`,
      values.list,
    );
    return rows[0] === undefined ? undefined : knownCase(rows[0]);
  }

  async order(order_id: string): Promise<Order | undefined> {
    const [row] = await this.#database.query(`SELECT record FROM ${this.#schema}.orders WHERE order_id = $1`, [
      order_id,
    ]);
    return row === undefined ? undefined : (JSON.parse(String(row.record)) as Order);
  }

  /** Case ids by number of the order, by the id itself, or by subjects found in the register. */
  async search(viewer: Viewer, text: string, subjects: readonly string[]): Promise<KnownCase[]> {
    const values = new Values();
    const scope = scopeOf(viewer, this.#schema, values);
    const number = /^[0-9]{1,8}$/.test(text) ? Number(text) : -1;
    const rows = await this.#database.query(
      `SELECT c.record, ${ordersColumn(this.#schema)} FROM ${this.#schema}.cases c
       WHERE ${scope} AND c.level > 0 AND (c.order_no = ${values.add(number)} OR c.case_id = ${values.add(text)}
         OR c.subject IN (SELECT json_array_elements_text(${values.add(JSON.stringify(subjects))}::json)))
       ORDER BY c.is_open DESC, c.opened_at DESC, c.case_id LIMIT 50`,
      values.list,
    );
    return rows.map(knownCase);
  }

  /** Follow-ups of his cases that are open, or were done since `dayStart`. */
  async followUps(viewer: Viewer, dayStart: number): Promise<FollowUpRow[]> {
    const values = new Values();
    const scope = scopeOf(viewer, this.#schema, values);
    const rows = await this.#database.query(
      `SELECT f.follow_up_id, f.kind, f.due_at, f.done_at, c.record, ${ordersColumn(this.#schema)}
       FROM ${this.#schema}.follow_ups f JOIN ${this.#schema}.cases c ON c.case_id = f.case_id
       WHERE f.cancelled_at IS NULL AND (f.done_at IS NULL OR f.done_at >= ${values.add(dayStart)}) AND ${scope}
       ORDER BY f.due_at, f.follow_up_id LIMIT ${LIST}`,
      values.list,
    );
    return rows.map((row) => ({
      follow_up_id: String(row.follow_up_id),
      kind: String(row.kind),
      due_at: Number(row.due_at),
      done_at: row.done_at === null ? null : Number(row.done_at),
      known: knownCase(row),
    }));
  }

  /** Open cases, for the memory of the live stream after a start. */
  async open(limit: number): Promise<KnownCase[]> {
    const rows = await this.#database.query(
      `SELECT c.record, ${ordersColumn(this.#schema)} FROM ${this.#schema}.cases c
       WHERE c.is_open ORDER BY c.updated_at DESC LIMIT ${limit}`,
    );
    return rows.reverse().map(knownCase);
  }
}
